"""The tasks of a sweep: every choice at every point in every draw, each with a digest.

Draw number n has the same seed for every choice and point (common random numbers), so
that what differs is the decision and not the luck.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.dataset import Dataset
from matcher.pipeline.line import versions
from matcher.policy import Policy, policy_to_mapping
from matcher.scenario import Change, Choice, Scenario, Sweep
from matcher.scenario.read_sweep import DRAW
from matcher.scenario.scenario import Parameter
from matcher.solvers.run import SolveParams

Point = tuple[tuple[str, float | int | str], ...]
"""Values of the parameters, in the order of the file."""

_DRAWS_APART = 1_000
"""Seeds of draws of two sweeps with seeds n and n + 1 do not meet below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One variant to solve.

    Attributes
    ----------
    digest
        SHA-256 of all that decides its answer: data, policy, changes, how to solve,
        versions. Equal digests are solved once.
    """

    choice: str
    point: Point
    draw: int
    changes: tuple[tuple[str, Change], ...]
    digest: str


def tasks_of(
    scenario: Scenario,
    dataset: Dataset,
    policy: Policy,
    params: SolveParams,
    *,
    is_warm: bool = True,
) -> tuple[Task, ...]:
    """All tasks, by choice, then point, then draw.

    Parameters
    ----------
    is_warm
        Each begins with what the search for the base kept: another answer within
        the gap, so another digest.

    Raises
    ------
    ScenarioError
        The changes of a task cannot be read.
    """
    sweep = scenario.sweep
    if sweep is None:
        return ()
    choices: tuple[Choice, ...] = sweep.choices or (
        Choice(name=scenario.name, changes=()),
    )
    decided = _decided(dataset, policy, params, is_warm=is_warm)
    return tuple(
        _task(scenario, choice, point, draw, decided)
        for choice in choices
        for point in points_of(sweep)
        for draw in range(sweep.draws)
    )


def base_digest(dataset: Dataset, policy: Policy, params: SolveParams) -> str:
    """SHA-256 of all that decides how a base is solved."""
    text = _decided(dataset, policy, params, is_warm=False)
    return hashlib.sha256(text.encode()).hexdigest()


def points_of(sweep: Sweep) -> tuple[Point, ...]:
    """The grid, each of its points with every sampled one; one empty point without."""
    grid = [each for each in sweep.parameters if each.values]
    ranges = [each for each in sweep.parameters if not each.values]
    sampled: list[tuple[float | int | str, ...]] = [()]
    if ranges:
        random = np.random.default_rng([sweep.seed, _DRAWS_APART])
        columns = [_sampled(each, sweep.sample, random) for each in ranges]
        sampled = list(zip(*columns, strict=True))
    found = []
    for values in itertools.product(*(each.values for each in grid)):
        for drawn in sampled:
            of = dict(zip([each.name for each in grid], values, strict=True))
            of |= dict(zip([each.name for each in ranges], drawn, strict=True))
            found.append(tuple((each.name, of[each.name]) for each in sweep.parameters))
    return tuple(found)


def _sampled(
    parameter: Parameter, number: int, random: np.random.Generator
) -> list[float | int]:
    """One value in each of `number` equal slices, in random order (Latin hypercube)."""
    slices = (random.permutation(number) + random.random(number)) / max(number, 1)
    low, high = parameter.low, parameter.high
    if isinstance(low, int) and isinstance(high, int):
        return [low + int(each) for each in np.floor(slices * (high - low + 1))]
    return [float(each) for each in low + slices * (high - low)]


def _task(
    scenario: Scenario, choice: Choice, point: Point, draw: int, decided: str
) -> Task:
    seed = scenario.sweep.seed if scenario.sweep else 0
    parameters = {**dict(point), DRAW: seed * _DRAWS_APART + draw}
    changes = scenario.changes(parameters, choice)
    # The order of changes means nothing, and labels are for people.
    text = json.dumps([decided, sorted(repr(change) for _, change in changes)])
    return Task(
        choice=choice.name,
        point=point,
        draw=draw,
        changes=changes,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _decided(
    dataset: Dataset, policy: Policy, params: SolveParams, *, is_warm: bool
) -> str:
    """What decides an answer apart from the changes, as a text."""
    how: Mapping[str, object] = {
        "engine": params.engine,
        "gap": params.gap,
        "time_limit_seconds": params.time_limit_seconds,
        "work_limit": params.work_limit,
        "seed": params.seed,
        "is_warm": is_warm,
    }
    content = [dataset.sha256, policy_to_mapping(policy), how, dict(versions())]
    return json.dumps(content, sort_keys=True)


def distinct(tasks: tuple[Task, ...]) -> Iterator[Task]:
    """The first task of each digest."""
    seen: set[str] = set()
    for task in tasks:
        if task.digest not in seen:
            seen.add(task.digest)
            yield task
