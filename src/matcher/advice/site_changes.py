"""The smallest sets of changes that let one learner be at one site, each tried out."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from matcher.advice.change import ChangeError, Part, with_parts
from matcher.advice.encounter import Encounter, SiteMentor, Slot, encounter_of
from matcher.advice.remedy import Stay, new_mentor, remedies_of
from matcher.dataset.dataset import Dataset
from matcher.eligibility import eligible_pairs
from matcher.eligibility.pairs import TOLERANCE
from matcher.policy import Policy
from matcher.travel import EstimateProvider

MOST_SETS = 5
"""Sets that are given; a talk needs no more."""

_MOST_TRIED = 200
"""Candidates that are tried out before the search ends with what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """Changes that together make a learner eligible at a site; none is superfluous.

    Attributes
    ----------
    decided_by
        Codes of `remedy.DECIDERS`, one per party that has to agree.
    """

    parts: tuple[Part, ...]
    decided_by: tuple[str, ...]


def changes_for_site(
    dataset: Dataset,
    policy: Policy,
    learner_id: str,
    site_id: str,
    taken: Container[str] | None = None,
) -> tuple[ChangeSet, ...]:
    """Sets that make some period with some mentor eligible; fewest parts first.

    Each set was applied to the tables and asked of the engine's own eligibility, and
    so was each set less one of its parts, which must not do. Sets aim at a stay as
    long as the shortest block, where the periods allow one, the earliest first; a set
    that changes the same cells as an earlier one, and perhaps more, is left out. Empty
    where the learner is eligible already, or where a refusal stands in the way of
    everything.

    Parameters
    ----------
    taken
        Ids of mentors that are not free; those of the dataset when absent.
    """
    small = about(dataset, learner_id, site_id)
    if is_eligible(small, policy):
        return ()
    encounter = encounter_of(small, policy, learner_id, site_id)
    if taken is None:
        taken = set(dataset.mentors.mentor_id)
    candidates = sorted(
        _candidates(small, policy, encounter, new_mentor(encounter, taken)),
        key=lambda change: len(change.parts),
    )
    found: dict[frozenset[tuple[object, ...]], ChangeSet] = {}
    for change in candidates[:_MOST_TRIED]:
        cells = frozenset(map(_place, change.parts))
        is_new = not any(known <= cells for known in found)
        if is_new and _is_minimal(small, policy, change.parts):
            found[cells] = change
        if len(found) == MOST_SETS:
            break
    return tuple(found.values())


def _place(part: Part) -> tuple[object, ...]:
    """Where a part stands; rows that are added are alike, whatever their key."""
    key = part.key if part.before is not None else ()
    return part.table, key, part.column


def about(dataset: Dataset, learner_id: str, site_id: str) -> Dataset:
    """The tables with nothing but one learner and one site; the rest is left out.

    Eligibility of a pair depends on no other row, so that what is tried out here
    holds in the whole dataset. Signed placements are left out as well: they would
    make the pair stand there whatever the rules say.
    """
    kept: dict[str, Any] = {}
    for name, rules in _KEPT.items():
        rows: Any = getattr(dataset, name)
        is_kept = np.ones(len(rows), dtype=bool)
        for column, wanted in rules.items():
            value = {"learner": learner_id, "site": site_id}.get(wanted, wanted)
            is_kept &= getattr(rows, column) == value
        names = type(rows).__dataclass_fields__
        kept[name] = type(rows)(
            **{each: getattr(rows, each)[is_kept] for each in names}
        )
    return replace(dataset, **kept)


_BOTH = {"learner_id": "learner", "site_id": "site"}
_KEPT = {
    "learners": {"learner_id": "learner"},
    "sites": {"site_id": "site"},
    "mentors": {"site_id": "site"},
    "recognitions": {"site_id": "site"},
    "support_needs": {"learner_id": "learner"},
    "abilities": {"learner_id": "learner"},
    "placements": {**_BOTH, "status": "refused"},
    "travel": _BOTH,
}
"""Per table the columns that must name the learner, the site or this word."""


def is_eligible(dataset: Dataset, policy: Policy) -> bool:
    """Some placement of the dataset is eligible, by the rules of the engine."""
    provider = EstimateProvider(policy.travel)
    return bool(eligible_pairs(dataset, policy, provider).eligible.any())


def _is_minimal(dataset: Dataset, policy: Policy, parts: tuple[Part, ...]) -> bool:
    """All parts do, and all but one do not."""
    return _does(dataset, policy, parts) and not any(
        _does(dataset, policy, parts[:at] + parts[at + 1 :]) for at in range(len(parts))
    )


def _does(dataset: Dataset, policy: Policy, parts: tuple[Part, ...]) -> bool:
    try:
        return is_eligible(with_parts(dataset, parts), policy)
    except ChangeError:  # half a row is no row
        return False


def _candidates(
    dataset: Dataset, policy: Policy, encounter: Encounter, newcomer: SiteMentor
) -> Iterator[ChangeSet]:
    for slots in _windows(encounter):
        for mentor in (*encounter.mentors, newcomer):
            stay = Stay(
                dataset=dataset,
                policy=policy,
                encounter=encounter,
                mentor=mentor,
                slots=slots,
                is_new=mentor is newcomer,
            )
            for chosen in product(*(remedies_of(stay) or ())):
                yield ChangeSet(
                    parts=tuple(part for remedy in chosen for part in remedy.parts),
                    decided_by=tuple(
                        dict.fromkeys(remedy.decided_by for remedy in chosen)
                    ),
                )


def _windows(encounter: Encounter) -> Iterator[tuple[Slot, ...]]:
    """Runs of periods just long enough for a block, then single periods.

    Runs that begin before the learner is ready come last among their like.
    """
    ready, slots = encounter.ready_from, encounter.slots
    least = encounter.min_block_weeks - TOLERANCE
    runs = [
        slots[at:end]
        for at in range(len(slots))
        for end in range(at + 2, len(slots) + 1)
        if _weeks(slots[at:end]) >= least > _weeks(slots[at : end - 1])
    ]
    single = [(slot,) for slot in slots]
    long_enough = [run for run in single if _weeks(run) >= least]
    too_short = [run for run in single if _weeks(run) < least]
    for group in (long_enough + runs, too_short):
        yield from sorted(group, key=lambda run: _is_early(run, ready))


def _is_early(run: tuple[Slot, ...], ready: date | None) -> tuple[bool, date]:
    return ready is not None and run[0].first < ready, run[0].first


def _weeks(slots: tuple[Slot, ...]) -> float:
    return sum(slot.weeks for slot in slots)
