"""Each reason code, on the edge and one step over it."""

import numpy as np
import pytest

from matcher.advice import REASONS, unplaced_rows
from matcher.advice.barrier import barriers_of
from matcher.advice.unplaced import _by_points
from matcher.problem.plans import empty_plans
from matcher.problem.problem import prepare
from matcher.problem.run_record import UnplacedRow
from tests.advice.drawn_plans import plans_of, problem_of
from tests.checker.samples import NAMES, sample_dataset
from tests.checker.small_region import SmallRegion

OTHERS = "L2 b1 P1 P2 P3\nL3 c1 P1 P2 P3"


def only_site_a(**cells) -> SmallRegion:
    """A region in which A alone is recognised, and changed by these cells."""
    region = SmallRegion().change("sites", "A", **cells)
    return region.drop("recognitions", site_id="B").drop("recognitions", site_id="C")


def rows_of_l1(region, plan_text="", policy=None) -> dict[str, UnplacedRow]:
    problem = problem_of(region, policy)
    rows = unplaced_rows(problem, plans_of(problem, plan_text))
    return {row.period_id: row for row in rows if row.learner_id == "L1"}


def codes_of_l1(region, plan_text="", policy=None) -> dict[str, str]:
    rows = rows_of_l1(region, plan_text, policy)
    return {period: row.reason for period, row in rows.items()}


def test_nobody_unplaced_gives_no_rows():
    problem = problem_of(SmallRegion())
    plans = plans_of(problem, "L1 a1 P1 P2 P3\n" + OTHERS)
    assert unplaced_rows(problem, plans) == ()


def test_rows_follow_the_learner_table_then_the_periods():
    problem = problem_of(SmallRegion())
    plans = plans_of(problem, "L2 b1 P2 P3")
    shuffled = plans.take(np.array([2, 0, 1]))
    rows = unplaced_rows(problem, shuffled)
    assert [(row.learner_id, row.period_id) for row in rows] == [
        ("L1", "P1"),
        ("L1", "P2"),
        ("L1", "P3"),
        ("L2", "P1"),
        ("L3", "P1"),
        ("L3", "P2"),
        ("L3", "P3"),
    ]
    assert rows == unplaced_rows(problem, plans)


def test_inactive_periods_have_no_row():
    region = SmallRegion().change("learners", "L1", ready_from="2026-12-15")
    assert list(codes_of_l1(region, OTHERS)) == ["P2", "P3"]


@pytest.mark.parametrize(("minutes", "code"), [(45, "not_settled"), (45.1, "no_site")])
def test_no_site_starts_one_step_past_the_travel_limit(minutes, code):
    region = only_site_a().change("learners", "L1", max_travel_minutes=45)
    region.add("travel", learner_id="L1", site_id="A", minutes=minutes)
    assert set(codes_of_l1(region).values()) == {code}


def test_no_site_names_limit_and_nearest_site():
    region = only_site_a().change("learners", "L1", max_travel_minutes=45)
    region.add("travel", learner_id="L1", site_id="A", minutes=52)
    assert rows_of_l1(region)["P1"].detail == (
        "Geen erkende werkplek binnen 45 minuten; de dichtste (A) ligt op 52 minuten."
    )


def test_two_numbers_that_differ_little_do_not_look_the_same():
    region = only_site_a().change("learners", "L1", max_travel_minutes=45)
    region.add("travel", learner_id="L1", site_id="A", minutes=45.02)
    assert "op 45,02 minuten" in rows_of_l1(region)["P1"].detail


def test_no_site_says_when_nothing_is_recognised():
    region = SmallRegion().change("learners", "L1", trajectory_id="U")
    detail = rows_of_l1(region)["P1"].detail
    assert detail == "Er is nog geen werkplek erkend voor U in deze periodes."


def test_no_site_says_when_the_home_is_unknown():
    region = SmallRegion().change("learners", "L1", lat="", lon="")
    assert "postcode" in rows_of_l1(region)["P1"].detail


def test_no_site_names_what_the_closest_site_still_takes():
    region = only_site_a(languages="fr").change("learners", "L1", languages="nl")
    region.change("learners", "L2", languages="fr")
    detail = rows_of_l1(region)["P1"].detail
    assert detail.startswith("1 erkende werkplek met een bekende reistijd; ")
    assert detail.endswith("A, nog nodig is daar een taal die beide spreken.")


def test_closest_site_is_the_one_with_the_fewest_rules_in_the_way():
    region = SmallRegion().change("sites", "A", languages="fr", min_age=99)
    region.change("sites", "B", languages="fr", min_age=99)
    region.change("sites", "C", min_age=99).change("learners", "L1", languages="nl")
    detail = rows_of_l1(region)["P1"].detail
    assert detail.endswith("C, nog nodig is daar de leeftijd die er gevraagd wordt.")


def test_a_blank_cell_is_what_is_needed_first():
    region = only_site_a(min_age=16).change("learners", "L1", birth_date="")
    assert "ingevulde geboortedatum" in rows_of_l1(region)["P1"].detail


def test_refusal_is_final():
    region = only_site_a().add(
        "placements", learner_id="L1", site_id="A", status="refused"
    )
    assert rows_of_l1(region)["P1"].detail.endswith("nodig is een andere werkplek.")


@pytest.mark.parametrize("supports", ["", "rust"])
def test_site_without_mentor_needs_one(supports):
    region = only_site_a(supports=supports)
    region.add("support_needs", learner_id="L1", need="rust", required="true")
    for mentor_id in ("a1", "a2"):
        region.change("mentors", mentor_id, site_id="B")
    region.add("recognitions", site_id="B", trajectory_id="U")
    region.change("learners", "L2", trajectory_id="U")
    detail = rows_of_l1(region)["P1"].detail
    assert "nog nodig is daar een mentor" in detail
    assert ("steun" in detail) == (not supports)


@pytest.mark.parametrize(
    ("valid_to", "code"),
    [("2027-06-30", "not_settled"), ("2027-06-29", "no_eligible_site_in_period")],
)
def test_no_eligible_site_in_the_period_the_recognition_leaves(valid_to, code):
    region = only_site_a()
    region.tables["recognitions"][0]["valid_to"] = valid_to
    rows = rows_of_l1(region, "L1 a1 P1 P2")
    assert rows["P3"].reason == code
    if code == "no_eligible_site_in_period":
        assert rows["P3"].detail == (
            "1 werkplek past in een andere periode, maar nog niet in deze; het "
            "dichtst bij passen komt A, nog nodig is daar een erkenning voor de hele "
            "periode."
        )


@pytest.mark.parametrize(("capacity", "code"), [(3, "not_settled"), (2, "capacity")])
def test_capacity_of_the_site_counts_the_others_only(capacity, code):
    region = only_site_a(capacity=capacity).change("mentors", "a1", max_learners=3)
    plan = "L2 a1 P1 P2 P3\nL3 a1 P1 P2 P3"
    assert set(codes_of_l1(region, plan).values()) == {code}


def test_capacity_says_what_is_short_where():
    region = SmallRegion().change("sites", "A", capacity=1)
    region.change("sites", "B", capacity=1).change("mentors", "c1", max_learners=1)
    region.add("learners", **{**region.tables["learners"][0], "learner_id": "L4"})
    region.change("mentors", "c1", max_learners=1)
    plan = "L2 b1 P1 P2 P3\nL3 c1 P1 P2 P3\nL4 a1 P1 P2 P3"
    row = rows_of_l1(region, plan)["P1"]
    assert row.reason == "capacity"
    assert row.detail == (
        "3 werkplekken passen in deze periode; nodig is een plaats meer (bij 2) of "
        "meer uren of plaats bij een mentor (bij 1)."
    )


def test_enterprise_limit_is_a_place():
    region = only_site_a().add("enterprises", enterprise_id="E", max_learners=1)
    row = rows_of_l1(region, "L2 a1 P1 P2 P3")["P1"]
    assert row.reason == "capacity"
    assert "een plaats meer (bij 1)" in row.detail


# 25/60 + 60 x 12/52 / 60 hours a week, times 1.5 in the first period of a block.
HOURS = (5 * 3 + 10 + 60 * 12 / 52) / 60


@pytest.mark.parametrize(
    ("hours", "code"),
    [(2.5 * HOURS + 1e-3, "not_settled"), (2.5 * HOURS - 1e-3, "capacity")],
)
def test_a_start_asks_more_hours_than_going_on(hours, code):
    region = only_site_a().change("mentors", "a1", hours_per_week=hours)
    region.change("mentors", "a2", available_to="2026-09-02")
    rows = codes_of_l1(region, "L2 a1 P1 P2 P3")
    # In P1 both would start: 3 times the hours. Later the other goes on.
    assert rows["P1"] == "capacity"
    assert rows["P3"] == code


def test_signed_placements_past_the_limit_close_the_mentor():
    region = only_site_a(capacity=9).change("mentors", "a1", max_learners=1)
    region.change("mentors", "a2", available_to="2026-09-02")
    for learner_id in ("L2", "L3"):
        for period_id in ("P1", "P2", "P3"):
            region.add(
                "placements",
                learner_id=learner_id,
                period_id=period_id,
                site_id="A",
                mentor_id="a1",
                status="signed",
            )
    assert set(codes_of_l1(region).values()) == {"capacity"}


@pytest.mark.parametrize(
    ("weeks", "code"), [(10, "not_settled"), (11, "block_too_short")]
)
def test_block_too_short_when_only_one_period_has_room(weeks, code):
    region = only_site_a(capacity=1).change("trajectories", "T", min_block_weeks=weeks)
    row = rows_of_l1(region, "L2 a1 P2 P3")["P1"]
    assert row.reason == code
    if code == "block_too_short":
        assert row.detail == (
            "Er is ruimte voor hoogstens 10 weken na elkaar op één werkplek; een blok "
            "duurt minstens 11 weken."
        )


def test_room_in_a_row_at_two_sites_is_no_block():
    region = SmallRegion().drop("recognitions", site_id="C")
    region.change("sites", "A", capacity=1).change("sites", "B", capacity=1)
    region.change("trajectories", "T", min_block_weeks=13)
    plan = "L2 a1 P2 P3\nL3 b1 P1 P3"
    rows = codes_of_l1(region, plan)
    assert rows == {"P1": "block_too_short", "P2": "block_too_short", "P3": "capacity"}


@pytest.mark.parametrize(("max_sites", "code"), [(2, "not_settled"), (1, "max_sites")])
def test_max_sites_when_the_signed_ones_fill_it(max_sites, code):
    region = SmallRegion().change("trajectories", "T", max_sites=max_sites)
    region.drop("recognitions", site_id="C").change("sites", "A", capacity=1)
    region.add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id="a1",
        status="signed",
    )
    row = rows_of_l1(region, "L2 a1 P2 P3")["P3"]
    assert row.reason == code
    if code == "max_sites":
        assert "(hoogstens 1)" in row.detail


@pytest.mark.parametrize(("seats", "code"), [(1, "attest_missing"), (2, "not_settled")])
def test_attest_missing_when_the_last_seat_is_taken(seats, code):
    region = only_site_a().change("courses", "K1", seats=seats)
    region.drop("courses", course_id="K2")
    region.add("requirements", site_id="A", trajectory_id="T", competence_id="centre")
    problem = problem_of(region)
    plans = empty_plans(problem)
    trajectory_units = list(problem.units.ids[: problem.units.start[1]])
    plans.course[1, trajectory_units.index("centre")] = 0
    rows = {
        row.period_id: row
        for row in unplaced_rows(problem, plans)
        if row.learner_id == "L1"
    }
    assert rows["P1"].reason == "attest_missing"
    assert rows["P3"].reason == code
    assert "voor A is eerst nodig: centre".casefold() in rows["P1"].detail.casefold()


def test_own_seat_counts_as_free():
    region = only_site_a().drop("courses", course_id="K2")
    region.add("requirements", site_id="A", trajectory_id="T", competence_id="centre")
    problem = problem_of(region)
    plans = empty_plans(problem)
    plans.course[0, list(problem.units.ids).index("centre")] = 0
    rows = [row for row in unplaced_rows(problem, plans) if row.learner_id == "L1"]
    assert [row.reason for row in rows] == [
        "attest_missing",
        "not_settled",
        "not_settled",
    ]


def test_costlier_says_how_many_points():
    region = only_site_a()
    region.add("travel", learner_id="L1", site_id="A", minutes=200)
    free = {"unplaced": 0, "gap": 0, "context": 0, "fairness": 0}
    row = rows_of_l1(region, "", free)["P1"]
    assert row.reason == "costlier"
    # 10 weeks of 0.1 x 45 + 0.3 x 155 for the journey, and 1 without a preference.
    assert "520 punten duurder" in row.detail


@pytest.mark.parametrize(
    ("cost", "bound", "code", "words"),
    [
        (100.0, 100.0, "not_settled", "niet duurder maakt"),
        (90.0, 80.0, "not_settled", "niet duurder maakt"),
        (100.05, 100.05, "costlier", "minder dan 0,1 punt duurder"),
        (100.25, 100.25, "costlier", "wordt er 0,2 punten duurder"),
        (134.52, 134.52, "costlier", "wordt er 34,5 punten duurder"),
        (140.0, 120.19, "costlier", "wordt er minstens 20,1 punten duurder"),
        (140.0, 100.05, "costlier", "wordt er iets duurder"),
        (140.0, 99.0, "not_settled", "staat nog niet vast"),
        (np.inf, 99.0, "not_settled", "staat nog niet vast"),
    ],
)
def test_a_search_that_did_not_end_claims_no_more_than_it_proved(
    cost, bound, code, words
):
    reason = _by_points(cost, bound, now=100.0)
    assert reason.code == code
    assert words in reason.clause


def test_every_code_is_documented_and_given_by_some_test():
    assert set(REASONS) == {
        "no_site",
        "no_eligible_site_in_period",
        "capacity",
        "block_too_short",
        "max_sites",
        "attest_missing",
        "costlier",
        "not_settled",
    }


@pytest.mark.parametrize("sample", NAMES)
def test_details_name_no_other_learner(sample):
    problem = prepare(sample_dataset(sample))
    for row in unplaced_rows(problem, empty_plans(problem)):
        assert row.detail.endswith(".")
        for learner_id in problem.dataset.learners.learner_id:
            assert learner_id not in row.detail.replace(".", " ").split()


@pytest.mark.parametrize("sample", NAMES)
def test_barriers_leave_exactly_what_is_eligible(sample):
    problem = prepare(sample_dataset(sample))
    for learner in range(problem.num_learners):
        barriers = barriers_of(problem, learner)
        active = problem.pairs.calendar.active[learner]
        open_rows = np.argwhere(~barriers.barred.any(axis=0) & active)
        told = {(barriers.site[o], barriers.mentor[o], t) for o, t in open_rows}
        mine = problem.option_learner == learner
        allowed = np.argwhere(problem.pairs.eligible & mine[:, None])
        site, mentor = problem.option_site, problem.pairs.option_mentor
        assert told == {(site[o], mentor[o], t) for o, t in allowed}
