"""What each recognised site teaches, and the attests it asks beforehand."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Floats, Ints
from matcher.region.params import RegionParams, stream
from matcher.region.recognitions import Recognitions
from matcher.region.school_calendar import Terms
from matcher.region.table import Table, ids, table, taken
from matcher.region.training import Competence, Context, Training

MODULE_SWING = 0.7
"""How far a module as a whole moves the chance that its competences are taught."""

WINDOWED_SHARE = 0.04
"""Specific competences taught from a term on, or up to a term."""

ATTEST_SHARES = {"heftruck": 0.4, "VCA": 0.2, "BA4/BA5": 0.25, "hoogte": 0.2}
"""Recognised sites that ask the attest before a learner may start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Competences and contexts of all trainings, end to end.

    Attributes
    ----------
    first
        (trainings + 1,), where the items of each training start.
    strand, module
        Numbers that start anew in each training; a strand is a qualification.
    strand_share
        (trainings, strands), the share of sites that teach it at all.
    """

    first: Ints
    item_id: tuple[str, ...]
    strand: Ints
    module: Ints
    strand_share: Floats
    is_generic: Bools
    frequency: Floats


def items(trainings: tuple[Training, ...]) -> Items:
    """Lay the competences, then the contexts, of each training end to end."""
    of: list[tuple[Competence | Context, ...]] = [
        (*t.competences, *t.contexts) for t in trainings
    ]
    flat = [item for group in of for item in group]
    strands = [list(dict.fromkeys(i.qualification for i in group)) for group in of]
    modules = [list(dict.fromkeys(_module(i) for i in group)) for group in of]
    share = np.ones((len(trainings), max(map(len, strands))))
    for number, training in enumerate(trainings):
        for name, value in training.strands:
            share[number, strands[number].index(name)] = value
    return Items(
        first=np.cumsum([0, *map(len, of)]),
        item_id=tuple(_item_id(item) for item in flat),
        strand=np.array(
            [
                s.index(i.qualification)
                for s, g in zip(strands, of, strict=True)
                for i in g
            ]
        ),
        module=np.array(
            [m.index(_module(i)) for m, g in zip(modules, of, strict=True) for i in g]
        ),
        strand_share=share,
        is_generic=np.array([isinstance(i, Competence) and i.generic for i in flat]),
        frequency=np.array([item.frequency for item in flat]),
    )


def _module(item: Competence | Context) -> str:
    return item.module if isinstance(item, Competence) else f"ctx {item.context_id}"


def _item_id(item: Competence | Context) -> str:
    return item.competence_id if isinstance(item, Competence) else item.context_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """One row per recognition and item taught there.

    Attributes
    ----------
    item
        Position in `Items`.
    first_term, last_term
        Window as term numbers from 1; 0 leaves the side open.
    """

    recognition: Ints
    item: Ints
    first_term: Ints
    last_term: Ints

    def __len__(self) -> int:
        return len(self.recognition)


def draw_offers(
    recognitions: Recognitions,
    of: Items,
    num_terms: int,
    params: RegionParams,
    seed: int,
) -> Offers:
    """Let every recognised site teach a coherent part of its trainings.

    All generic competences, and of the specific ones a share of its own; whole
    modules are strong or weak together, and a strand may be absent.
    """
    rng = stream(seed, "offers")
    training = recognitions.training
    sizes = np.diff(of.first)[training]
    row = np.repeat(np.arange(len(training)), sizes)
    item = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    item += of.first[training[row]]
    breadth = rng.uniform(params.offer_low, params.offer_high, len(training))
    swing = rng.uniform(
        -MODULE_SWING, MODULE_SWING, (len(training), of.module.max() + 1)
    )
    has_strand = _strands(of.strand_share[training], rng)
    chance = np.clip(breadth[row] + swing[row, of.module[item]], 0.05, 1.0)
    # A breadth near the middle of its range leaves `frequency` as it is.
    chance *= of.frequency[item]
    taught = has_strand[row, of.strand[item]] & (rng.random(len(row)) < chance)
    taught |= of.is_generic[item]
    row, item = row[taught], item[taught]
    first_term = np.zeros(len(row), dtype=np.int64)
    last_term = np.zeros(len(row), dtype=np.int64)
    luck = rng.random(len(row))
    is_late = (luck < WINDOWED_SHARE / 2) & ~of.is_generic[item]
    is_early = (luck > 1 - WINDOWED_SHARE / 2) & ~of.is_generic[item]
    first_term[is_late] = rng.integers(2, num_terms, int(is_late.sum()))
    last_term[is_early] = rng.integers(2, num_terms, int(is_early.sum()))
    return Offers(
        recognition=row, item=item, first_term=first_term, last_term=last_term
    )


def _strands(share: Floats, rng: np.random.Generator) -> Bools:
    """Draw per recognition the strands taught, the commonest at the least."""
    chosen = rng.random(share.shape) < share
    is_bare = ~chosen.any(axis=1)
    chosen[is_bare, share[is_bare].argmax(axis=1)] = True
    return chosen


def offer_table(
    offers: Offers,
    recognitions: Recognitions,
    of: Items,
    trainings: tuple[Training, ...],
    terms: Terms,
) -> Table:
    """Table `offers`, competences and contexts alike."""
    names = ["", *terms.period_id.tolist()]
    return table(
        "offers",
        site_id=ids("V", recognitions.site[offers.recognition]),
        trajectory_id=taken(
            (t.trajectory_id for t in trainings),
            recognitions.training[offers.recognition],
        ),
        competence_id=taken(of.item_id, offers.item),
        period_from=taken(names, offers.first_term),
        period_to=taken(names, offers.last_term),
    )


def requirement_table(
    recognitions: Recognitions, trainings: tuple[Training, ...], seed: int
) -> Table:
    """Table `requirements`: attests that some recognised sites ask."""
    rng = stream(seed, "requirements")
    asked: list[tuple[int, int, str]] = []
    for number, training in enumerate(trainings):
        sites = recognitions.site[recognitions.training == number]
        for competence in training.competences:
            if competence.attest:
                share = ATTEST_SHARES[competence.attest]
                asking = sites[rng.random(len(sites)) < share]
                asked += [
                    (s, number, competence.competence_id) for s in asking.tolist()
                ]
    asked.sort()
    return table(
        "requirements",
        site_id=ids("V", [site for site, _, _ in asked]),
        trajectory_id=[trainings[number].trajectory_id for _, number, _ in asked],
        competence_id=[competence_id for _, _, competence_id in asked],
    )
