"""What drops out: a site, a mentor or a course, and who is hit by it."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matcher.dataset import Dataset
from matcher.dataset.schema import schema
from matcher.dataset.tables import Bools
from matcher.eligibility.position import Index
from matcher.problem.plans import plan_sites
from matcher.suggestions import LoadedRun

DropKind = Literal["site", "mentor", "course"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOut:
    """Something that is not there any more, in any period.

    Attributes
    ----------
    at
        Position in its table.
    hit
        Learners whom the run places there; ascending.
    """

    kind: DropKind
    id: str
    at: int
    hit: Index


def drop_outs(run: LoadedRun) -> list[DropOut]:
    """Every site, mentor and course that the run uses, in the order of the tables."""
    problem, dataset, plans = run.problem, run.dataset, run.plans
    sites = plan_sites(problem, plans)
    placed = plans.option >= 0
    mentors = np.full(plans.option.shape, -1)
    if len(problem.pairs.option_mentor):
        mentors = np.where(placed, problem.pairs.option_mentor[plans.option], -1)
    found: list[DropOut] = []
    uses: tuple[tuple[DropKind, Index, Any], ...] = (
        ("site", sites, dataset.sites.site_id),
        ("mentor", mentors, dataset.mentors.mentor_id),
        ("course", plans.course, dataset.courses.course_id),
    )
    for kind, used, ids in uses:
        for at in np.unique(used[used >= 0]).tolist():
            hit = np.flatnonzero((used == at).any(axis=1))
            found.append(DropOut(kind=kind, id=ids[at], at=at, hit=hit))
    return found


def without(dataset: Dataset, drop: DropOut) -> Dataset:
    """The dataset in which it holds nobody, and what was signed there is not.

    A proposal stays: the plan leaves it, at the points of `disruption`.

    Parameters
    ----------
    dataset
        With all rows, or with those that concern some learners.
    """
    column = {"site": "capacity", "mentor": "max_learners", "course": "seats"}[
        drop.kind
    ]
    table: Any = getattr(dataset, f"{drop.kind}s")
    counts = getattr(table, column).copy()
    counts[getattr(table, f"{drop.kind}_id") == drop.id] = 0
    changed: dict[str, Any] = {f"{drop.kind}s": replace(table, **{column: counts})}
    if drop.kind != "course":
        placements = dataset.placements
        own = placements.site_id if drop.kind == "site" else placements.mentor_id
        gone: Bools = (placements.status == "signed") & (own == drop.id)
        names = [each.name for each in schema()["placements"].columns]
        changed["placements"] = replace(
            placements, **{name: getattr(placements, name)[~gone] for name in names}
        )
    return replace(dataset, **changed)
