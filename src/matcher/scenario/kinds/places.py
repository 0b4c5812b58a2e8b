"""Sites and enterprises that come, go, grow or shrink."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from matcher.scenario.change import Change, cut_recognition, release, teaches
from matcher.scenario.edit import AddRow, Edit
from matcher.scenario.words import fault
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCloses(Change):
    """A site takes nobody in a span of periods; what was signed there then is void."""

    kind: ClassVar[str] = "site_closes"
    site_id: str
    from_period: str | None = None
    to_period: str | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Cut its recognitions, release what was signed."""
        world.one("sites", site_id=self.site_id)
        start, end = world.span(self.from_period, self.to_period)
        first = world.first_day(start) if self.from_period else None
        last = world.last_day(end - 1) if self.to_period else None
        for row in world.rows("recognitions", site_id=self.site_id):
            yield from cut_recognition(world, row, first, last)
        for row in world.decided("signed", start, end, site_id=self.site_id):
            yield from release(world, row, keeps_site=False)

    def misses(self, row: AddRow, world: World) -> bool:  # noqa: ARG002
        """Recognitions that it gets."""
        return row.table == "recognitions" and row.text("site_id") == self.site_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAdded(Change):
    """A new site with one trained mentor, recognised for one or more trajectories.

    Attributes
    ----------
    competences
        What it teaches of each trajectory; none named: all that a workplace can.
    mentor_learners
        Learners of its mentor; blank: as many as the site's places.
    """

    kind: ClassVar[str] = "site_added"
    site_id: str
    name: str
    postcode: str
    capacity: int
    trajectories: tuple[str, ...]
    competences: tuple[str, ...] = ()
    enterprise_id: str | None = None
    supports: tuple[str, ...] = ()
    mentor_id: str | None = None
    mentor_learners: int | None = None
    mentor_hours: float | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add the site, its recognitions, offers and mentor."""
        world.absent("sites", site_id=self.site_id)
        world.located(self.postcode)
        yield world.add(
            "sites",
            {
                "site_id": self.site_id,
                "enterprise_id": self.enterprise_id,
                "name": self.name,
                "postcode": self.postcode,
                "capacity": self.capacity,
                "supports": self.supports,
            },
        )
        for trajectory_id in self.trajectories:
            world.one("trajectories", trajectory_id=trajectory_id)
            named = {"site_id": self.site_id, "trajectory_id": trajectory_id}
            yield world.add("recognitions", named)
            yield from teaches(world, self.site_id, trajectory_id, self.competences)
        mentor_id = self.mentor_id or f"{self.site_id}-mentor"
        world.absent("mentors", mentor_id=mentor_id)
        learners = self.mentor_learners
        yield world.add(
            "mentors",
            {
                "mentor_id": mentor_id,
                "site_id": self.site_id,
                "max_learners": self.capacity if learners is None else learners,
                "hours_per_week": self.mentor_hours,
                "trained_on": _trained_by(world),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCopied(Change):
    """A second site like one that is there: its recognitions, offers and mentors.

    Decisions about people (placements, wishes, measured travel) are not copied.
    """

    kind: ClassVar[str] = "site_copied"
    site_id: str
    new_id: str
    postcode: str | None = None
    capacity: int | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Add copies of all rows that describe the site."""
        row = world.one("sites", site_id=self.site_id)
        world.absent("sites", site_id=self.new_id)
        cells: dict[str, object] = dict(world.texts("sites", row))
        cells["site_id"] = self.new_id
        if self.postcode is not None:
            world.located(self.postcode)
            cells |= {"postcode": self.postcode, "lat": None, "lon": None}
        if self.capacity is not None:
            cells["capacity"] = self.capacity
        yield world.add("sites", cells)
        for table in ("recognitions", "offers", "requirements"):
            for own in world.rows(table, site_id=self.site_id):
                yield world.add(
                    table, world.texts(table, own) | {"site_id": self.new_id}
                )
        for own in world.rows("mentors", site_id=self.site_id):
            texts = world.texts("mentors", own)
            new_id = f"{texts['mentor_id']}-{self.new_id}"
            world.absent("mentors", mentor_id=new_id)
            texts |= {"mentor_id": new_id, "site_id": self.new_id}
            yield world.add("mentors", texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCapacity(Change):
    """A site takes more or fewer learners at one time."""

    kind: ClassVar[str] = "site_capacity"
    site_id: str
    capacity: int

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the places."""
        row = world.one("sites", site_id=self.site_id)
        yield world.set("sites", row, "capacity", self.capacity)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseLimit(Change):
    """An enterprise takes at most so many learners over all its sites."""

    kind: ClassVar[str] = "enterprise_limit"
    enterprise_id: str
    max_learners: int

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the limit; an enterprise that only sites name gets a row."""
        found = world.rows("enterprises", enterprise_id=self.enterprise_id)
        if found:
            yield world.set("enterprises", found[0], "max_learners", self.max_learners)
            return
        world.one("sites", enterprise_id=self.enterprise_id)
        cells = {"enterprise_id": self.enterprise_id, "max_learners": self.max_learners}
        yield world.add("enterprises", cells)


def _trained_by(world: World) -> date:
    """A day on which a mentor has to be trained to count in every period.

    Raises
    ------
    ScenarioError
        There are no periods.
    """
    if not len(world.dataset.periods):
        raise fault("no_periods")
    return world.first_day(0)
