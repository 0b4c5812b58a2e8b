"""A scenario: a question, a dataset, and the changes that it asks about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from matcher.dataset import Phrase
from matcher.errors import ScenarioError
from matcher.scenario.change import Change
from matcher.scenario.parse import change_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RawChange:
    """A change as the file has it; parameters of a sweep stand in it as ``$name``.

    Attributes
    ----------
    label
        How people find it: ``change 2 (site_closes)``.
    """

    label: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number or word that a sweep varies.

    Attributes
    ----------
    values
        Points of a grid; empty where it is sampled.
    low, high
        Ends of what is sampled; whole numbers where both are.
    """

    name: str
    values: tuple[float | int | str, ...]
    low: float | int
    high: float | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A candidate decision: changes on top of those of the scenario."""

    name: str
    changes: tuple[RawChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Many variants of one scenario.

    Attributes
    ----------
    draws
        Random draws of each point; ``$draw`` is the seed of a draw, the same for
        every choice and point.
    sample
        Points drawn within the ranges of sampled parameters; 0 for a grid alone.
    choices
        Empty: the scenario as it is, against the base.
    """

    draws: int
    sample: int
    seed: int
    parameters: tuple[Parameter, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the golden tests hold of the comparison; both ends allowed.

    Attributes
    ----------
    measure
        Of `matcher.whatif.measures`.
    """

    measure: str
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario file, with all that it extends.

    Attributes
    ----------
    name
        Of the file, without its ending.
    as_of
        Day on which the question is asked (informative).
    max_runtime_seconds, gap, seed
        How to solve; None leaves it to the command.
    """

    name: str
    path: Path
    title: Phrase
    question: Phrase
    dataset: Path
    as_of: date | None
    max_runtime_seconds: float | None
    gap: float | None
    seed: int | None
    raw_changes: tuple[RawChange, ...]
    sweep: Sweep | None
    expect: tuple[Expectation, ...]

    def changes(
        self,
        parameters: Mapping[str, float | int | str] | None = None,
        choice: Choice | None = None,
    ) -> tuple[tuple[str, Change], ...]:
        """Every change with its label, parameters filled in.

        Raises
        ------
        ScenarioError
            A change has a field that is unknown, missing or of the wrong kind.
        """
        raw = self.raw_changes + (choice.changes if choice else ())
        found, faults = [], []
        for each in raw:
            try:
                change = change_of(filled_in(each.fields, parameters or {}))
            except ScenarioError as error:
                faults.append(f"{each.label}: {error}")
            else:
                found.append((each.label, change))
        if faults:
            message = f'Scenario "{self.name}": {"; ".join(faults)}.'
            raise ScenarioError(message)
        return tuple(found)


def filled_in(
    fields: Mapping[str, Any], parameters: Mapping[str, float | int | str]
) -> dict[str, Any]:
    """Fields in which every ``$name`` is the parameter of that name.

    Raises
    ------
    ScenarioError
        There is no such parameter.
    """
    filled: dict[str, Any] = {}
    for key, value in fields.items():
        if isinstance(value, str) and value.startswith("$"):
            if value[1:] not in parameters:
                message = (
                    f'"{value}" is no parameter of the sweep. Expected one of '
                    f"{', '.join(parameters) or 'none: there is no sweep'}"
                )
                raise ScenarioError(message)
            value = parameters[value[1:]]
        filled[key] = value
    return filled
