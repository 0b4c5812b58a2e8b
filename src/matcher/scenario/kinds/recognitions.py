"""Recognitions that are granted, withdrawn, restricted or prolonged; offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from matcher.scenario.change import Change, all_teachable, cut_recognition, teaches
from matcher.scenario.edit import AddRow, Edit
from matcher.scenario.words import fault, worded
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionGranted(Change):
    """A site is recognised for a trajectory.

    Attributes
    ----------
    competences
        What it begins to teach; none named and nothing taught yet: all it can.
    """

    kind: ClassVar[str] = "recognition_granted"
    site_id: str
    trajectory_id: str
    valid_from: date | None = None
    valid_to: date | None = None
    competences: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the recognition and what is taught under it."""
        world.one("sites", site_id=self.site_id)
        world.one("trajectories", trajectory_id=self.trajectory_id)
        named = {"site_id": self.site_id, "trajectory_id": self.trajectory_id}
        day = "" if self.valid_from is None else self.valid_from.isoformat()
        world.absent("recognitions", **named, valid_from=day)
        dates = {"valid_from": self.valid_from, "valid_to": self.valid_to}
        yield world.add("recognitions", {**named, **dates})
        if self.competences or not world.rows("offers", **named):
            yield from teaches(
                world, self.site_id, self.trajectory_id, self.competences
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionWithdrawn(Change):
    """A site is no longer recognised for a trajectory; what is signed stays."""

    kind: ClassVar[str] = "recognition_withdrawn"
    site_id: str
    trajectory_id: str
    from_period: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Cut the recognition."""
        named = {"site_id": self.site_id, "trajectory_id": self.trajectory_id}
        world.one("recognitions", **named)
        start, _ = world.span(self.from_period, None)
        first = world.first_day(start) if self.from_period else None
        for row in world.rows("recognitions", **named):
            yield from cut_recognition(world, row, first, None)

    def misses(self, row: AddRow, world: World) -> bool:  # noqa: ARG002
        """The same recognition, granted anew."""
        named = (row.text("site_id"), row.text("trajectory_id"))
        own = (self.site_id, self.trajectory_id)
        return row.table == "recognitions" and named == own


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionRestricted(Change):
    """A site may no longer teach some competences of a trajectory."""

    kind: ClassVar[str] = "recognition_restricted"
    site_id: str
    trajectory_id: str
    competences: tuple[str, ...]

    def edits(self, world: World) -> Iterator[Edit]:
        """Drop its offers of them."""
        for competence_id in self.competences:
            named = {
                "site_id": self.site_id,
                "trajectory_id": self.trajectory_id,
                "competence_id": competence_id,
            }
            world.one("offers", **named)
            for row in world.rows("offers", **named):
                yield world.drop("offers", row)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionProlonged(Change):
    """Recognitions run until a later day; none shorter.

    Attributes
    ----------
    valid_to
        Blank: without an end.
    site_id, trajectory_id
        Blank: of every site, of every trajectory.
    """

    kind: ClassVar[str] = "recognition_prolonged"
    valid_to: date | None = None
    site_id: str | None = None
    trajectory_id: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Put off the last day where it comes earlier."""
        named = {"site_id": self.site_id, "trajectory_id": self.trajectory_id}
        rows = world.rows(
            "recognitions", **{k: v for k, v in named.items() if v is not None}
        )
        ends = {
            row: end
            for row in rows
            if (end := world.dataset.recognitions.valid_to[row].tolist()) is not None
        }
        later = [
            row
            for row, end in ends.items()
            if self.valid_to is None or end < self.valid_to
        ]
        if not later:
            raise fault("no_earlier_end")
        for row in later:
            yield world.set("recognitions", row, "valid_to", self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAdded(Change):
    """A site begins to teach a competence or context."""

    kind: ClassVar[str] = "offer_added"
    site_id: str
    trajectory_id: str
    competence_id: str
    from_period: str | None = None
    to_period: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the offer."""
        world.one("sites", site_id=self.site_id)
        known = all_teachable(world, self.trajectory_id)
        if self.competence_id not in known:
            raise fault(
                "untaught",
                competence=self.competence_id,
                trajectory=self.trajectory_id,
                known=", ".join(known) or worded("fault_none"),
            )
        world.span(self.from_period, self.to_period)
        cells = {
            "site_id": self.site_id,
            "trajectory_id": self.trajectory_id,
            "competence_id": self.competence_id,
            "period_from": self.from_period or "",
        }
        world.absent("offers", **cells)
        yield world.add("offers", cells | {"period_to": self.to_period or ""})
