"""One learner and one site: all facts that decide whether they can work together."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.policy import Policy
from matcher.travel import EstimateProvider, Points, postcode_points

Span = tuple[date | None, date | None]
"""First and last day, both inclusive; None is an open side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One period.

    Attributes
    ----------
    first, last
        Days, both inclusive.
    age
        Completed years of the learner on the first day; None without a birth date.
    """

    period_id: str
    first: date
    last: date
    weeks: float
    age: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMentor:
    """A mentor of the site."""

    mentor_id: str
    supports: tuple[str, ...]
    trained_on: date | None
    available: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """What the rules E1 to E9 ask of one learner and one site, as it stands in tables.

    Attributes
    ----------
    slots
        In the order of the periods.
    minutes
        One way; None where nobody knows.
    has_travel_row
        The minutes stand in `travel`; else they are the estimate.
    limit, policy_limit
        Minutes that the learner and the policy allow; None is no limit.
    required
        Needs that have to be met.
    abilities
        Demand to status, for the demands of the site that were recorded.
    refusals
        Period id and mentor id of each refusal; "" matches all.
    """

    learner_id: str
    trajectory_id: str
    site_id: str
    slots: tuple[Slot, ...]
    recognised: tuple[Span, ...]
    mentors: tuple[SiteMentor, ...]
    minutes: float | None
    has_travel_row: bool
    limit: float | None
    policy_limit: float | None
    modes: tuple[str, ...]
    min_age: float | None
    min_block_weeks: float
    spoken: tuple[str, ...]
    asked: tuple[str, ...]
    required: tuple[str, ...]
    supports: tuple[str, ...]
    demands: tuple[str, ...]
    abilities: dict[str, str]
    refusals: tuple[tuple[str, str], ...]
    ready_from: date | None
    allows_untrained: bool

    @property
    def most_minutes(self) -> float | None:
        """Minutes that rule E3 allows; None is no limit."""
        limits = [x for x in (self.limit, self.policy_limit) if x is not None]
        return min(limits, default=None)

    @property
    def unknown_demands(self) -> tuple[str, ...]:
        """Demands of the site that nobody assessed for the learner."""
        return tuple(
            demand
            for demand in self.demands
            if self.abilities.get(demand, "unknown") == "unknown"
        )


def encounter_of(
    dataset: Dataset, policy: Policy, learner_id: str, site_id: str
) -> Encounter:
    """The facts of one learner and one site, which both exist."""
    learners, sites = dataset.learners, dataset.sites
    learner = int(np.flatnonzero(learners.learner_id == learner_id)[0])
    site = int(np.flatnonzero(sites.site_id == site_id)[0])
    trajectory_id = str(learners.trajectory_id[learner])
    trajectories = dataset.trajectories
    trajectory = int(np.flatnonzero(trajectories.trajectory_id == trajectory_id)[0])
    rows = dataset.recognitions
    own = (rows.site_id == site_id) & (rows.trajectory_id == trajectory_id)
    minutes, has_row = journey_of(dataset, policy, learner, site)
    return Encounter(
        learner_id=learner_id,
        trajectory_id=trajectory_id,
        site_id=site_id,
        slots=_slots(dataset, learners.birth_date[learner].tolist()),
        recognised=tuple(
            zip(rows.valid_from[own].tolist(), rows.valid_to[own].tolist(), strict=True)
        ),
        mentors=_mentors(dataset, site_id),
        minutes=minutes,
        has_travel_row=has_row,
        limit=_known(learners.max_travel_minutes[learner]),
        policy_limit=policy.travel.max_minutes,
        modes=tuple(learners.modes[learner]),
        min_age=_known(sites.min_age[site]),
        min_block_weeks=float(trajectories.min_block_weeks[trajectory]),
        spoken=tuple(learners.languages[learner]),
        asked=tuple(sites.languages[site]),
        required=_required(dataset, learner_id),
        supports=tuple(sites.supports[site]),
        demands=tuple(dict.fromkeys(sites.demands[site])),
        abilities=_abilities(dataset, learner_id),
        refusals=_refusals(dataset, learner_id, site_id),
        ready_from=learners.ready_from[learner].tolist(),
        allows_untrained=policy.untrained_mentor == "warn",
    )


def journey_of(
    dataset: Dataset, policy: Policy, learner: int, site: int
) -> tuple[float | None, bool]:
    """Minutes of the `travel` row, else of the estimate; and whether there is a row."""
    rows, learners, sites = dataset.travel, dataset.learners, dataset.sites
    own = rows.learner_id == learners.learner_id[learner]
    own &= rows.site_id == sites.site_id[site]
    if own.any():
        return float(rows.minutes[own][0]), True
    points = postcode_points()
    home, work = (
        Points(*points.locate(table.postcode[at], table.lat[at], table.lon[at]))
        for table, at in (
            (learners, slice(learner, learner + 1)),
            (sites, slice(site, site + 1)),
        )
    )
    first = np.zeros(1, dtype=np.int64)
    provider = EstimateProvider(policy.travel)
    minutes = provider.minutes(home, work, first, first, [learners.modes[learner]])
    return _known(minutes[0]), False


def completed_years(birth: date, on: date) -> int:
    """Age in completed years; who is born on 29 February turns on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _slots(dataset: Dataset, birth: date | None) -> tuple[Slot, ...]:
    rows = dataset.periods
    return tuple(
        Slot(
            period_id=period_id,
            first=first,
            last=last,
            weeks=weeks,
            age=None if birth is None else completed_years(birth, first),
        )
        for period_id, first, last, weeks in zip(
            rows.period_id.tolist(),
            rows.start.tolist(),
            rows.end.tolist(),
            rows.weeks.tolist(),
            strict=True,
        )
    )


def _mentors(dataset: Dataset, site_id: str) -> tuple[SiteMentor, ...]:
    rows = dataset.mentors
    return tuple(
        SiteMentor(
            mentor_id=rows.mentor_id[row],
            supports=tuple(rows.supports[row]),
            trained_on=rows.trained_on[row].tolist(),
            available=(
                rows.available_from[row].tolist(),
                rows.available_to[row].tolist(),
            ),
        )
        for row in np.flatnonzero(rows.site_id == site_id)
    )


def _required(dataset: Dataset, learner_id: str) -> tuple[str, ...]:
    rows = dataset.support_needs
    own = (rows.learner_id == learner_id) & rows.required
    return tuple(rows.need[own].tolist())


def _abilities(dataset: Dataset, learner_id: str) -> dict[str, str]:
    rows = dataset.abilities
    own = rows.learner_id == learner_id
    return dict(zip(rows.demand[own].tolist(), rows.status[own].tolist(), strict=True))


def _refusals(
    dataset: Dataset, learner_id: str, site_id: str
) -> tuple[tuple[str, str], ...]:
    rows = dataset.placements
    own = (rows.learner_id == learner_id) & (rows.site_id == site_id)
    own &= rows.status == "refused"
    return tuple(
        zip(rows.period_id[own].tolist(), rows.mentor_id[own].tolist(), strict=True)
    )
