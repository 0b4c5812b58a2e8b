"""What every kind of change has in common: a name, fields, edits, a sentence."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from matcher.scenario.edit import AddRow, Edit
from matcher.scenario.words import fault, worded
from matcher.scenario.world import World, day_after, day_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(ABC):
    """One change of a scenario: its fields are the keys of the TOML table.

    A field without a default has to be given. A field named `seed` draws at random,
    the same for the same seed.
    """

    kind: ClassVar[str]

    @abstractmethod
    def edits(self, world: World) -> Iterator[Edit]:
        """What it comes down to.

        Raises
        ------
        ScenarioError
            It asks for what is not there or cannot be; the message is a part of a
            sentence, without the name of the change.
        """

    def misses(self, row: AddRow, world: World) -> bool:  # noqa: ARG002 - most reach all
        """Whether another change adds a row that this one is about, and cannot reach.

        Changes are made against the data as they are: of two such changes, one would
        hold for less than its sentence says.
        """
        return False


def cut_recognition(
    world: World, row: int, first: date | None, last: date | None
) -> Iterator[Edit]:
    """Take the days from `first` to `last` out of a recognition; None is open."""
    start, end = _day(world, row, "valid_from"), _day(world, row, "valid_to")
    if (end and first and end < first) or (start and last and start > last):
        return
    keeps_head = first is not None and (start is None or start < first)
    keeps_tail = last is not None and (end is None or end > last)
    if keeps_head and first is not None:
        yield world.set("recognitions", row, "valid_to", day_before(first))
    if not keeps_tail or last is None:
        if not keeps_head:
            yield world.drop("recognitions", row)
        return
    if not keeps_head:
        yield world.set("recognitions", row, "valid_from", day_after(last))
        return
    yield world.add(
        "recognitions",
        world.texts("recognitions", row) | {"valid_from": day_after(last).isoformat()},
    )


def all_teachable(world: World, trajectory_id: str) -> list[str]:
    """Ids of what a workplace can teach of a trajectory, contexts included."""
    competences = world.rows("competences", trajectory_id=trajectory_id)
    taught = [
        world.text("competences", row, "competence_id")
        for row in competences
        if "workplace" in world.dataset.competences.learn_at[row]
    ]
    contexts = world.rows("contexts", trajectory_id=trajectory_id)
    return taught + [world.text("contexts", row, "context_id") for row in contexts]


def teaches(
    world: World, site_id: str, trajectory_id: str, competences: tuple[str, ...]
) -> Iterator[Edit]:
    """A site begins to teach these, or all it can where none is named.

    Raises
    ------
    ScenarioError
        The trajectory has no such competence or context.
    """
    known = all_teachable(world, trajectory_id)
    for competence_id in competences or known:
        if competence_id not in known:
            raise fault(
                "untaught",
                competence=competence_id,
                trajectory=trajectory_id,
                known=", ".join(known) or worded("fault_none"),
            )
        yield world.add(
            "offers",
            {
                "site_id": site_id,
                "trajectory_id": trajectory_id,
                "competence_id": competence_id,
            },
        )


def release(world: World, row: int, *, keeps_site: bool) -> Iterator[Edit]:
    """A signed placement no longer binds.

    Parameters
    ----------
    keeps_site
        It becomes a proposal for the same site with another mentor, unless the
        learner has a proposal for that period already.
    """
    texts = world.texts("placements", row)
    named = {name: texts[name] for name in ("learner_id", "period_id")}
    if not keeps_site or world.rows("placements", **named, status="proposed"):
        yield world.drop("placements", row)
        return
    yield world.set("placements", row, "status", "proposed")
    yield world.set("placements", row, "mentor_id", None)


def _day(world: World, row: int, column: str) -> date | None:
    day: date | None = getattr(world.dataset.recognitions, column)[row].tolist()
    return day
