"""Learners who come or go: one by one, or drawn at random by training and area.

Draws of one seed are nested: whoever is drawn for a smaller number is drawn for a
larger one too, so that sweeps over numbers compare like with like.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from matcher.scenario.change import Change
from matcher.scenario.edit import Edit
from matcher.scenario.words import fault
from matcher.scenario.world import World

_OWN_TABLES = ("support_needs", "abilities", "acquired", "travel", "scores")
"""What a drawn learner takes along; wishes and decisions are of persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeGrows(Change):
    """More learners like those that are there, drawn with replacement.

    Attributes
    ----------
    share
        Of the learners of that trajectory and area, from 0; or `count` of them.
    area
        Beginnings of postcodes; none named: everywhere.
    """

    kind: ClassVar[str] = "intake_grows"
    seed: int
    count: int | None = None
    share: float | None = None
    trajectory_id: str | None = None
    area: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Add copies of drawn learners, under the id of whom they are like."""
        among = world.learners(self.trajectory_id, self.area)
        number = _number(self.count, self.share, len(among))
        drawn = np.random.default_rng(self.seed).random(number)
        times: dict[int, int] = {}
        for at in (drawn * len(among)).astype(int).tolist():
            row = among[at]
            times[row] = times.get(row, 0) + 1
            like = world.text("learners", row, "learner_id")
            new_id = f"{like}+{times[row]}"
            world.absent("learners", learner_id=new_id)
            cells = world.texts("learners", row) | {"learner_id": new_id}
            yield world.add("learners", cells)
            for table in _OWN_TABLES:
                for own in world.rows(table, learner_id=like):
                    yield world.add(
                        table, world.texts(table, own) | {"learner_id": new_id}
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeShrinks(Change):
    """Fewer learners, drawn from those for whom nothing is signed yet."""

    kind: ClassVar[str] = "intake_shrinks"
    seed: int
    count: int | None = None
    share: float | None = None
    trajectory_id: str | None = None
    area: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Drop drawn learners and every row about them."""
        among = world.learners(self.trajectory_id, self.area)
        free = [row for row in among if not _has_signed(world, row)]
        number = _number(self.count, self.share, len(among))
        yield from _drawn_leave(world, free, number, self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOuts(Change):
    """Learners stop before they begin, drawn from all, signed or not."""

    kind: ClassVar[str] = "drop_outs"
    seed: int
    count: int | None = None
    share: float | None = None
    trajectory_id: str | None = None
    area: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Drop drawn learners and every row about them."""
        among = world.learners(self.trajectory_id, self.area)
        number = _number(self.count, self.share, len(among))
        yield from _drawn_leave(world, among, number, self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerAdded(Change):
    """One more learner."""

    kind: ClassVar[str] = "learner_added"
    learner_id: str
    trajectory_id: str
    postcode: str
    school_id: str | None = None
    birth_date: date | None = None
    modes: tuple[str, ...] = ()
    max_travel_minutes: float | None = None
    languages: tuple[str, ...] = ()
    ready_from: date | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the learner."""
        world.absent("learners", learner_id=self.learner_id)
        world.one("trajectories", trajectory_id=self.trajectory_id)
        world.located(self.postcode)
        yield world.add(
            "learners",
            {
                "learner_id": self.learner_id,
                "trajectory_id": self.trajectory_id,
                "school_id": self.school_id,
                "postcode": self.postcode,
                "birth_date": self.birth_date,
                "modes": self.modes,
                "max_travel_minutes": self.max_travel_minutes,
                "languages": self.languages,
                "ready_from": self.ready_from,
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerLeaves(Change):
    """One learner is not there any more."""

    kind: ClassVar[str] = "learner_leaves"
    learner_id: str

    def edits(self, world: World) -> Iterator[Edit]:
        """Drop the learner and every row about this learner."""
        yield from _leaves(world, world.one("learners", learner_id=self.learner_id))


def _number(count: int | None, share: float | None, among: int) -> int:
    """Learners to draw; a share is rounded, halves up."""
    if (count is None) == (share is None):
        raise fault("count_or_share")
    number = count if count is not None else math.floor((share or 0.0) * among + 0.5)
    if number < 0:
        raise fault("negative_number", number=number)
    return number


def _drawn_leave(
    world: World, among: list[int], number: int, seed: int
) -> Iterator[Edit]:
    if number > len(among):
        raise fault("too_many_leave", number=number, most=len(among))
    order = np.random.default_rng(seed).permutation(len(among))
    for at in sorted(order[:number].tolist()):
        yield from _leaves(world, among[at])


def _leaves(world: World, row: int) -> Iterator[Edit]:
    learner_id = world.text("learners", row, "learner_id")
    yield world.drop("learners", row)
    for table, own in world.referring("learners", learner_id):
        yield world.drop(table, own)


def _has_signed(world: World, row: int) -> bool:
    learner_id = world.text("learners", row, "learner_id")
    return bool(world.rows("placements", learner_id=learner_id, status="signed"))
