"""A scenario while it is being built: what it says, and what stands in its way."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from matcher.dataset import Dataset
from matcher.errors import ScenarioError
from matcher.policy import Policy
from matcher.scenario import AppliedChange, World, planned
from matcher_service.answers.pseudonyms import Veil
from matcher_service.pages.names import Names
from matcher_service.routes.scenarios import changes_of
from matcher_service.schemas import ScenarioIn
from matcher_service.web.problems import ProblemError

_MOST_CHANGES = 50
_MOST_LETTERS = 16_000
"""Of all changes together: they travel in the address of the page."""

_LABELS = re.compile(r'Scenario "[^"]*": |change \d+ \(\w+\): ')
_NUMBERED = re.compile(r"\bchange (\d+) \(\w+\)")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One change: what it says, or the fault in it.

    Attributes
    ----------
    about
        Names of what it speaks of by id.
    """

    raw: str
    text: str
    about: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a draft stands on: the data and policy of a run, learners by pseudonym."""

    dataset: Dataset
    policy: Policy
    veil: Veil


class Draft:
    """Changes as JSON texts, looked at on the ground of a run."""

    def __init__(self, ground: Ground, raws: Sequence[str], names: Names) -> None:
        if len(raws) > _MOST_CHANGES or sum(map(len, raws)) > _MOST_LETTERS:
            raise ProblemError("too_large")
        self._ground = ground
        self._names = names
        self._changes = [_parsed(raw) for raw in raws]
        self.lines = tuple(
            self._line(raw, change)
            for raw, change in zip(raws, self._changes, strict=True)
        )
        self.fault = self._fault_together()

    @property
    def is_ready(self) -> bool:
        """Whether it can be computed."""
        return (
            bool(self.lines)
            and not self.fault
            and not any(line.fault for line in self.lines)
        )

    @property
    def raws(self) -> tuple[str, ...]:
        """Changes as texts, to send along."""
        return tuple(line.raw for line in self.lines)

    def _line(self, raw: str, change: Json) -> DraftLine:
        try:
            made = self._planned([change])
        except ScenarioError as error:
            fault = self._told(error)
            return DraftLine(raw=raw, text="", about="", fault=fault)
        said = made[0].said.said_in(self._names.words.language)
        text = self._ground.veil.over(said)
        return DraftLine(raw=raw, text=text, about=about(change, self._names), fault="")

    def _fault_together(self) -> str:
        """What is wrong with all of them at once, where each alone is fine."""
        if len(self.lines) < 2 or any(line.fault for line in self.lines):
            return ""
        try:
            self._planned(self._changes)
        except ScenarioError as error:
            return self._told(error)
        return ""

    def _told(self, error: ScenarioError) -> str:
        """A fault without the names of file and change, which nobody gave."""
        language = self._names.words.language
        said = error.dutch if language == "nl" else str(error)
        told = self._ground.veil.over(_LABELS.sub("", said))
        # Where two changes are named, they are so by their number on this page.
        return _NUMBERED.sub(self._names.words("change_number", n=r"\1"), told)

    def _planned(self, changes: Sequence[Json]) -> tuple[AppliedChange, ...]:
        lifted = self._ground.veil.lifted(changes)
        try:
            read = changes_of(ScenarioIn(title="-", changes=lifted))
        except ProblemError as error:
            dutch = self._names.words("change_unreadable")
            raise ScenarioError(error.detail, dutch) from error
        except ValidationError as error:
            raise ProblemError("invalid") from error
        world = World(dataset=self._ground.dataset, policy=self._ground.policy)
        return planned(world, read, "-")


def about(change: Mapping[str, Any], names: Names) -> str:
    """Names of the site, trainings and competences that a change speaks of by id."""
    site_id = str(change.get("site_id", ""))
    trajectory_id = str(change.get("trajectory_id", ""))
    called = [names.site(site_id), names.site_place(site_id)] if site_id else []
    trainings = [trajectory_id, *change.get("trajectories", ())]
    called += [names.trajectory(str(each)) for each in trainings if each]
    units = [change.get("competence_id", ""), *change.get("competences", ())]
    called += [names.competence(trajectory_id, str(each)) for each in units if each]
    known = {site_id, trajectory_id, *map(str, units), *map(str, trainings), ""}
    return ", ".join(each for each in dict.fromkeys(called) if each not in known)


def _parsed(raw: str) -> Json:
    try:
        change = json.loads(raw)
    except ValueError as error:
        raise ProblemError("invalid") from error
    if not isinstance(change, dict):
        raise ProblemError("invalid")
    return change
