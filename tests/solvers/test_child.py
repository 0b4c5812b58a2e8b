"""An engine in a child process: limits hold, and the best plans are kept."""

from functools import cache
from pathlib import Path

import numpy as np
import psutil
import pytest

from matcher.dataset import read_dataset
from matcher.problem.plans import empty_plans
from matcher.problem.problem import Problem, prepare
from matcher.solvers.child import ChildLimits, Ending, NoPlanError, solve_in_child
from matcher.solvers.run import Progress, SolveParams
from tests.solvers import stubborn_engines
from tests.solvers.stubborn_engines import FIRST_BOUND, LATER_BOUND

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
SHORT = SolveParams(time_limit_seconds=0.1)
UNLIMITED = SolveParams()
LITTLE_GRACE = ChildLimits(grace_seconds=0.2)
ENDLESS_GRACE = ChildLimits(grace_seconds=1e6)

pytestmark = pytest.mark.timeout(120)


@cache
def sample_problem() -> Problem:
    return prepare(read_dataset(SAMPLES / "b"))


class Stops:
    """Asks to stop, so many times, once the engine has said something."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.lines: list[Progress] = []

    def hear(self, line: Progress) -> None:
        self.lines.append(line)

    def __call__(self) -> int:
        return self.times if self.lines else 0


def assert_holds_first_plans(ending: Ending) -> None:
    plans = empty_plans(sample_problem())
    np.testing.assert_array_equal(ending.plans.learner, plans.learner)
    np.testing.assert_array_equal(ending.plans.option, plans.option)
    np.testing.assert_array_equal(ending.plans.course, plans.course)


def test_stop_is_asked_for_and_the_result_kept():
    stops = Stops(1)
    ending = solve_in_child(
        sample_problem(),
        UNLIMITED,
        ENDLESS_GRACE,
        on_progress=stops.hear,
        num_stops_asked=stops,
        function=stubborn_engines.polite,
    )
    assert ending.stop_reason == "interrupted"
    assert ending.engine == "polite"
    assert ending.bound == LATER_BOUND
    assert_holds_first_plans(ending)


@pytest.mark.parametrize(
    ("stops", "limits"),
    [(1, LITTLE_GRACE), (2, ENDLESS_GRACE)],
    ids=["deaf to one request", "two requests end it at once"],
)
def test_child_that_hears_nothing_is_ended_and_its_last_words_kept(stops, limits):
    asked = Stops(stops)
    ending = solve_in_child(
        sample_problem(),
        UNLIMITED,
        limits,
        on_progress=asked.hear,
        num_stops_asked=asked,
        function=stubborn_engines.deaf,
    )
    assert ending.stop_reason == "interrupted"
    assert ending.bound == LATER_BOUND
    assert_holds_first_plans(ending)
    assert not psutil.pid_exists(asked.lines[0].round)


def test_time_limit_before_the_first_plan_leaves_none():
    with pytest.raises(NoPlanError) as caught:
        solve_in_child(
            sample_problem(),
            SHORT,
            LITTLE_GRACE,
            function=stubborn_engines.deaf_from_the_start,
        )
    assert caught.value.reason == "time"


@pytest.mark.slow
def test_time_limit_ends_a_child_that_hears_nothing():
    ending = solve_in_child(
        sample_problem(),
        SolveParams(time_limit_seconds=15.0),
        LITTLE_GRACE,
        function=stubborn_engines.deaf,
    )
    assert ending.stop_reason == "time"
    assert_holds_first_plans(ending)


@pytest.mark.slow
def test_time_limit_is_told_from_a_wish_of_a_person():
    ending = solve_in_child(
        sample_problem(),
        SolveParams(time_limit_seconds=15.0),
        ENDLESS_GRACE,
        function=stubborn_engines.polite,
    )
    assert ending.stop_reason == "time"


def test_engine_is_given_the_time_that_is_left():
    lines: list[Progress] = []
    ending = solve_in_child(
        sample_problem(),
        SolveParams(time_limit_seconds=1000.0),
        on_progress=lines.append,
        function=stubborn_engines.says_its_limit,
    )
    assert lines[0].round == 1
    assert ending.stop_reason == "proven"


def test_chatter_of_an_engine_stays_off_stdout(capfd):
    solve_in_child(sample_problem(), UNLIMITED, function=stubborn_engines.chatty)
    said = capfd.readouterr()
    assert said.out == ""
    assert "nobody asked for this" in said.err
    assert "nor for this" in said.err


@pytest.mark.parametrize(
    ("function", "reason", "detail"),
    [
        (stubborn_engines.faulty, "crash", "a fault of the engine"),
        (stubborn_engines.leaves, "crash", "code 4"),
        (stubborn_engines.refused_memory, "memory", ""),
        (stubborn_engines.ended_by_the_system, "memory", "code -9"),
    ],
    ids=["exception", "exit", "memory error", "killed"],
)
def test_crash_keeps_the_best_plans(function, reason, detail):
    ending = solve_in_child(sample_problem(), UNLIMITED, function=function)
    assert ending.stop_reason == reason
    assert detail in ending.detail
    assert ending.bound == FIRST_BOUND
    assert_holds_first_plans(ending)


def test_crash_before_the_first_plan_says_why():
    with pytest.raises(NoPlanError) as caught:
        solve_in_child(
            sample_problem(),
            UNLIMITED,
            function=stubborn_engines.faulty_from_the_start,
        )
    assert caught.value.reason == "crash"
    assert "a fault of the engine" in caught.value.detail


@pytest.mark.slow
def test_memory_limit_ends_the_child_and_keeps_the_best_plans():
    ending = solve_in_child(
        sample_problem(),
        UNLIMITED,
        ChildLimits(memory_bytes=1_000_000_000),
        function=stubborn_engines.greedy_for_memory,
    )
    assert ending.stop_reason == "memory"
    assert_holds_first_plans(ending)
