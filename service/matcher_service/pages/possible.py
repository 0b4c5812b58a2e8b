"""Sites where a learner may be: all of them, by name and not by rank."""

from dataclasses import dataclass

import numpy as np

from matcher_service.answers.shelf import OpenRun
from matcher_service.pages.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleSite:
    """A site where some period is eligible.

    Attributes
    ----------
    minutes
        One way; None where nobody knows.
    period_ids
        In which a mentor may take the learner.
    unknown_demands
        What the work asks and nobody assessed for the learner yet.
    """

    site_id: str
    name: str
    place: str
    minutes: float | None
    period_ids: tuple[str, ...]
    unknown_demands: int


def possible_sites(
    opened: OpenRun, learner: int, names: Names
) -> tuple[PossibleSite, ...]:
    """Sites of one learner, in the order of their names."""
    pairs, dataset = opened.run.problem.pairs, opened.run.dataset
    found = []
    for pair in np.flatnonzero(pairs.learner == learner):
        is_open = pairs.eligible[pairs.option_pair == pair].any(axis=0)
        if not is_open.any():
            continue
        site_id = str(dataset.sites.site_id[pairs.offerings.site[pairs.offering[pair]]])
        minutes = float(pairs.minutes[pair])
        found.append(
            PossibleSite(
                site_id=site_id,
                name=names.site(site_id),
                place=names.site_place(site_id),
                minutes=None if np.isnan(minutes) else minutes,
                period_ids=tuple(dataset.periods.period_id[is_open].tolist()),
                unknown_demands=int(pairs.unknown_demands[pair]),
            )
        )
    return tuple(sorted(found, key=lambda site: (site.name, site.site_id)))
