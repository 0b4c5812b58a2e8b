"""How full mentors, sites and enterprises are, period by period."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord

_TOLERANCE = 1e-6
"""Of the contract, for comparisons of hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one mentor, site or enterprise carries in each period.

    Attributes
    ----------
    owner_id
        Site of a mentor, enterprise of a site, "" of an enterprise.
    used
        Per period; hours per week of a mentor, learners of a place.
    limit
        In the same unit; NaN where no limit is given.
    """

    holder_id: str
    owner_id: str
    used: tuple[float, ...]
    limit: float

    @property
    def share(self) -> float:
        """Largest share of the limit in any period; NaN without a limit.

        A limit of 0 that is used counts as infinitely full.
        """
        most = max(self.used, default=0.0)
        if math.isnan(self.limit):
            return math.nan
        if self.limit == 0.0:
            return math.inf if most > 0 else 0.0
        return most / self.limit

    def is_full(self, period: int) -> bool:
        """Nothing of the limit is left in the period at this position."""
        return self.used[period] >= self.limit - _TOLERANCE

    @property
    def is_ever_full(self) -> bool:
        """Full in at least one period."""
        return any(self.is_full(period) for period in range(len(self.used)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """All loads that are not nothing, the fullest first.

    Attributes
    ----------
    mentors
        Guidance in hours per week, start-up included.
    mentor_learners
        Learners per period, by mentor id.
    enterprises
        Only those with a limit over all their sites.
    num_free_sites
        Sites without any learner.
    """

    mentors: tuple[Load, ...]
    mentor_learners: Mapping[str, tuple[int, ...]]
    sites: tuple[Load, ...]
    enterprises: tuple[Load, ...]
    num_free_sites: int

    @property
    def num_full_mentors(self) -> int:
        """Mentors whose hours are used up in at least one period."""
        return sum(load.is_ever_full for load in self.mentors)

    @property
    def num_full_sites(self) -> int:
        """Sites whose places are taken in at least one period."""
        return sum(load.is_ever_full for load in self.sites)

    @property
    def num_full_enterprises(self) -> int:
        """Enterprises whose limit is reached in at least one period."""
        return sum(load.is_ever_full for load in self.enterprises)


def loads_of(dataset: Dataset, record: RunRecord) -> Loads:
    """Loads of a run."""
    periods = {period: at for at, period in enumerate(dataset.periods.period_id)}
    enterprise = dict(
        zip(dataset.sites.site_id, dataset.sites.enterprise_id, strict=True)
    )
    hours = _tally(len(periods))
    of_mentor, of_site, of_enterprise = (_tally(len(periods)) for _ in range(3))
    for row, guidance in zip(record.assignments, record.guidance_hours, strict=True):
        at = periods[row.period_id]
        hours[row.mentor_id][at] += guidance
        of_mentor[row.mentor_id][at] += 1
        of_site[row.site_id][at] += 1
        of_enterprise[enterprise[row.site_id]][at] += 1
    mentors, sites, firms = dataset.mentors, dataset.sites, dataset.enterprises
    limited = ~np.isnan(firms.max_learners)
    return Loads(
        mentors=_loads(
            mentors.mentor_id, mentors.site_id, mentors.hours_per_week, hours
        ),
        mentor_learners={
            mentor: tuple(map(int, used)) for mentor, used in of_mentor.items()
        },
        sites=_loads(sites.site_id, sites.enterprise_id, sites.capacity, of_site),
        enterprises=_loads(
            firms.enterprise_id[limited],
            [""] * int(limited.sum()),
            firms.max_learners[limited],
            of_enterprise,
        ),
        num_free_sites=len(sites) - len(of_site),
    )


def _tally(num_periods: int) -> dict[str, list[float]]:
    return defaultdict(lambda: [0.0] * num_periods)


def _loads(
    ids: Iterable[str],
    owners: Iterable[str],
    limits: Iterable[float],
    used: Mapping[str, list[float]],
) -> tuple[Load, ...]:
    loads = [
        Load(
            holder_id=holder,
            owner_id=owner,
            used=tuple(used[holder]),
            limit=float(limit),
        )
        for holder, owner, limit in zip(ids, owners, limits, strict=True)
        if holder in used
    ]
    return tuple(sorted(loads, key=_fullest_first))


def _fullest_first(load: Load) -> tuple[bool, float, float, str]:
    is_unlimited = math.isnan(load.share)
    share = 0.0 if is_unlimited else load.share
    return is_unlimited, -share, -sum(load.used), load.holder_id


def shown_hours(load: Load, period: int) -> float:
    """Hours to half an hour, as the report shows them.

    Not finer, for a quarter of an hour is what one level of a support need adds;
    and not past the limit where the hours themselves are not.
    """
    hours = round(2 * load.used[period]) / 2
    if load.used[period] > 0 and hours == 0.0:
        hours = 0.5
    if load.used[period] <= load.limit + _TOLERANCE:
        hours = min(hours, load.limit)
    return hours
