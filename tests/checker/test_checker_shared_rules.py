"""C1-C5: what learners share in a period, on the edge and one step over."""

from collections.abc import Callable

import pytest

from tests.checker.small_region import SmallRegion
from tests.checker.verdicts import codes, verdict_on, warned

HOURS = (5 * 3 + 10 + 60 * 12 / 52) / 60
"""Guidance hours per week at three days a week, start-up left out."""
THREE_AT_A = "L1 a1 P1\nL2 a1 P1\nL3 a1 P1"


def roomy() -> SmallRegion:
    """The small region, with room for three at A and with mentor a1."""
    region = SmallRegion().change("sites", "A", capacity=3)
    return region.change("mentors", "a1", max_learners=3)


def enterprise(most: object) -> SmallRegion:
    return roomy().add("enterprises", enterprise_id="E", name="", max_learners=most)


@pytest.mark.parametrize(
    ("region", "plan_text", "expected"),
    [
        (roomy(), THREE_AT_A, []),
        (roomy().change("sites", "A", capacity=2), THREE_AT_A, ["C1"]),
        (roomy().change("mentors", "a1", max_learners=2), THREE_AT_A, ["C2"]),
        (
            roomy().change("mentors", "a1", max_learners=2),
            "L1 a1 P1\nL2 a1 P1\nL3 a2 P1",
            [],
        ),
        (enterprise(3), THREE_AT_A, []),
        (enterprise(2), THREE_AT_A, ["C4"]),
        (enterprise(2), "L1 a1 P1\nL2 b1 P1\nL3 c1 P1", []),
        (enterprise(1), "L1 a1 P1\nL2 b1 P1\nL3 c1 P1", ["C4"]),
        (enterprise(""), THREE_AT_A, []),
        (enterprise(0), "L1 c1 P1", []),
    ],
)
def test_limit_counts_learners(
    region: SmallRegion, plan_text: str, expected: list[str]
):
    assert codes(verdict_on(region, plan_text)) == expected


def test_limits_hold_per_period():
    region = SmallRegion().change("sites", "A", capacity=1)

    assert codes(verdict_on(region, "L1 a1 P1\nL2 a1 P3")) == []


def test_limits_count_learners_of_all_trajectories():
    region = SmallRegion().change("sites", "A", capacity=1)
    region.change("learners", "L2", trajectory_id="U")
    region.add("recognitions", site_id="A", trajectory_id="U")

    assert codes(verdict_on(region, "L1 a1 P1\nL2 a2 P1")) == ["C1"]


def test_violation_names_place_and_period():
    region = SmallRegion().change("sites", "A", capacity=1)

    (violation,) = verdict_on(region, "L1 a1 P1\nL2 a2 P1").violations

    assert (violation.place, violation.period_id) == ("A", "P1")
    assert violation.found.startswith("2")
    assert violation.expected.endswith("1")


# C3: guidance hours.


def hours_are(
    hours: float, plan_text: str, change: Callable[[SmallRegion], object] | None = None
) -> bool:
    """Whether the busiest week of mentor a1 asks just these hours: no more, no less."""

    def fits(limit: float) -> bool:
        region = roomy().change("mentors", "a1", hours_per_week=limit)
        if change is not None:
            change(region)
        return codes(verdict_on(region, plan_text)) == []

    return fits(hours) and fits(hours - 9e-7) and not fits(hours - 2e-6)


def test_first_period_of_a_block_asks_more():
    assert hours_are(1.5 * HOURS, "L1 a1 P1")
    assert hours_are(1.5 * HOURS, "L1 a1 P1 P2 P3")


def test_later_periods_ask_the_plain_hours():
    assert hours_are(HOURS, "L1 a2 P1\nL1 a1 P2 P3")


def test_stay_after_a_period_elsewhere_starts_anew():
    assert hours_are(
        1.5 * HOURS,
        "L1 a2 P1\nL1 b1 P2\nL1 a1 P3",
        lambda region: region.change("trajectories", "T", min_block_weeks=1),
    )


def test_hours_add_up_over_learners():
    assert hours_are(4.5 * HOURS, THREE_AT_A)


def test_support_levels_ask_more():
    def needs(region: SmallRegion) -> None:
        region.add("support_needs", learner_id="L1", need="stil", level=3)
        region.add("support_needs", learner_id="L1", need="rust", level=1)

    assert hours_are(1.5 * (HOURS + 4 * 0.25), "L1 a1 P1", needs)


def test_own_hours_replace_the_formula_and_its_support():
    def own(region: SmallRegion) -> None:
        region.add("support_needs", learner_id="L1", need="stil", level=3)
        region.change("learners", "L1", guidance_hours=2)

    assert hours_are(3, "L1 a1 P1", own)


def test_guidance_row_replaces_the_own_hours():
    def agreed(region: SmallRegion) -> None:
        region.change("learners", "L1", guidance_hours=2)
        region.add("guidance", learner_id="L1", mentor_id="a1", hours_per_week=4)
        region.add("guidance", learner_id="L1", mentor_id="a2", hours_per_week=9)

    assert hours_are(6, "L1 a1 P1", agreed)


def test_policy_sets_start_up_and_support():
    region = roomy().change("mentors", "a1", hours_per_week=2 * (HOURS + 1))
    region.add("support_needs", learner_id="L1", need="stil")
    policy = {"guidance": {"per_support_level": 1, "startup_factor": 2}}
    more = {"guidance": {"per_support_level": 1, "startup_factor": 2.1}}

    assert codes(verdict_on(region, "L1 a1 P1", policy=policy)) == []
    assert codes(verdict_on(region, "L1 a1 P1", policy=more)) == ["C3"]


def test_blank_hours_are_unlimited():
    region = roomy()
    for learner_id in ("L1", "L2", "L3"):
        region.change("learners", learner_id, guidance_hours=168)

    assert codes(verdict_on(region, THREE_AT_A)) == []


# C5: course seats.


def test_course_gives_no_more_than_its_seats():
    one = verdict_on(SmallRegion(), "", "L1 K1 centre P1\nL2 K2 centre P2")
    two = verdict_on(SmallRegion(), "", "L1 K1 centre P1\nL2 K1 centre P1")

    assert codes(one) == []
    (violation,) = two.violations
    assert (violation.code, violation.place, violation.period_id) == ("C5", "K1", "P1")


# Signed placements that alone exceed a limit stay, and no unsigned one uses it.


def full_by_signature(code: str) -> SmallRegion:
    """L1 and L2 are signed at A with a1 in P1, one more than the limit."""
    region = roomy()
    for learner_id in ("L1", "L2"):
        region.add(
            "placements",
            learner_id=learner_id,
            period_id="P1",
            site_id="A",
            mentor_id="a1",
            status="signed",
        )
    match code:
        case "C1":
            region.change("sites", "A", capacity=1)
        case "C2":
            region.change("mentors", "a1", max_learners=1)
        case "C3":
            region.change("mentors", "a1", hours_per_week=1.5 * HOURS)
        case "C4":
            region.add("enterprises", enterprise_id="E", name="", max_learners=1)
    return region


@pytest.mark.parametrize("code", ["C1", "C2", "C3", "C4"])
def test_signed_placements_above_a_limit_stay(code: str):
    verdict = verdict_on(full_by_signature(code), "L1 a1 P1\nL2 a1 P1\nL3 c1 P1")

    assert verdict.holds
    assert warned(verdict) == [code]


@pytest.mark.parametrize("code", ["C1", "C2", "C3", "C4"])
def test_unsigned_placement_may_not_join_them(code: str):
    verdict = verdict_on(full_by_signature(code), THREE_AT_A)

    assert codes(verdict) == [code]


@pytest.mark.parametrize("code", ["C1", "C2", "C3", "C4"])
def test_other_periods_are_free(code: str):
    verdict = verdict_on(full_by_signature(code), "L1 a1 P1\nL2 a1 P1\nL3 a1 P3")

    assert verdict.holds


def test_who_asks_no_hours_may_not_join_them_either():
    """As in the engines and the oracle: with that mentor is a use of that mentor."""
    region = full_by_signature("C3").change("learners", "L3", guidance_hours=0)

    assert codes(verdict_on(region, THREE_AT_A)) == ["C3"]
    region.change("mentors", "a1", hours_per_week=3 * HOURS)
    assert codes(verdict_on(region, THREE_AT_A)) == []


def test_signed_placements_on_the_limit_leave_no_room():
    region = full_by_signature("C1").change("sites", "A", capacity=2)

    assert codes(verdict_on(region, "L1 a1 P1\nL2 a1 P1")) == []
    assert codes(verdict_on(region, THREE_AT_A)) == ["C1"]
