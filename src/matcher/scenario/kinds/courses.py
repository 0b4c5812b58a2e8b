"""Courses that move, come, or have other seats."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from matcher.scenario.change import Change
from matcher.scenario.edit import Edit
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseMoved(Change):
    """A course is given in another period."""

    kind: ClassVar[str] = "course_moved"
    course_id: str
    period_id: str

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the period."""
        world.period(self.period_id)
        row = world.one("courses", course_id=self.course_id)
        yield world.set("courses", row, "period_id", self.period_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSeats(Change):
    """A course has another number of seats."""

    kind: ClassVar[str] = "course_seats"
    course_id: str
    seats: int

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the seats."""
        row = world.one("courses", course_id=self.course_id)
        yield world.set("courses", row, "seats", self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAdded(Change):
    """A new course; without a postcode it is in everybody's reach."""

    kind: ClassVar[str] = "course_added"
    course_id: str
    trajectory_id: str
    competence_id: str
    period_id: str
    seats: int
    provider: str | None = None
    postcode: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the course."""
        world.absent("courses", course_id=self.course_id)
        world.period(self.period_id)
        if self.postcode is not None:
            world.located(self.postcode)
        named = {
            "trajectory_id": self.trajectory_id,
            "competence_id": self.competence_id,
        }
        world.one("competences", **named)
        yield world.add(
            "courses",
            {
                "course_id": self.course_id,
                **named,
                "period_id": self.period_id,
                "seats": self.seats,
                "provider": self.provider,
                "postcode": self.postcode,
            },
        )
