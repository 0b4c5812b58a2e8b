"""Trainings as real trajectories, and synthetic relatives of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from matcher.region.data_file import rows
from matcher.region.stream import stream

CATALOGUE_SEED = 20260901
"""Relatives belong to the catalogue: the same in every region, whatever its seed."""

DROPPED_SHARE = 0.25
"""Chance that a relative leaves out one specific competence of its model."""

MAX_SEATED_WEEKS = 20.0
"""A relative never asks more weeks of one competence than two terms hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One competence of a training.

    Attributes
    ----------
    generic
        Every recognised site teaches it.
    learn_at, requires
        Joined by ``|``, as in the dataset.
    first_term, last_term
        Window as term numbers from 1; 0 leaves the side open.
    frequency
        Factor on the share of sites that teach it: rare ones are low.
    attest
        The attest that stands for it, "" without one.
    """

    competence_id: str
    name: str
    module: str
    kind: str
    qualification: str
    generic: bool
    learn_at: str
    weeks: float
    first_term: int
    last_term: int
    weight: float
    requires: str
    frequency: float
    attest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One mandatory context (verplichte context) of a training.

    `frequency` is the share of sites that offer it, among those that teach its
    `qualification` ("" : among all).
    """

    context_id: str
    group_id: str
    name: str
    qualification: str
    at_least: int
    weeks: float
    weight: float
    frequency: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training with all that its trajectory demands.

    Attributes
    ----------
    base
        Position of the real training among the ten; a relative has its model's.
    learner_share
        Weight in the draw of learners.
    min_age, max_age
        Years in which learners start.
    strands
        Qualification and share of sites that teach it at all, for trainings of
        several qualifications; others are taught everywhere.
    """

    trajectory_id: str
    base: int
    name: str
    sector: str
    education: str
    hours_per_week: float
    days_per_week: float
    max_sites: int
    min_block_weeks: float
    learner_share: float
    min_age: int
    max_age: int
    competences: tuple[Competence, ...]
    contexts: tuple[Context, ...]
    strands: tuple[tuple[str, float], ...]


def catalogue(count: int) -> tuple[Training, ...]:
    """Return the ten real trainings, then relatives up to `count` trainings."""
    real = _real_trainings()
    relatives = (
        _relative(real[number % len(real)], number // len(real))
        for number in range(len(real), count)
    )
    return (*real[:count], *relatives)


def _real_trainings() -> tuple[Training, ...]:
    contexts = [(row["trajectory_id"], _context(row)) for row in _file("contexts")]
    strands = [
        (row["trajectory_id"], (row["qualification"], float(row["share"])))
        for row in _file("strands")
    ]
    return tuple(
        Training(
            trajectory_id=row["trajectory_id"],
            base=base,
            name=row["name"],
            sector=row["sector"],
            education=row["education"],
            hours_per_week=float(row["hours_per_week"]),
            days_per_week=float(row["days_per_week"]),
            max_sites=int(row["max_sites"]),
            min_block_weeks=float(row["min_block_weeks"]),
            learner_share=float(row["learner_share"]),
            min_age=int(row["min_age"]),
            max_age=int(row["max_age"]),
            competences=tuple(_competence(line) for line in _file(row["file"])),
            contexts=tuple(c for of, c in contexts if of == row["trajectory_id"]),
            strands=tuple(s for of, s in strands if of == row["trajectory_id"]),
        )
        for base, row in enumerate(_file("trainings"))
    )


def _file(name: str) -> Iterator[dict[str, str]]:
    return rows("trainings", f"{name}.csv")


def _competence(row: dict[str, str]) -> Competence:
    first, _, last = row["terms"].partition("-")
    return Competence(
        competence_id=row["competence_id"],
        name=row["name"],
        module=row["module"],
        kind=row["kind"],
        qualification=row["qualification"],
        generic=row["generic"] == "x",
        learn_at=row["learn_at"],
        weeks=float(row["weeks"]),
        first_term=int(first or 0),
        last_term=int(last or 0),
        weight=float(row["weight"]),
        requires=row["requires"],
        frequency=float(row["frequency"]),
        attest=row["attest"],
    )


def _context(row: dict[str, str]) -> Context:
    return Context(
        context_id=row["context_id"],
        group_id=row["group_id"],
        name=row["name"],
        qualification=row["qualification"],
        at_least=int(row["at_least"]),
        weeks=float(row["weeks"]),
        weight=float(row["weight"]),
        frequency=float(row["frequency"]),
    )


def _relative(model: Training, number: int) -> Training:
    """Vary a real training: fewer competences, other weeks, other ages."""
    rng = stream(CATALOGUE_SEED, model.trajectory_id, str(number))
    kept = [
        competence
        for competence, dropped in zip(
            model.competences,
            rng.random(len(model.competences)) < DROPPED_SHARE,
            strict=True,
        )
        if competence.generic or competence.attest or not dropped
    ]
    adult = rng.random() < 0.12
    return replace(
        model,
        trajectory_id=f"{model.trajectory_id}-S{number:02d}",
        name=f"{model.name} (synthetische verwant {number})",
        education="adult" if adult else model.education,
        min_age=19 if adult else model.min_age,
        max_age=45 if adult else model.max_age,
        learner_share=model.learner_share * rng.uniform(0.25, 0.75),
        competences=_varied(kept, rng),
    )


def _varied(kept: list[Competence], rng: np.random.Generator) -> tuple[Competence, ...]:
    ids = {competence.competence_id for competence in kept}
    shifts = rng.choice([-2.0, 0.0, 0.0, 2.0, 4.0], len(kept))
    factors = rng.uniform(0.7, 1.2, len(kept))
    return tuple(
        replace(
            competence,
            weeks=float(np.clip(competence.weeks + shift, 2, MAX_SEATED_WEEKS)),
            frequency=min(1.0, round(competence.frequency * factor, 2)),
            requires="|".join(
                need for need in competence.requires.split("|") if need in ids
            ),
        )
        for competence, shift, factor in zip(kept, shifts, factors, strict=True)
    )
