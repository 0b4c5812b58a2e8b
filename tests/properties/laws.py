"""What must hold between the optimum of a case and that of a changed case."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import pytest

from tests.oracle.tables import Tables
from tests.oracle.tiny import Case
from tests.properties import policies
from tests.properties import transformations as change
from tests.properties.solving import Solve


class Effect(Enum):
    """On the optimum."""

    SAME = "same"
    DOUBLE = "double"
    NEVER_RAISES = "never raises"
    NEVER_LOWERS = "never lowers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A change and its effect.

    Attributes
    ----------
    apply
        Case and position (which row or weight, counted round) to changed case.
    """

    name: str
    apply: Callable[[Case, int], Case]
    effect: Effect


def _of_tables(function: Callable[[Tables, int], Tables], effect: Effect) -> Law:
    def apply(case: Case, position: int) -> Case:
        return replace(case, tables=function(case.tables, position))

    return Law(name=function.__name__, apply=apply, effect=effect)


def _of_all_tables(function: Callable[[Tables], Tables], effect: Effect) -> Law:
    def apply(case: Case, _position: int) -> Case:
        return replace(case, tables=function(case.tables))

    return Law(name=function.__name__, apply=apply, effect=effect)


def _of_policy(name: str, function: Callable[[str, int], str], effect: Effect) -> Law:
    def apply(case: Case, position: int) -> Case:
        return replace(case, policy=function(case.policy, position))

    return Law(name=name, apply=apply, effect=effect)


LAWS = (
    _of_tables(change.shuffled, Effect.SAME),
    _of_tables(change.renamed, Effect.SAME),
    _of_all_tables(change.periods_relabelled, Effect.SAME),
    _of_all_tables(change.four_years_later, Effect.SAME),
    _of_all_tables(change.two_copies, Effect.DOUBLE),
    _of_tables(change.one_more_place, Effect.NEVER_RAISES),
    _of_tables(change.one_more_learner_for_a_mentor, Effect.NEVER_RAISES),
    _of_tables(change.one_more_seat, Effect.NEVER_RAISES),
    _of_tables(change.one_more_in_the_enterprise, Effect.NEVER_RAISES),
    _of_tables(change.one_more_mentor_hour, Effect.NEVER_RAISES),
    _of_tables(change.one_more_recognition, Effect.NEVER_RAISES),
    _of_tables(change.one_more_offer, Effect.NEVER_RAISES),
    _of_tables(change.refusal_withdrawn, Effect.NEVER_RAISES),
    _of_tables(change.requirement_dropped, Effect.NEVER_RAISES),
    _of_tables(change.one_learner_less, Effect.NEVER_RAISES),
    _of_tables(change.ability_unknown, Effect.NEVER_LOWERS),
    _of_tables(change.ability_denied, Effect.NEVER_LOWERS),
    _of_policy(
        "policy_spelled_out",
        lambda policy, _: policies.scaled(policy, 1.0),
        Effect.SAME,
    ),
    _of_policy(
        "weights_doubled", lambda policy, _: policies.scaled(policy, 2.0), Effect.DOUBLE
    ),
    _of_policy("weight_raised", policies.raised, Effect.NEVER_LOWERS),
    _of_policy(
        "shorter_travel",
        lambda policy, _: policies.shorter_travel(policy),
        Effect.NEVER_LOWERS,
    ),
    _of_policy(
        "untrained_allowed",
        lambda policy, _: policies.untrained_allowed(policy),
        Effect.NEVER_RAISES,
    ),
)

each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)

_RELATIVE = 1e-7


def assert_law(law: Law, case: Case, position: int, solve: Solve) -> None:
    """The law holds for this case, by this solver (which must be exact)."""
    before = solve(case).objective
    after = solve(law.apply(case, position)).objective
    slack = _RELATIVE * max(1.0, before, after)
    match law.effect:
        case Effect.SAME:
            assert abs(after - before) <= slack
        case Effect.DOUBLE:
            assert abs(after - 2 * before) <= slack
        case Effect.NEVER_RAISES:
            assert after <= before + slack
        case Effect.NEVER_LOWERS:
            assert after >= before - slack


def assert_signing_the_plan_keeps_it(case: Case, solve: Solve) -> None:
    """With its own plan signed, a case costs no more, and the plan stands."""
    planned = solve(case)
    signed = replace(
        case, tables=change.signed_as_planned(case.tables, planned.assignments)
    )
    again = solve(signed)
    slack = _RELATIVE * max(1.0, planned.objective)
    assert again.objective <= planned.objective + slack
    rows = [tuple(row.items()) for row in again.assignments]
    assert all(tuple(row.items()) in rows for row in planned.assignments)
