"""Every scenario of the example says what is expected of it, and that holds."""

from pathlib import Path

import pytest

from matcher.checker import check_run
from matcher.dataset import read_dataset
from matcher.policy import Policy
from matcher.scenario import World, planned, read_scenario
from matcher.scenario.read_sweep import point_of_reading
from matcher.whatif import WhatifParams, whatif
from matcher.whatif.measures import unmet

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))
ASKED = [read_scenario(path) for path in SCENARIOS]
COMPARED = [each for each in ASKED if each.sweep is None]


@pytest.fixture(scope="module")
def world():
    return World(dataset=read_dataset(ASKED[0].dataset), policy=Policy())


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: each.name)
def test_scenario_can_be_applied_and_explained(asked, world):
    changes = asked.changes(point_of_reading(asked.sweep))
    made = planned(world, changes, asked.name)
    assert made
    assert all(each.said.nl != each.said.en for each in made)


@pytest.mark.parametrize("asked", COMPARED, ids=lambda each: each.name)
def test_scenario_says_what_is_expected(asked):
    assert len(asked.expect) >= 2


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """All of them beside one base, as a user would ask it."""
    out = tmp_path_factory.mktemp("golden")
    found = whatif(COMPARED, out, WhatifParams())
    return {each.scenario.name: (each, out) for each in found}


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("asked", COMPARED, ids=lambda each: each.name)
def test_expectations_hold_and_the_judge_agrees(asked, compared):
    comparison, out = compared[asked.name]
    assert unmet(comparison, asked.expect) == ()
    folder = out / asked.name
    assert check_run(read_dataset(folder / "dataset"), folder).holds
