"""Section 6, term by term, with numbers worked out by hand."""

from typing import Any

import pytest

from tests.checker.small_region import WHOLE_PLAN, SmallRegion
from tests.checker.verdicts import verdict_on

TRAVEL_PER_WEEK = 0.2
"""Two minutes of access by bike, at 0.1 points."""
NO_WISH = 1.0
"""A preference nobody stated: 2 x (1 - 0) / 2."""


def points_of(
    region: SmallRegion,
    plan_text: str,
    seats_text: str = "",
    policy: dict[str, Any] | None = None,
    success: dict[tuple[str, str], float] | None = None,
) -> dict[str, float]:
    """Points of L1 per term, those that are 0 left out."""
    points = verdict_on(region, plan_text, seats_text, policy, success).points["L1"]
    return {term: value for term, value in points.items() if value}


def term(region: SmallRegion, name: str, plan_text: str, **more: Any) -> float:
    return points_of(region, plan_text, **more).get(name, 0.0)


def test_one_learner_by_hand():
    q = TRAVEL_PER_WEEK + NO_WISH

    assert points_of(SmallRegion(), "L1 a1 P1 P2") == pytest.approx(
        {
            "unplaced": 200 * 12,
            "gap": 400,
            "school": 10,
            "travel": 18 * TRAVEL_PER_WEEK,
            "preference": 18 * NO_WISH,
            "fairness": 18 * 0.05 * q * q,
        }
    )


def test_terms_add_up_over_learners():
    verdict = verdict_on(SmallRegion(), WHOLE_PLAN)

    assert verdict.objective == pytest.approx(sum(verdict.components.values()))
    for name, points in verdict.components.items():
        assert points == pytest.approx(
            sum(own[name] for own in verdict.points.values())
        )
    assert (verdict.placed, verdict.fully_covered) == (3, 0)


def test_learner_without_a_plan():
    assert points_of(SmallRegion(), "") == {
        "unplaced": 200 * 30,
        "gap": 800,
        "context": 400,
        "school": 10,
    }


def test_weeks_before_readiness_are_not_missed():
    region = SmallRegion().change("learners", "L1", ready_from="2026-12-15")

    assert term(region, "unplaced", "") == 200 * 20
    region.change("learners", "L1", ready_from="2026-12-16")
    assert term(region, "unplaced", "") == 200 * 12


def test_gap_and_context_weigh():
    region = SmallRegion().change("competences", "work", weight=2.5)
    for context_id in ("x1", "x2"):
        region.change("contexts", context_id, weight=3, at_least=2)

    points = points_of(region, "")

    assert points["gap"] == 400 * (2.5 + 1)
    assert points["context"] == 400 * 3 * 2


def test_school_is_free_where_no_workplace_teaches():
    region = SmallRegion().change("competences", "school", learn_at="school")

    assert term(region, "school", "") == 0


def test_seat_costs_also_where_it_covers_nothing():
    region = SmallRegion().change("courses", "K1", competence_id="work")

    points = points_of(region, "", "L1 K1 work P1")

    assert (points["course"], points["gap"]) == (20, 800)


@pytest.mark.parametrize(
    ("minutes", "per_week"),
    [(0, 0), (45, 4.5), (46, 4.5 + 0.3), (100, 4.5 + 0.3 * 55)],
)
def test_minutes_past_comfort_weigh_more(minutes: float, per_week: float):
    region = SmallRegion().add("travel", learner_id="L1", site_id="A", minutes=minutes)

    assert term(region, "travel", "L1 a1 P1") == pytest.approx(10 * per_week)


def test_unknown_minutes_of_a_signed_placement_cost_nothing():
    region = SmallRegion().change("learners", "L1", lat="", lon="")
    region.add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id="a1",
        status="signed",
    )

    verdict = verdict_on(region, "L1 a1 P1")

    assert verdict.holds
    assert verdict.points["L1"]["travel"] == 0
    assert verdict.points["L1"]["preference"] == 10


def test_support_counts_levels_that_neither_site_nor_mentor_meets():
    region = SmallRegion().change("sites", "A", supports="stil")
    region.change("mentors", "a1", supports="rust")
    for need, level, required in (
        ("stil", 3, "false"),
        ("rust", 2, "true"),
        ("taal", 2, "false"),
        ("licht", 1, "false"),
    ):
        region.add(
            "support_needs",
            learner_id="L1",
            need=need,
            level=level,
            required=required,
        )

    assert term(region, "support", "L1 a1 P1") == 10 * 2 * 3


@pytest.mark.parametrize(
    ("wishes", "per_week"),
    [
        ({}, 1.0),
        ({"learner": 1}, 0.0),
        ({"learner": -1}, 2.0),
        ({"site": 0.5}, 0.5),
        ({"learner": 1, "site": -0.5}, 0.75),
    ],
)
def test_preference_is_the_mean_of_what_is_given(
    wishes: dict[str, float], per_week: float
):
    region = SmallRegion()
    for by, preference in wishes.items():
        region.add(
            "preferences", learner_id="L1", site_id="A", by=by, preference=preference
        )

    assert term(region, "preference", "L1 a1 P1") == pytest.approx(10 * per_week)


def test_success_comes_from_scores_then_from_the_model_then_from_nowhere():
    scored = SmallRegion().add("scores", learner_id="L1", site_id="A", success=0.7)
    model = {"policy": {"success_model": "model"}, "success": {("L1", "A"): 0.4}}
    unnamed = {"success": {("L1", "A"): 0.4}}

    assert term(scored, "success", "L1 a1 P1", **model) == pytest.approx(30)
    assert term(SmallRegion(), "success", "L1 a1 P1", **model) == pytest.approx(60)
    assert term(SmallRegion(), "success", "L1 a1 P1", **unnamed) == 0
    assert term(SmallRegion(), "success", "L1 a1 P1") == 0


def test_unknown_abilities_cost():
    region = SmallRegion().change("sites", "A", demands="tillen|staan|hitte|koude")
    region.add("abilities", learner_id="L1", demand="tillen", status="yes")
    region.add("abilities", learner_id="L1", demand="staan", status="unknown")

    assert term(region, "unknown", "L1 a1 P1") == 10 * 3


def test_fairness_squares_the_points_of_a_week():
    region = SmallRegion().add("travel", learner_id="L1", site_id="A", minutes=40)

    assert term(region, "fairness", "L1 a1 P1") == pytest.approx(10 * 0.05 * 25)


@pytest.mark.parametrize(
    ("plan_text", "rotation", "handover"),
    [
        ("", 0, 0),
        ("L1 a1 P1 P2 P3", 0, 0),
        ("L1 a1 P1 P3\nL1 b1 P2", 30, 0),
        ("L1 a1 P1 P3", 15, 0),
        ("L1 a1 P1 P3\nL1 a2 P2", 0, 20),
        ("L1 a1 P1\nL1 a2 P2 P3", 0, 10),
        ("L1 a1 P1\nL1 a2 P3", 15, 0),
        ("L1 a1 P1\nL1 b1 P2 P3", 15, 0),
    ],
)
def test_rotation_and_handover_count_changes(
    plan_text: str, rotation: float, handover: float
):
    points = points_of(SmallRegion(), plan_text)

    assert points.get("rotation", 0) == rotation
    assert points.get("handover", 0) == handover


@pytest.mark.parametrize(
    ("mentor_id", "plan_text", "disrupted"),
    [
        ("a1", "L1 a1 P1", False),
        ("a1", "L1 a2 P1", True),
        ("", "L1 a2 P1", False),
        ("", "L1 b1 P1", True),
        ("a1", "", True),
        ("a1", "L1 a1 P2 P3", True),
    ],
)
def test_proposed_placement_that_is_left_costs(
    mentor_id: str, plan_text: str, disrupted: bool
):
    region = SmallRegion().add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id=mentor_id,
        status="proposed",
    )

    assert term(region, "disruption", plan_text) == (50 if disrupted else 0)
    region.change("learners", "L1", ready_from="2026-09-02")
    assert term(region, "disruption", plan_text) == 0


def test_every_weight_comes_from_the_policy():
    """Each weight times ten makes its own term ten times as large."""
    region = SmallRegion().change("sites", "A", demands="tillen")
    region.add("support_needs", learner_id="L1", need="stil")
    region.add("scores", learner_id="L1", site_id="A", success=0.5)
    region.add(
        "placements",
        learner_id="L1",
        period_id="P3",
        site_id="C",
        mentor_id="",
        status="proposed",
    )
    region.change("contexts", "x1", at_least=2).change("contexts", "x2", at_least=2)
    whole = "L1 a1 P1\nL1 a2 P2"
    plain = verdict_on(region, whole + "\nL2 a1 P1 P3", "L1 K1 centre P1").components
    assert all(plain.values())
    weights = {
        "unplaced": 200,
        "gap": 400,
        "context": 400,
        "school": 10,
        "course": 20,
        "support": 2,
        "preference": 2,
        "success": 10,
        "unknown": 1,
        "fairness": 0.05,
        "rotation": 15,
        "handover": 10,
        "disruption": 5,
    }
    for name, weight in weights.items():
        policy = {name: weight * 10}
        tenfold = verdict_on(
            region, whole + "\nL2 a1 P1 P3", "L1 K1 centre P1", policy
        ).components
        assert tenfold[name] == pytest.approx(plain[name] * 10), name


def test_travel_weights_come_from_the_policy():
    region = SmallRegion().add("travel", learner_id="L1", site_id="A", minutes=30)
    policy = {"travel": {"per_minute": 1, "comfortable": 20, "beyond": 2}}

    assert term(region, "travel", "L1 a1 P1", policy=policy) == 10 * (20 + 2 * 10)
