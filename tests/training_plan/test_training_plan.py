"""The content of a training plan, against the run and the tables."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matcher.checker import check_plan
from matcher.problem.run_record import Assignment
from matcher.training_plan import Reached, training_plan
from matcher.training_plan.agreement import (
    agreement_rules,
    training_day,
    training_days_left,
)
from tests.training_plan.plans import some_plans


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    return list(some_plans(tmp_path_factory.mktemp("runs")))


def competences_of(run, plan) -> dict[str, int]:
    table = run.dataset.competences
    own = np.flatnonzero(table.trajectory_id == plan.trajectory_id)
    return {table.competence_id[at]: int(at) for at in own}


def test_every_competence_stands_there_once(plans):
    for run, plan in plans:
        ids = [each.competence_id for each in plan.competences]
        assert sorted(ids) == sorted(competences_of(run, plan))


def test_workplace_is_where_the_site_teaches_it_inside_its_window(plans):
    seen = 0
    for run, plan in plans:
        offers, table = run.dataset.offers, run.dataset.competences
        rank = {p: at for at, p in enumerate(run.dataset.periods.period_id)}
        rows = competences_of(run, plan)
        for each in plan.competences:
            if each.place != "workplace" or not each.site_id:
                continue
            at, now = rows[each.competence_id], rank[each.period_id]
            first, last = table.window_from[at], table.window_to[at]
            assert not first or rank[first] <= now
            assert not last or now <= rank[last]
            own = (offers.site_id == each.site_id) & (
                offers.competence_id == each.competence_id
            )
            own &= offers.trajectory_id == plan.trajectory_id
            assert any(
                (not start or rank[start] <= now) and (not end or now <= rank[end])
                for start, end in zip(
                    offers.period_from[own], offers.period_to[own], strict=True
                )
            )
            seen += 1
    assert seen > 20


def test_place_is_what_the_judge_finds_covered(plans):
    """Open competences cost what the judge counts as gaps."""
    for run, plan in plans:
        assignments = [
            Assignment(
                learner_id=plan.learner_id,
                period_id=each.period_id,
                site_id=each.site_id,
                mentor_id=each.mentor_id,
            )
            for each in plan.periods
            if each.site_id
        ]
        if any(each.place == "course" for each in plan.competences):
            continue
        verdict = check_plan(run.dataset, run.summary.policy, assignments, [])
        weight = run.dataset.competences.weight
        rows = competences_of(run, plan)
        open_weight = sum(
            weight[rows[each.competence_id]]
            for each in plan.competences
            if each.place == "open"
        )
        gap = verdict.points[plan.learner_id]["gap"]
        assert gap == pytest.approx(open_weight * run.problem.policy.gap)


def test_order_honours_what_is_required(plans):
    for run, plan in plans:
        requires = run.dataset.competences.requires
        rows = competences_of(run, plan)
        place_of = {each.competence_id: at for at, each in enumerate(plan.competences)}
        by_id = {each.competence_id: each for each in plan.competences}
        for each in plan.competences:
            for first in requires[rows[each.competence_id]]:
                if first in each.later or by_id[first].place == "open":
                    continue
                if each.competence_id in requires[rows[first]]:
                    continue
                if each.place not in ("open", "acquired"):
                    assert place_of[first] < place_of[each.competence_id]


def test_what_was_reached_is_over_and_the_rest_stays(plans):
    moved = 0
    for run, plan in plans:
        planned = {e.competence_id: e.period_id for e in plan.competences}
        todo = [e.competence_id for e in plan.competences if e.period_id]
        if not todo:
            continue
        before = Reached(reached=frozenset(todo[:1]), period_of=planned)
        again = training_plan(run, plan.learner_id, before=before)
        for each in again.competences:
            if each.competence_id == todo[0]:
                assert (each.place, each.period_id) == ("acquired", "")
            else:
                moved += each.period_id != planned[each.competence_id]
    assert moved == 0


def test_hours_are_those_of_the_placed_periods(plans):
    for _, plan in plans:
        for each in plan.periods:
            if each.workplace_hours is None:
                assert each.hours_per_week is None
            elif each.site_id:
                expected = each.weeks * each.hours_per_week
                assert each.workplace_hours == pytest.approx(expected)
                assert each.school_hours == pytest.approx(expected * 1.2)
            else:
                assert each.workplace_hours == 0


def test_pages_hold_the_focus_of_their_period_alone(plans):
    for _, plan in plans:
        for page in plan.pages:
            for each in plan.competences:
                here = each.place == "workplace" and each.period_id == page.period_id
                assert (each.competence_id in page.competence_ids) == here


def test_over_periods_have_no_page(plans):
    run, plan = plans[0]
    late = max(each.end for each in plan.periods)
    after = date(late.year + 1, 1, 1)
    assert training_plan(run, plan.learner_id, after).pages == ()


def test_agreement_follows_hours_and_education():
    rules = agreement_rules(date(2026, 9, 1))
    assert rules.type_for("secondary", 20.0) == "OAO"
    assert rules.type_for("secondary", 19.9) == "SAO"
    assert rules.type_for("adult", 20.0) == "ODOS"
    assert rules.type_for("adult", 8.0) == "ODO"
    assert rules.type_for("", 20.0) == rules.type_for("adult", None) == ""


def test_earlier_day_has_the_first_rules():
    assert agreement_rules(date(1999, 1, 1)) == agreement_rules(date(2016, 9, 1))


def test_training_days_skip_weekends_and_holidays():
    # Tuesday 1 September 2026; the autumn week runs from 2 to 8 November.
    assert training_day(date(2026, 9, 1), 1) == date(2026, 9, 1)
    assert training_day(date(2026, 9, 1), 4) == date(2026, 9, 4)
    assert training_day(date(2026, 9, 1), 5) == date(2026, 9, 7)
    assert training_day(date(2026, 10, 30), 2) == date(2026, 11, 9)


def test_days_left_count_today():
    first = date(2026, 9, 1)
    assert training_days_left(first, 20, date(2026, 8, 1)) == 20
    assert training_days_left(first, 20, first) == 20
    assert training_days_left(first, 20, date(2026, 9, 4)) == 17
    assert training_days_left(first, 20, training_day(first, 20)) == 1
    assert training_days_left(first, 20, date(2026, 12, 1)) == 0


def test_as_of_changes_the_days_left_only(plans):
    run, plan = plans[0]
    later = training_plan(run, plan.learner_id, plan.periods[0].start)
    assert replace(later, countdown=plan.countdown) == plan
