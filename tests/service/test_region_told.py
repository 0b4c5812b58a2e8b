"""A report about capacity by name: certificates, steps together, prices of groups."""

import pytest

import matcher
from matcher_service.pages.names import Names
from matcher_service.pages.price_groups_told import caveats, price_group_lists
from matcher_service.pages.region_told import (
    few_lines,
    recruit_lines,
    recruit_set_lines,
    shortage_lines,
)
from matcher_service.pages.words import Words, texts
from tests.service.conftest import SAMPLES


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(dataset=matcher.read_dataset(SAMPLES / "a"), words=Words("nl"))


def seats(demand: int | None) -> dict[str, object]:
    return {
        "trajectory_id": "T0_0",
        "competence_id": "T0_0c1",
        "learners": demand,
        "demand": demand,
        "supply": None if demand is None else demand - 1,
        "courses": [{"id": "C1", "period_id": "P2", "seats": 8}] if demand else [],
        "proof": "hall",
        "is_suppressed": demand is None,
    }


def places(demand: int) -> dict[str, object]:
    return {
        "trajectory_id": "T0_0",
        "competence_id": None,
        "period_id": "P1",
        "learners": demand,
        "demand": demand,
        "supply": demand - 1,
        "places": [{"kind": "site", "id": "nowhere", "capacity": demand - 1}],
        "proof": "hall",
        "is_suppressed": False,
    }


def test_seats_stand_among_the_shortages_with_their_courses(names):
    lines = shortage_lines([places(10), places(30)], [seats(20), seats(None)], names)
    assert [line.demand for line in lines] == [30, 20, 10]
    of_seats = lines[1]
    assert (of_seats.proof, of_seats.supply) == ("seats", 19)
    assert of_seats.period == texts()["all_periods"]["nl"]
    assert of_seats.competence == "Competentie T0_0c1"
    assert [place.endswith("(8)") for place in of_seats.places] == [True]


def test_too_few_seats_for_a_few_are_told_without_numbers(names):
    (line,) = few_lines([places(10), seats(None)], names)
    assert line.what == "Competentie T0_0c1"
    assert line.periods == (texts()["all_periods"]["nl"],)


def step(kind: str, subject: str) -> dict[str, object]:
    return {"kind": kind, "subject": subject, "trajectory_id": None}


def test_steps_together_are_named_as_in_the_list(names):
    mentor = names.dataset.mentors.mentor_id[0]
    site = names.site(names.dataset.mentors.site_id[0])
    steps = [step("mentor_training", mentor), step("course_seats", "C1")]
    found = {
        "ranks": [1, 3],
        "steps": steps,
        "gain_points": 12.5,
        "gain": "lower_bound",
        "sum_of_gains": 11.0,
        "learners_helped": None,
        "proof": "not_proven",
        "among": {"steps": 5, "sets": 10, "confirmed": 2},
    }
    (line,) = recruit_set_lines([found], names)
    assert line.steps == (
        f"1. Mentor laten opleiden, {mentor}, {site}",
        "3. Meer plaatsen in een cursus, C1, Competentie T0_0c1",
    )
    assert (line.is_exact, line.is_best, line.among) == (False, False, 5)
    of_list = recruit_lines([{**each, **found, "rank": 1} for each in steps], names)
    assert [each.what for each in of_list] == [
        f"{mentor}, {site}",
        "C1, Competentie T0_0c1",
    ]


def group(by: str, name: str, mean: float) -> dict[str, object]:
    return {
        "by": by,
        "trajectory_id": "T0_0" if by in {"trajectory", "competence"} else "",
        "group": name,
        "kind": "course",
        "scarce": 1,
        "of": 4,
        "dearest_id": "C1",
        "dearest_period_id": "P2",
        "dearest_points": 8.0,
        "mean_points": mean,
    }


def test_groups_are_told_by_name_the_dearest_first_and_the_rest_counted(names):
    rows = [
        *(group("competence", f"T0_0c{at % 8}", float(at)) for at in range(17)),
        group("area", "90xx", 1.0),
        group("area", "?", 2.0),
        group("period", "P2", 1.0),
    ]
    of_competence, of_area, of_period = price_group_lists(rows, names)
    assert [line.mean for line in of_competence.lines] == [*range(16, 1, -1)]
    assert of_competence.num_left_out == 2
    training = names.trajectory("T0_0")
    assert of_competence.lines[0].group == f"Competentie T0_0c0, {training}"
    assert of_competence.lines[0].dearest == "C1, Competentie T0_0c1"
    assert [line.group for line in of_area.lines] == [
        texts()["area_nowhere"]["nl"],
        "postcodes 90xx",
    ]
    assert [line.group for line in of_period.lines] == [names.period("P2")]


def test_what_prices_do_not_say_stands_with_them_in_the_language_asked():
    told = {language: caveats(Words(language)) for language in ("nl", "en")}
    assert len(told["nl"]) == len(told["en"]) == 5
    assert not set(told["nl"]) & set(told["en"])
    assert all("json" not in each for each in told["nl"])
