"""The lists of a desk: levels, sums, swaps, and nothing of another school."""

from dataclasses import asdict
from datetime import date

import numpy as np
import pytest

from matcher.advice import MISSING, REASONS
from matcher.cli.words import said
from matcher.desk import desk_lists
from matcher.pipeline import solve_dataset
from matcher.problem.problem import prepare
from matcher.solvers import SolveParams
from matcher.suggestions import loaded
from matcher.suggestions.swap import helpful_swaps
from tests.advice.drawn_plans import plans_of
from tests.checker.small_region import SmallRegion
from tests.suggestions.regions import loaded_case


def run_of(region: SmallRegion, plans: str = ""):
    dataset = region.dataset()
    problem = prepare(dataset)
    summary = solve_dataset(dataset, params=SolveParams(engine="greedy")).summary
    return loaded(problem, plans_of(problem, plans), summary)


@pytest.fixture
def region() -> SmallRegion:
    region = SmallRegion()
    for learner_id, school_id in (("L1", "own"), ("L2", "own"), ("L3", "other")):
        region.change("learners", learner_id, school_id=school_id)
        region.change("learners", learner_id, first_lesson="2026-09-01")
    return region


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2026, 9, 1), "in_time"),
        (date(2026, 9, 15), "soon"),
        (date(2026, 9, 24), "now"),
        (date(2026, 10, 1), "late"),
    ],
)
def test_level_follows_the_days_left(region, day, level):
    lists = desk_lists(run_of(region), day)
    assert {each.level for each in lists.urgent} == {level}


def test_who_has_signed_is_not_urgent(region):
    region.add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id="a1",
        status="signed",
    )
    ids = [each.learner_id for each in desk_lists(run_of(region)).urgent]
    assert ids == ["L2", "L3"]


def test_school_sees_its_own_learners_alone(region):
    run = run_of(region, "L1 a1 P1 P2\nL3 b1 P1 P2")
    lists = desk_lists(run, school_id="own")
    text = str(asdict(lists))
    assert "L3" not in text
    assert "b1" not in text
    assert {each.learner_id for each in lists.urgent} == {"L1", "L2"}
    assert {each.learners for each in lists.wanted} == {1, 2}


def test_hours_of_mentors_add_up(region):
    run = run_of(region, "L1 a1 P1 P2\nL2 a1 P1 P2")
    (first, second) = desk_lists(run).mentor_hours
    weekly = (5 * 3 + 10 + 60 * 12 / 52) / 60
    assert (first.learners, first.hours) == (2, pytest.approx(2 * 1.5 * weekly))
    assert second.hours == pytest.approx(2 * weekly)


def test_swap_that_helps_both_is_found(region):
    """L1 lives near B and works at A, L2 the other way round."""
    region.change("sites", "A", lat=51.1).change("sites", "B", lat=50.9)
    region.change("learners", "L1", lat=50.9).change("learners", "L2", lat=51.1)
    crossed = run_of(region, "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3")
    (swap,) = helpful_swaps(crossed)
    assert swap.learner_ids == ("L1", "L2")
    assert min(swap.gains) > 0
    straight = run_of(region, "L1 b1 P1 P2 P3\nL2 a1 P1 P2 P3")
    assert helpful_swaps(straight) == ()


def test_proven_optimum_has_no_swap(tmp_path):
    for seed in range(6):
        run = loaded_case(seed, "tiny", tmp_path / str(seed))
        assert run.summary.status == "optimal"
        assert helpful_swaps(run) == ()


def test_unplaced_are_counted_without_names(region):
    lists = desk_lists(run_of(region))
    assert sum(each.learners for each in lists.wanted) == 9
    assert np.unique([each.trajectory_id for each in lists.wanted]).tolist() == ["T"]


def lacks(region, plans: str = ""):
    """Codes and numbers of the first period."""
    first, *_ = desk_lists(run_of(region, plans)).wanted
    assert sum(each.learners for each in first.missing) == first.learners
    return [(each.codes, each.learners) for each in first.missing]


@pytest.mark.parametrize(
    ("table", "row_ids", "cells", "codes"),
    [
        ("recognitions", "ABC", {"valid_to": "2020-01-01"}, ("recognition",)),
        ("recognitions", "ABC", {"valid_from": "2026-12-01"}, ("recognition",)),
        ("sites", "ABC", {"lat": 50.0}, ("nearer_site",)),
        ("sites", "ABC", {"lat": "", "lon": ""}, ("known_distance",)),
        ("sites", "ABC", {"min_age": 20}, ("age",)),
        ("sites", "ABC", {"languages": "fr"}, ("recorded_language",)),
        ("mentors", ("a1", "a2", "b1", "c1"), {"trained_on": ""}, ("mentor",)),
    ],
)
def test_wanted_places_say_what_is_missing(region, table, row_ids, cells, codes):
    for row_id in row_ids:
        region.change(table, row_id, **cells)
    for learner_id in ("L1", "L2", "L3"):
        region.change("learners", learner_id, max_travel_minutes=60)
    assert lacks(region) == [(codes, 3)]


def test_what_is_missing_names_all_that_the_closest_site_asks(region):
    for site_id in "ABC":
        region.change("sites", site_id, languages="fr", min_age=20)
        region.add("placements", learner_id="L3", site_id=site_id, status="refused")
    region.change("learners", "L1", birth_date="")
    region.change("learners", "L2", languages="nl")
    assert sorted(lacks(region)) == [
        (("age", "language"), 1),
        (("other_site",), 1),
        (("recorded_age", "recorded_language"), 1),
    ]


def test_full_region_lacks_a_place(region):
    region.drop("sites", site_id="C").drop("recognitions", site_id="C")
    region.drop("mentors", site_id="C").drop("offers", site_id="C")
    region.change("sites", "A", capacity=1).change("sites", "B", capacity=1)
    plans = "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3"
    assert lacks(region, plans) == [(("capacity",), 1)]


def test_everything_that_can_be_missing_has_words():
    nowhere = {"no_site", "no_eligible_site_in_period"}
    for code in {*MISSING, *REASONS} - nowhere:
        assert said(f"desk_missing_{code}", "nl") != said(f"desk_missing_{code}", "en")
