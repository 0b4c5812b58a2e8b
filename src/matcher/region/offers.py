"""What each recognised site teaches, and the attests it asks beforehand."""

import numpy as np

from matcher.region.columns import Bools, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.items import Items, items
from matcher.region.recognitions import Recognitions
from matcher.region.table import Table, ids, table, taken

MODULE_SWING = 0.5
"""How far a module as a whole moves the chance that its competences are taught."""

WINDOWED_SHARE = 0.04
"""Specific competences taught from a term on, or up to a term."""

ATTEST_SHARES = {"heftruck": 0.4, "VCA": 0.2, "BA4/BA5": 0.25, "hoogte": 0.2}
"""Recognised sites that ask the attest before a learner may start."""


def offer_table(frame: Frame, recognitions: Recognitions) -> Table:
    """Table `offers`: every recognised site teaches a part of its trainings."""
    rng = frame.stream("offers")
    of = items(frame.trainings)
    row, item = _taught(frame, recognitions, of, rng)
    first_term, last_term = _windows(len(frame.terms), of.is_generic[item], rng)
    names = ["", *frame.terms.period_id.tolist()]
    return table(
        "offers",
        site_id=ids("V", recognitions.site[row]),
        trajectory_id=taken(
            (t.trajectory_id for t in frame.trainings), recognitions.training[row]
        ),
        competence_id=taken(of.item_id, item),
        period_from=taken(names, first_term),
        period_to=taken(names, last_term),
    )


def _taught(
    frame: Frame, recognitions: Recognitions, of: Items, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """(recognition, item) of all that is taught, a coherent part for each site.

    All generic competences, and of the specific ones a share of its own: whole
    modules are strong or weak together, and a strand may be absent.
    """
    training = recognitions.training
    sizes = np.diff(of.first)[training]
    row = np.repeat(np.arange(len(training)), sizes)
    item = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    item += of.first[training[row]]
    breadth = rng.uniform(
        frame.params.offer_low, frame.params.offer_high, len(training)
    )
    num_modules = int(of.module.max()) + 1
    swing = rng.uniform(-MODULE_SWING, MODULE_SWING, (len(training), num_modules))
    has_strand = _strands(of.strand_share[training], rng)
    chance = np.clip(breadth[row] + swing[row, of.module[item]], 0.05, 1.0)
    # A context is the kind of place: breadth of teaching says nothing of it.
    chance = np.where(of.is_context[item], 1.0, chance) * of.frequency[item]
    is_taught = has_strand[row, of.strand[item]] & (rng.random(len(row)) < chance)
    is_taught |= of.is_generic[item]
    return row[is_taught], item[is_taught]


def _windows(
    num_terms: int, is_generic: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """First and last term of each offer, from 1; 0 leaves the side open."""
    luck = rng.random(len(is_generic))
    term = rng.integers(2, num_terms, len(is_generic))
    is_late = (luck < WINDOWED_SHARE / 2) & ~is_generic
    is_early = (luck > 1 - WINDOWED_SHARE / 2) & ~is_generic
    return np.where(is_late, term, 0), np.where(is_early, term, 0)


def _strands(share: Floats, rng: np.random.Generator) -> Bools:
    """Draw per recognition the strands taught, the commonest at the least."""
    chosen = rng.random(share.shape) < share
    is_bare = ~chosen.any(axis=1)
    chosen[is_bare, share[is_bare].argmax(axis=1)] = True
    return chosen


def requirement_table(frame: Frame, recognitions: Recognitions) -> Table:
    """Table `requirements`: attests that some recognised sites ask."""
    rng = frame.stream("requirements")
    asked: list[tuple[int, int, str]] = []
    for number, training in enumerate(frame.trainings):
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
        trajectory_id=[frame.trainings[number].trajectory_id for _, number, _ in asked],
        competence_id=[competence_id for _, _, competence_id in asked],
    )
