"""Travel that becomes slower, or a way to travel that goes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from matcher.dataset import Phrase, mode_said
from matcher.policy import TravelMode, TravelPolicy
from matcher.scenario.change import Change
from matcher.scenario.edit import AddRow, Edit, SetPolicy
from matcher.scenario.words import fault
from matcher.scenario.world import World
from matcher.travel import EstimateProvider, Points, postcode_points

_DEFAULT_MODES = ("bike", "pt")
"""Of a learner who names none (contract, section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSlower(Change):
    """A mode of travel takes longer.

    Without an area the policy changes, for everybody and everywhere. With one, the
    estimate of the learners who live there is written as rows of `travel`; measured
    rows stay, and so does the way to courses, which has no rows.

    Attributes
    ----------
    factor
        Times the riding time; 1 or more.
    extra_minutes
        Added to every journey with the mode.
    area
        Beginnings of postcodes of learners.
    """

    kind: ClassVar[str] = "travel_slower"
    mode: str
    factor: float = 1.0
    extra_minutes: float = 0.0
    area: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Change the policy, or the minutes of an area."""
        policy = world.policy.travel
        slower = self._slower(policy)
        if not self.area:
            old = policy.modes[self.mode]
            path = ("travel", "modes", self.mode)
            if self.factor != 1.0:
                yield SetPolicy(
                    path=(*path, "speed"), before=old.speed, after=slower.speed
                )
            if self.extra_minutes:
                yield SetPolicy(
                    path=(*path, "access"), before=old.access, after=slower.access
                )
            return
        modes = MappingProxyType({**policy.modes, self.mode: slower})
        yield from _minutes(world, self, replace(policy, modes=modes))

    def misses(self, row: AddRow, world: World) -> bool:  # noqa: ARG002
        """Of an area: learners who come to live there, and sites to travel to."""
        if not self.area:
            return False
        if row.table in {"sites", "recognitions"}:
            return True
        return row.table == "learners" and _may_use(row, self.mode, self.area)

    def _slower(self, policy: TravelPolicy) -> TravelMode:
        if self.mode not in policy.modes:
            raise fault("no_mode", mode=self.mode, known=", ".join(policy.modes))
        if self.factor < 1.0 or self.extra_minutes < 0.0:
            raise fault("faster")
        if self.factor == 1.0 and not self.extra_minutes:
            raise fault("not_slower")
        mode = policy.modes[self.mode]
        return TravelMode(
            access=mode.access + self.extra_minutes, speed=mode.speed / self.factor
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeLost(Change):
    """Learners of an area lose a way to travel; who has no other one walks."""

    kind: ClassVar[str] = "mode_lost"
    mode: str
    area: tuple[str, ...] = ()

    def edits(self, world: World) -> Iterator[Edit]:
        """Take the mode from the learners."""
        users = _users(world, self.mode, self.area)
        if not users:
            mode = Phrase(nl=mode_said(self.mode).nl, en=f'"{self.mode}"')
            raise fault("mode_unused", mode=mode)
        for row in users:
            modes = world.dataset.learners.modes[row] or _DEFAULT_MODES
            left = tuple(each for each in modes if each != self.mode)
            yield world.set("learners", row, "modes", left or ("walk",))

    def misses(self, row: AddRow, world: World) -> bool:  # noqa: ARG002
        """Learners who come with the mode."""
        return row.table == "learners" and _may_use(row, self.mode, self.area)


def _users(world: World, mode: str, area: tuple[str, ...]) -> list[int]:
    modes = world.dataset.learners.modes
    return [
        row
        for row in world.learners(None, area)
        if mode in (modes[row] or _DEFAULT_MODES)
    ]


def _may_use(row: AddRow, mode: str, area: tuple[str, ...]) -> bool:
    """Whether a learner who comes lives there and travels so."""
    modes = tuple(filter(None, row.text("modes").split("|"))) or _DEFAULT_MODES
    return mode in modes and (not area or row.text("postcode").startswith(area))


def _minutes(
    world: World, change: TravelSlower, slower: TravelPolicy
) -> Iterator[Edit]:
    """Rows of `travel` for every journey that gets longer."""
    dataset, points = world.dataset, postcode_points()
    learners, sites = dataset.learners, dataset.sites
    homes = Points(*points.locate(learners.postcode, learners.lat, learners.lon))
    places = Points(*points.locate(sites.postcode, sites.lat, sites.lon))
    site_at = {key: at for at, key in enumerate(sites.site_id)}
    recognised: dict[str, list[int]] = {}
    for site_id, trajectory_id in dict.fromkeys(
        zip(
            dataset.recognitions.site_id,
            dataset.recognitions.trajectory_id,
            strict=True,
        )
    ):
        recognised.setdefault(trajectory_id, []).append(site_at[site_id])
    measured = set(zip(dataset.travel.learner_id, dataset.travel.site_id, strict=True))
    for row in _users(world, change.mode, change.area):
        own = recognised.get(learners.trajectory_id[row], [])
        origin = np.full(len(own), row)
        there = np.array(own, dtype=np.int64)
        before, after = (
            EstimateProvider(policy).minutes(
                homes, places, origin, there, list(learners.modes)
            )
            for policy in (world.policy.travel, slower)
        )
        for at in np.flatnonzero(after > before).tolist():
            pair = (learners.learner_id[row], sites.site_id[own[at]])
            if pair not in measured:
                yield world.add(
                    "travel",
                    {
                        "learner_id": pair[0],
                        "site_id": pair[1],
                        "minutes": float(after[at]),
                    },
                )
