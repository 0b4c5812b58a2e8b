"""The recorded policy: own defaults, partial tables, everything else refused."""

import math
from dataclasses import fields
from typing import Any

import pytest

from matcher.checker.run_policy import RunPolicy, read_run_policy
from matcher.policy import Policy, policy_to_mapping


def test_defaults_are_those_of_the_engine_s_policy():
    """Written twice on purpose; this test ties the two."""
    absent, _ = read_run_policy({})
    recorded, faults = read_run_policy(policy_to_mapping(Policy()))

    assert faults == ()
    for each in fields(RunPolicy):
        assert getattr(absent, each.name) == getattr(recorded, each.name), each.name
    assert absent.weight["unplaced"] == 200
    assert absent.max_minutes == math.inf


def test_partial_modes_add_to_the_defaults():
    policy, faults = read_run_policy(
        {
            "travel": {
                "modes": {"bike": {"speed": 18}, "ferry": {"access": 1, "speed": 9}}
            }
        }
    )

    assert faults == ()
    assert policy.modes["bike"] == (2, 18)
    assert policy.modes["ferry"] == (1, 9)
    assert policy.modes["walk"] == (0, 4.8)


def test_every_key_is_read():
    policy, faults = read_run_policy(
        {
            "unplaced": 1,
            "untrained_mentor": "warn",
            "success_model": "model",
            "travel": {"max_minutes": 60, "detour": 2},
            "guidance": {"startup_factor": 3},
        }
    )

    assert faults == ()
    assert policy.weight["unplaced"] == 1
    assert policy.warns_of_untrained
    assert policy.has_success_model
    assert (policy.max_minutes, policy.travel["detour"]) == (60, 2)
    assert policy.guidance == {"per_support_level": 0.25, "startup_factor": 3}


@pytest.mark.parametrize(
    "recorded",
    [
        None,
        [],
        "policy",
        {"unplacd": 200},
        {"unplaced": -1},
        {"unplaced": "200"},
        {"unplaced": True},
        {"unplaced": math.nan},
        {"unplaced": 10**400},
        {"untrained_mentor": "allow"},
        {"success_model": 3},
        {"travel": 3},
        {"travel": {"per_min": 1}},
        {"travel": {"max_minutes": -1}},
        {"travel": {"detour": 0}},
        {"travel": {"modes": {"bike": {"speed": 0}}}},
        {"travel": {"modes": {"bike": {"pace": 1}}}},
        {"travel": {"modes": {"bike": 16}}},
        {"travel": {"modes": {"ferry": {"speed": 9}}}},
        {"guidance": {"factor": 1}},
        {"guidance": []},
    ],
)
def test_what_is_not_of_the_contract_is_named(recorded: Any):
    policy, faults = read_run_policy(recorded)

    (fault,) = faults
    assert fault.code == "POLICY"
    assert fault.place == "summary.json"
    assert policy.weight["unplaced"] == 200
