"""The world of one learner: the same answers as in the whole region."""

import numpy as np
import pytest

from matcher.checker import check_plan
from matcher.problem.plans import Plans
from matcher.problem.run_record import Assignment, Seat
from matcher.suggestions.one_learner import after_change, plan_with_site
from matcher.suggestions.plan_facts import placements_of, seats_of
from tests.suggestions.regions import loaded_case


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [loaded_case(seed, "tiny", folder / str(seed)) for seed in range(10, 18)]


def every_pair(runs):
    for run in runs:
        for learner in range(run.problem.num_learners):
            for site in range(len(run.dataset.sites)):
                yield run, learner, site


def test_nothing_changed_gives_the_same_plan(runs):
    compared = 0
    for run, learner, site in every_pair(runs):
        if run.problem.capacities.hours_gated.any():
            continue  # alone, nobody else's signature can tie the hours
        whole = plan_with_site(run, learner, site).found
        changed = after_change(run, learner, site, ())
        here = changed.site(str(run.dataset.sites.site_id[site]))
        alone = plan_with_site(changed, 0, here).found
        if whole is None or whole.needs_others:
            assert alone is None or alone.needs_others
            continue
        assert not alone.needs_others
        assert alone.points == pytest.approx(whole.points)
        compared += 1
    assert compared > 20


def rows_with(run, plan: Plans):
    """All assignments and seats, with one learner's plan replaced."""
    assignments, seats = [], []
    for learner, learner_id in enumerate(run.dataset.learners.learner_id):
        mine = learner == plan.learner[0]
        row = plan if mine else run.plans.take(np.array([learner]))
        assignments += [
            Assignment(
                learner_id=learner_id,
                period_id=each.period_id,
                site_id=each.site_id,
                mentor_id=each.mentor_id,
            )
            for each in placements_of(run.problem, row)
        ]
        seats += [
            Seat(
                learner_id=learner_id,
                course_id=each.course_id,
                competence_id=each.competence_id,
                period_id=each.period_id,
            )
            for each in seats_of(run.problem, row)
        ]
    return assignments, seats


def test_plan_in_the_room_left_is_allowed_by_the_judge(runs):
    judged = 0
    for run, learner, site in every_pair(runs):
        found = plan_with_site(run, learner, site).found
        if found is None or found.needs_others:
            continue
        policy = run.summary.policy
        verdict = check_plan(run.dataset, policy, *rows_with(run, found.plan))
        assert verdict.holds, verdict.violations
        judged += 1
    assert judged > 20
