"""Weights, thresholds and the pattern of blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from matcher.errors import PolicyError
from matcher.policy import policy_from_mapping, policy_to_mapping
from matcher.scenario.change import Change
from matcher.scenario.edit import Edit, SetPolicy
from matcher.scenario.words import fault
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet(Change):
    """A weight or threshold of the policy gets another value.

    Attributes
    ----------
    key
        As in a policy file, sections with a dot: ``travel.max_minutes``.
    """

    kind: ClassVar[str] = "policy_set"
    key: str
    value: float | str

    def edits(self, world: World) -> Iterator[Edit]:
        """Set the key, once a policy with it can be read."""
        path = tuple(self.key.split("."))
        try:
            policy_from_mapping(nested(path, self.value))
        except PolicyError as error:
            told = str(error).removesuffix(".")
            raise fault("policy", key=self.key, value=self.value, told=told) from error
        yield SetPolicy(
            path=path,
            before=_found(policy_to_mapping(world.policy), path),
            after=self.value,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPattern(Change):
    """How learners of a trajectory alternate: blocks, sites, days."""

    kind: ClassVar[str] = "block_pattern"
    trajectory_id: str
    min_block_weeks: float | None = None
    max_sites: int | None = None
    days_per_week: float | None = None

    def edits(self, world: World) -> Iterator[Edit]:
        """Set what is given."""
        row = world.one("trajectories", trajectory_id=self.trajectory_id)
        given = {
            "min_block_weeks": self.min_block_weeks,
            "max_sites": self.max_sites,
            "days_per_week": self.days_per_week,
        }
        if not any(value is not None for value in given.values()):
            raise fault("one_of", names=", ".join(given))
        for column, value in given.items():
            if value is not None:
                yield world.set("trajectories", row, column, value)


def nested(path: tuple[str, ...], value: object) -> dict[str, Any]:
    """A mapping that holds one value under these keys."""
    first, *rest = path
    return {first: nested(tuple(rest), value) if rest else value}


def _found(mapping: Mapping[str, Any], path: tuple[str, ...]) -> float | str | None:
    value: Any = mapping
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, float | str) else None
