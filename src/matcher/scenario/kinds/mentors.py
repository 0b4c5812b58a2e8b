"""Mentors who leave, fall ill, are trained, or have more or less time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from matcher.scenario.change import Change, release
from matcher.scenario.edit import AddRow, Edit
from matcher.scenario.words import fault
from matcher.scenario.world import World, day_before


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorLeaves(Change):
    """A mentor is not there from a period on; blank: from the beginning.

    What was signed with the mentor from then on becomes a proposal for the same site.
    """

    kind: ClassVar[str] = "mentor_leaves"
    mentor_id: str
    from_period: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Cut the availability, or the places where nothing of it would be left."""
        row = world.one("mentors", mentor_id=self.mentor_id)
        start, end = world.span(self.from_period, None)
        last = day_before(world.first_day(start))
        begins, ends = _window(world, row)
        if ends is not None and ends <= last:
            raise fault("mentor_left", mentor=self.mentor_id, day=ends)
        if begins is not None and begins > last:
            yield world.set("mentors", row, "max_learners", 0)
        else:
            yield world.set("mentors", row, "available_to", last)
        for signed in world.decided("signed", start, end, mentor_id=self.mentor_id):
            yield from release(world, signed, keeps_site=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorAbsent(Change):
    """A mentor is not there in some periods, and back after them.

    A mentor has one window of availability, so the absence is written as rows
    `refused` of this mentor, in these periods, for every learner of a trajectory
    that the site is recognised for. What was signed with the mentor then becomes a
    proposal for the same site.
    """

    kind: ClassVar[str] = "mentor_absent"
    mentor_id: str
    periods: tuple[str, ...]

    def edits(self, world: World) -> Iterator[Edit]:
        """Close the mentor in these periods."""
        row = world.one("mentors", mentor_id=self.mentor_id)
        site_id = world.text("mentors", row, "site_id")
        recognised = {
            world.text("recognitions", each, "trajectory_id")
            for each in world.rows("recognitions", site_id=site_id)
        }
        learners = world.dataset.learners
        if not self.periods:
            raise fault("no_periods_given")
        for period_id in dict.fromkeys(self.periods):
            at = world.period(period_id)
            for signed in world.decided("signed", at, at + 1, mentor_id=self.mentor_id):
                yield from release(world, signed, keeps_site=True)
            for learner in range(len(learners)):
                if learners.trajectory_id[learner] in recognised:
                    cells = {
                        "learner_id": learners.learner_id[learner],
                        "period_id": period_id,
                        "site_id": site_id,
                        "mentor_id": self.mentor_id,
                        "status": "refused",
                    }
                    if not world.rows("placements", **cells):
                        yield world.add("placements", cells)

    def misses(self, row: AddRow, world: World) -> bool:
        """Learners who come, and trainings that the site is newly recognised for."""
        at = world.rows("mentors", mentor_id=self.mentor_id)
        site_id = world.text("mentors", at[0], "site_id") if at else ""
        if row.table == "recognitions":
            return row.text("site_id") == site_id
        return row.table == "learners" and bool(
            world.rows(
                "recognitions",
                site_id=site_id,
                trajectory_id=row.text("trajectory_id"),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorTrained(Change):
    """A mentor has the mentor training from a day on."""

    kind: ClassVar[str] = "mentor_trained"
    mentor_id: str
    on: date

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the day of the training, which may only come earlier."""
        row = world.one("mentors", mentor_id=self.mentor_id)
        before: date | None = world.dataset.mentors.trained_on[row].tolist()
        if before is not None and before <= self.on:
            raise fault("mentor_trained", mentor=self.mentor_id, day=before)
        yield world.set("mentors", row, "trained_on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorTime(Change):
    """A mentor takes another number of learners, or has other hours."""

    kind: ClassVar[str] = "mentor_time"
    mentor_id: str
    max_learners: int | None = None
    hours_per_week: float | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Set what is given."""
        row = world.one("mentors", mentor_id=self.mentor_id)
        if self.max_learners is None and self.hours_per_week is None:
            raise fault("mentor_time")
        if self.max_learners is not None:
            yield world.set("mentors", row, "max_learners", self.max_learners)
        if self.hours_per_week is not None:
            yield world.set("mentors", row, "hours_per_week", self.hours_per_week)


def _window(world: World, row: int) -> tuple[date | None, date | None]:
    mentors = world.dataset.mentors
    return mentors.available_from[row].tolist(), mentors.available_to[row].tolist()
