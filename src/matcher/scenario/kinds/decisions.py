"""Decisions of people: signed, refused, or no longer binding."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from matcher.scenario.change import Change
from matcher.scenario.edit import Edit
from matcher.scenario.words import fault
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementSigned(Change):
    """A learner signs for a site and mentor in some periods."""

    kind: ClassVar[str] = "placement_signed"
    learner_id: str
    site_id: str
    mentor_id: str
    periods: tuple[str, ...]

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the signed rows."""
        world.one("learners", learner_id=self.learner_id)
        world.one("mentors", mentor_id=self.mentor_id, site_id=self.site_id)
        for period_id in dict.fromkeys(self.periods):
            world.period(period_id)
            own = {"learner_id": self.learner_id, "period_id": period_id}
            world.absent("placements", **own, status="signed")
            where = {"site_id": self.site_id, "mentor_id": self.mentor_id}
            yield world.add("placements", {**own, **where, "status": "signed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementRefused(Change):
    """A learner or site says no; blank period or mentor: to all of them."""

    kind: ClassVar[str] = "placement_refused"
    learner_id: str
    site_id: str
    period_id: str | None = None
    mentor_id: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the refusal."""
        world.one("learners", learner_id=self.learner_id)
        world.one("sites", site_id=self.site_id)
        if self.period_id is not None:
            world.period(self.period_id)
        if self.mentor_id is not None:
            world.one("mentors", mentor_id=self.mentor_id, site_id=self.site_id)
        cells = {
            "learner_id": self.learner_id,
            "period_id": self.period_id or "",
            "site_id": self.site_id,
            "mentor_id": self.mentor_id or "",
            "status": "refused",
        }
        world.absent("placements", **cells)
        yield world.add("placements", cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementReleased(Change):
    """What a learner signed no longer binds; without periods: all of it."""

    kind: ClassVar[str] = "placement_released"
    learner_id: str
    periods: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Drop the signed rows."""
        world.one("learners", learner_id=self.learner_id)
        for period_id in self.periods:
            world.period(period_id)
        signed = world.rows("placements", learner_id=self.learner_id, status="signed")
        own = [
            row
            for row in signed
            if not self.periods
            or world.text("placements", row, "period_id") in self.periods
        ]
        if not own:
            raise fault("nothing_signed", learner=self.learner_id)
        for row in own:
            yield world.drop("placements", row)
