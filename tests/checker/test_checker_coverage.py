"""Section 5: workplace, then course, then school, else a gap; contexts; parts."""

import pytest

from matcher.checker.coverage import Covered, open_by_qualification
from matcher.checker.judge import Judgement, judge
from tests.checker.small_region import SmallRegion, plan, seats


def judged(region: SmallRegion, plan_text: str, seats_text: str = "") -> Judgement:
    return judge(region.dataset(), {}, plan(plan_text), seats(seats_text), {})


def covered(
    region: SmallRegion, taught_id: str, plan_text: str, seats_text: str = ""
) -> tuple[str, str, str]:
    """What covers a competence or context of L1: how, where and when."""
    coverage = judged(region, plan_text, seats_text).coverage["L1"]
    row: Covered = {**coverage.competences, **coverage.contexts}[taught_id]
    return row.covered_by, row.site_id, row.period_id


# Weeks: P1 10, P2 8, P3 12; `work` asks 18, `centre` and `school` ask 31.


@pytest.mark.parametrize(
    ("plan_text", "expected"),
    [
        ("", ("gap", "", "")),
        ("L1 a1 P1", ("gap", "", "")),
        ("L1 a1 P1 P2", ("workplace", "A", "P2")),
        ("L1 a1 P1 P2 P3", ("workplace", "A", "P2")),
        ("L1 a1 P1\nL1 b1 P3", ("workplace", "B", "P3")),
        ("L1 a1 P3\nL1 b1 P1", ("workplace", "A", "P3")),
    ],
)
def test_weeks_add_up_over_sites(plan_text: str, expected: tuple[str, str, str]):
    assert covered(SmallRegion(), "work", plan_text) == expected


@pytest.mark.parametrize(
    ("weeks", "how"), [(10, "workplace"), (10.0000009, "workplace"), (10.000002, "gap")]
)
def test_sum_of_weeks_tolerates_rounding(weeks: float, how: str):
    region = SmallRegion().change("competences", "work", weeks=weeks)

    assert covered(region, "work", "L1 a1 P1")[0] == how


@pytest.mark.parametrize(
    ("window_from", "window_to", "how"),
    [
        ("", "", "workplace"),
        ("P1", "P2", "workplace"),
        ("P2", "", "gap"),
        ("", "P1", "gap"),
        ("P2", "P3", "gap"),
    ],
)
def test_only_weeks_inside_the_window_count(window_from: str, window_to: str, how: str):
    region = SmallRegion().change(
        "competences", "work", window_from=window_from, window_to=window_to
    )

    assert covered(region, "work", "L1 a1 P1 P2")[0] == how


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("P1", "P1")], ("gap", "", "")),
        ([("P2", "P3")], ("workplace", "A", "P3")),
        ([("P1", "P1"), ("P3", "")], ("workplace", "A", "P3")),
        ([("P1", "P2"), ("P2", "P3")], ("workplace", "A", "P2")),
    ],
)
def test_only_weeks_in_which_the_site_offers_it_count(
    spans: list[tuple[str, str]], expected: tuple[str, str, str]
):
    region = SmallRegion().drop("offers", site_id="A", competence_id="work")
    for period_from, period_to in spans:
        region.add(
            "offers",
            site_id="A",
            trajectory_id="T",
            competence_id="work",
            period_from=period_from,
            period_to=period_to,
        )

    assert covered(region, "work", "L1 a1 P1 P2 P3") == expected


def test_offer_for_another_trajectory_covers_nothing():
    region = SmallRegion().drop("offers", site_id="A", competence_id="work")
    region.change("competences", "other", competence_id="work")
    region.add("offers", site_id="A", trajectory_id="U", competence_id="work")

    assert covered(region, "work", "L1 a1 P1 P2")[0] == "gap"


def test_signed_weeks_before_readiness_count():
    region = SmallRegion().change("learners", "L1", ready_from="2027-01-01")
    for period_id in ("P1", "P2"):
        region.add(
            "placements",
            learner_id="L1",
            period_id=period_id,
            site_id="A",
            mentor_id="a1",
            status="signed",
        )

    assert covered(region, "work", "L1 a1 P1 P2") == ("workplace", "A", "P2")


def test_what_asks_no_weeks_is_covered_without_a_place():
    region = SmallRegion().change("competences", "work", weeks=0)

    assert covered(region, "work", "") == ("workplace", "", "")


def test_acquired_comes_first():
    region = SmallRegion().add("acquired", learner_id="L1", competence_id="work")

    assert covered(region, "work", "L1 a1 P1 P2") == ("acquired", "", "")


def test_workplace_comes_before_the_course():
    region = SmallRegion().change("competences", "centre", weeks=10)

    assert covered(region, "centre", "L1 a1 P1", "L1 K2 centre P2") == (
        "workplace",
        "A",
        "P1",
    )


def test_course_covers_what_the_workplace_does_not():
    assert covered(SmallRegion(), "centre", "L1 a1 P1", "L1 K2 centre P2") == (
        "course",
        "",
        "P2",
    )


def test_seat_of_somebody_else_covers_nothing():
    assert covered(SmallRegion(), "centre", "", "L2 K2 centre P2") == ("gap", "", "")


def test_seat_for_an_attest_covers_nothing_where_no_training_centre_teaches():
    region = SmallRegion().change("courses", "K1", competence_id="work")

    assert covered(region, "work", "", "L1 K1 work P1") == ("gap", "", "")


def test_course_comes_before_the_school():
    region = SmallRegion().change(
        "competences", "centre", learn_at="school|training_centre"
    )

    assert covered(region, "centre", "", "L1 K1 centre P1")[0] == "course"
    assert covered(region, "centre", "") == ("school", "", "")


def test_school_covers_what_workplace_does_not():
    assert covered(SmallRegion(), "school", "L1 a1 P1") == ("school", "", "")
    assert covered(SmallRegion(), "class", "") == ("school", "", "")


def test_contexts_are_met_at_the_workplace_only():
    region = SmallRegion()

    assert covered(region, "x1", "L1 a1 P2") == ("gap", "", "")
    assert covered(region, "x1", "L1 a1 P2\nL1 b1 P3") == ("workplace", "B", "P3")
    assert covered(region, "x2", "L1 a1 P1 P2 P3") == ("gap", "", "")


@pytest.mark.parametrize(
    ("at_least", "plan_text", "lacking"),
    [
        (1, "L1 a1 P1", {}),
        (1, "", {"G": 1}),
        (2, "L1 a1 P1", {"G": 1}),
        (2, "", {"G": 2}),
        (0, "", {}),
    ],
)
def test_group_lacks_what_is_not_met(
    at_least: int, plan_text: str, lacking: dict[str, int]
):
    region = SmallRegion()
    for context_id in ("x1", "x2"):
        region.change("contexts", context_id, at_least=at_least)

    assert judged(region, plan_text).coverage["L1"].lacking == lacking


def test_fully_covered_learner_has_no_gap_and_no_lack():
    region = SmallRegion()
    whole = "L1 a1 P1 P2 P3"

    assert judged(region, whole, "L1 K1 centre P1").verdict.fully_covered == 1
    assert judged(region, whole).verdict.fully_covered == 0
    region.change("contexts", "x1", at_least=2)
    region.change("contexts", "x2", at_least=2)
    assert judged(region, whole, "L1 K1 centre P1").verdict.fully_covered == 0


def test_part_is_earned_when_nothing_of_it_is_open():
    region = SmallRegion().change("competences", "centre", qualification="Q1")
    region.change("competences", "class", qualification="Q2")

    def still_open(plan_text: str, seats_text: str) -> dict[str, frozenset[str]]:
        judgement = judged(region, plan_text, seats_text)
        return dict(
            open_by_qualification(judgement.plans["L1"], judgement.coverage["L1"])
        )

    assert still_open("", "") == {
        "Q1": frozenset({"work", "centre"}),
        "Q2": frozenset(),
    }
    assert still_open("L1 a1 P1 P2", "")["Q1"] == {"centre"}
    assert still_open("L1 a1 P1 P2", "L1 K1 centre P1")["Q1"] == set()
