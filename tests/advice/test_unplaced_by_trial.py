"""Reasons against the judge: every plan of one learner is tried, others unchanged."""

from collections.abc import Iterator
from itertools import product

import pytest

from matcher.advice import unplaced_rows
from matcher.checker import check_plan
from matcher.dataset import Dataset
from matcher.problem.run_record import Assignment, Seat
from tests.advice.drawn_plans import plans_of, problem_of
from tests.checker.small_region import SmallRegion, plan

POSSIBLE = {"costlier", "not_settled"}


def trials(dataset: Dataset, learner_id: str) -> Iterator[tuple[list, list]]:
    """Every sequence of mentors, with every course seat or none."""
    table, courses = dataset.mentors, dataset.courses
    periods = dataset.periods.period_id
    mentors = [None, *zip(table.mentor_id, table.site_id, strict=True)]
    courses = [None, *zip(courses.course_id, courses.period_id, strict=True)]
    for chosen, course in product(product(mentors, repeat=len(periods)), courses):
        assignments = [
            Assignment(
                learner_id=learner_id,
                period_id=period_id,
                site_id=mentor[1],
                mentor_id=mentor[0],
            )
            for period_id, mentor in zip(periods, chosen, strict=True)
            if mentor is not None
        ]
        seats = [] if course is None else [seat(learner_id, *course)]
        yield assignments, seats


def seat(learner_id: str, course_id: str, period_id: str) -> Seat:
    return Seat(
        learner_id=learner_id,
        course_id=course_id,
        competence_id="centre",
        period_id=period_id,
    )


def placeable(dataset: Dataset, learner_id: str, others: str) -> set[str]:
    """Periods that some plan of the learner places, by the judge."""
    rows = plan(others)
    assert check_plan(dataset, {}, [*rows, *signed_rows(dataset)], []).holds
    return {
        assignment.period_id
        for assignments, seats in trials(dataset, learner_id)
        if check_plan(dataset, {}, [*rows, *assignments], seats).holds
        for assignment in assignments
    }


def signed_rows(dataset: Dataset) -> list[Assignment]:
    rows = dataset.placements
    return [
        Assignment(
            learner_id=rows.learner_id[row],
            period_id=rows.period_id[row],
            site_id=rows.site_id[row],
            mentor_id=rows.mentor_id[row],
        )
        for row in range(len(rows))
        if rows.status[row] == "signed"
    ]


def signed(region: SmallRegion, *words: str) -> SmallRegion:
    learner_id, period_id, mentor_id = words
    return region.add(
        "placements",
        learner_id=learner_id,
        period_id=period_id,
        site_id=mentor_id[0].upper(),
        mentor_id=mentor_id,
        status="signed",
    )


def two_sites(capacity: int = 1) -> SmallRegion:
    region = SmallRegion().drop("recognitions", site_id="C")
    region.drop("mentors", mentor_id="c1").drop("mentors", mentor_id="a2")
    region.change("sites", "A", capacity=capacity)
    return region.change("sites", "B", capacity=capacity)


def tight_hours() -> SmallRegion:
    region = two_sites(2).change("mentors", "a1", hours_per_week=1.7)
    return region.change("mentors", "b1", hours_per_week=1.2)


def attest_at_both() -> SmallRegion:
    region = two_sites(2).drop("courses", course_id="K2")
    for site_id in "AB":
        region.add(
            "requirements", site_id=site_id, trajectory_id="T", competence_id="centre"
        )
    return region


def attest_by_work() -> SmallRegion:
    region = two_sites(2).change("trajectories", "T", min_block_weeks=8)
    return region.add(
        "requirements", site_id="B", trajectory_id="T", competence_id="work"
    )


CASES = {
    "places in turn": (two_sites(), "L2 a1 P2 P3\nL3 b1 P1"),
    "a short gap": (two_sites(), "L2 a1 P1 P3\nL3 b1 P1 P3"),
    "tight hours": (tight_hours(), "L2 a1 P1 P2\nL3 b1 P2 P3"),
    "attest by a course": (attest_at_both(), ""),
    "attest by work": (attest_by_work(), "L2 a1 P3\nL3 a1 P3"),
    "attest by work elsewhere": (attest_by_work(), "L2 a1 P1\nL3 a1 P1"),
    "one site beside a signed one": (
        signed(two_sites().change("trajectories", "T", max_sites=1), "L1", "P1", "a1"),
        "L2 a1 P3",
    ),
    "between signed ones": (
        signed(
            signed(
                two_sites().change("trajectories", "T", min_block_weeks=8),
                "L1",
                "P1",
                "a1",
            ),
            "L1",
            "P3",
            "b1",
        ),
        "L2 a1 P2",
    ),
    "refused for one period": (
        two_sites().add(
            "placements",
            learner_id="L1",
            period_id="P2",
            site_id="A",
            status="refused",
        ),
        "L2 b1 P1 P2",
    ),
    "an enterprise that is full": (
        two_sites(2).add("enterprises", enterprise_id="E", max_learners=1),
        "L2 a1 P1 P2",
    ),
    "a late start": (
        two_sites().change("learners", "L1", ready_from="2026-10-01"),
        "L2 a1 P2 P3\nL3 b1 P3",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_reason_says_possible_exactly_where_the_judge_allows_a_plan(case):
    region, others = case
    problem = problem_of(region)
    rows = unplaced_rows(problem, plans_of(problem, others))
    mine = [row for row in rows if row.learner_id == "L1"]
    possible = {row.period_id for row in mine if row.reason in POSSIBLE}
    allowed = placeable(problem.dataset, "L1", others)
    assert mine
    assert possible == allowed & {row.period_id for row in mine}
