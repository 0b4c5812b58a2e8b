"""What learners need and hold, and what places ask and give, row by row."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.dataset import Dataset
from matcher.eligibility.position import Index
from matcher.eligibility.relation import Overlap, WeightedWords, present


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Overlaps between learners, sites and mentors, and the sums they belong to.

    Attributes
    ----------
    languages
        Learner x site: languages shared.
    unable, known
        Learner x site: demands with ability ``no``; with ``yes`` or ``no``.
    required, wished
        Learner x mentor: required needs met by the mentor or its site; levels
        of the other needs met.
    site_languages, site_demands
        (sites,), how many the site names.
    required_total, wished_total, level_total
        (learners,), number of required needs; levels of the other needs;
        levels of all needs.
    """

    languages: Overlap
    unable: Overlap
    known: Overlap
    required: Overlap
    wished: Overlap
    site_languages: NDArray[np.float64]
    site_demands: NDArray[np.float64]
    required_total: NDArray[np.float64]
    wished_total: NDArray[np.float64]
    level_total: NDArray[np.float64]


def profiles_of(dataset: Dataset, mentor_site: Index) -> Profiles:
    """Profiles of a dataset.

    Parameters
    ----------
    mentor_site
        (mentors,), position of each mentor's site.
    """
    learners, sites = dataset.learners, dataset.sites
    required, wished = _needs(dataset)
    unable, known = _abilities(dataset)
    site_supports: Sequence[tuple[str, ...]] = list(sites.supports)
    supports = [
        (*own, *site_supports[site])
        for own, site in zip(dataset.mentors.supports, mentor_site, strict=True)
    ]
    return Profiles(
        languages=Overlap.of(present(learners.languages), list(sites.languages)),
        unable=Overlap.of(unable, list(sites.demands)),
        known=Overlap.of(known, list(sites.demands)),
        required=Overlap.of(required, supports),
        wished=Overlap.of(wished, supports),
        site_languages=_totals(present(sites.languages)),
        site_demands=_totals(present(sites.demands)),
        required_total=_totals(required),
        wished_total=_totals(wished),
        level_total=_levels(dataset),
    )


def _needs(dataset: Dataset) -> tuple[list[WeightedWords], list[WeightedWords]]:
    rows = dataset.support_needs
    required: dict[str, list[tuple[str, float]]] = defaultdict(list)
    wished: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for learner, need, level, must in zip(
        rows.learner_id, rows.need, rows.level, rows.required, strict=True
    ):
        if must:
            required[learner].append((need, 1.0))
        else:
            wished[learner].append((need, float(level)))
    ids = dataset.learners.learner_id
    return [tuple(required[i]) for i in ids], [tuple(wished[i]) for i in ids]


def _abilities(dataset: Dataset) -> tuple[list[WeightedWords], list[WeightedWords]]:
    rows = dataset.abilities
    unable: dict[str, list[tuple[str, float]]] = defaultdict(list)
    known: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for learner, demand, status in zip(
        rows.learner_id, rows.demand, rows.status, strict=True
    ):
        if status == "no":
            unable[learner].append((demand, 1.0))
        if status in ("yes", "no"):
            known[learner].append((demand, 1.0))
    ids = dataset.learners.learner_id
    return [tuple(unable[i]) for i in ids], [tuple(known[i]) for i in ids]


def _levels(dataset: Dataset) -> NDArray[np.float64]:
    levels: dict[str, float] = defaultdict(float)
    rows = dataset.support_needs
    for learner, level in zip(rows.learner_id, rows.level, strict=True):
        levels[learner] += float(level)
    return np.array([levels[i] for i in dataset.learners.learner_id], dtype=float)


def _totals(rows: Sequence[WeightedWords]) -> NDArray[np.float64]:
    return np.array(
        [sum(weight for _, weight in set(row)) for row in rows], dtype=float
    )
