"""A question has a limit of counted work, and says where it ended before the end."""

import numpy as np
import pytest

from matcher.suggestions import explain_plan, explain_site, suggest
from matcher.suggestions.one_learner import (
    _in_period,
    _may_hold,
    after_change,
    any_plan_in_room,
    plan_in_room,
)
from matcher.suggestions.plan_search import Effort, Wish, cheapest_plan, options_of
from matcher.suggestions.text import Speaker
from matcher.suggestions.wire import plan_answer_json, site_json
from tests.suggestions.regions import loaded_case


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [loaded_case(seed, "tiny", folder / str(seed)) for seed in range(40, 54)]


def every_pair(runs):
    for run in runs:
        for learner in range(run.problem.num_learners):
            for site in range(len(run.dataset.sites)):
                yield run, learner, site


@pytest.mark.parametrize("in_room", [False, True])
def test_few_sites_tell_whether_any_plan_holds_a_site(runs, in_room):
    """Against the search among all sites, in each period."""
    answers = []
    for run, learner, site in every_pair(runs):
        at_site = run.problem.sites_of(options_of(run, learner)) == site
        if not at_site.any():
            continue
        for period in range(run.problem.num_periods):
            forced = _in_period(at_site, period, run.problem.num_periods)
            whole = cheapest_plan(run, learner, Wish(in_room=in_room, forced=forced))
            assert whole.is_settled
            held = _may_hold(run, learner, site, period, Effort(), in_room=in_room)
            assert held is (whole.plan is not None)
            answers.append(held)
    assert answers.count(True) > 30
    assert answers.count(False) > 30


def test_some_plan_and_the_cheapest_plan_agree(runs):
    for run, learner, site in every_pair(runs):
        cheapest = plan_in_room(run, learner, site, Effort())
        some = any_plan_in_room(run, learner, site, Effort())
        assert cheapest.is_settled
        assert some is (cheapest.found is not None)


def test_sites_that_no_change_opens_make_no_difference(runs):
    """Points in the world of the eligible sites, and in that of all sites."""
    compared = 0
    for run, learner, site in every_pair(runs):
        ids = run.dataset.learners.learner_id, run.dataset.sites.site_id
        answer = explain_site(run, str(ids[0][learner]), str(ids[1][site]))
        for way in answer.changes:
            everything = run.lookup.around(np.array([learner]), site)
            world = after_change(run, learner, site, way.change.parts, everything)
            plan = plan_in_room(world, 0, world.site(answer.site_id), Effort())
            assert (plan.found is None) is (way.points is None)
            if plan.found is not None:
                now = float(run.points[learner].sum())
                assert plan.found.points - now == pytest.approx(way.points)
                compared += 1
    assert compared > 20


def test_what_is_told_before_the_end_holds_at_the_end(runs):
    """Whatever the limit: settled answers are the same, others claim no more."""
    cut_short = 0
    for run, learner, site in every_pair(runs[:6]):
        ids = (
            str(run.dataset.learners.learner_id[learner]),
            str(run.dataset.sites.site_id[site]),
        )
        whole = explain_site(run, *ids)
        assert whole.is_settled
        known = {way.change.parts: way.points for way in whole.changes}
        for most_nodes in (0, 1, 3, 10):
            answer = explain_site(run, *ids, most_nodes=most_nodes)
            assert (answer.status, answer.barriers) == (whole.status, whole.barriers)
            for way in answer.changes:
                assert way.change.parts in known
                points = known[way.change.parts]
                if way.is_settled:
                    assert way.points == pytest.approx(points)
                elif way.points is not None:
                    assert way.points >= points - 1e-6
            if answer.plan is None:
                assert whole.plan is None or not answer.is_settled
            elif answer.plan.is_settled:
                assert answer.plan.points == pytest.approx(whole.plan.points)
                assert answer.plan.needs_others == whole.plan.needs_others
            cut_short += not answer.is_settled
    assert cut_short > 10


def test_no_claim_is_made_of_what_was_not_searched(runs):
    for run, learner, site in every_pair(runs):
        ids = (
            str(run.dataset.learners.learner_id[learner]),
            str(run.dataset.sites.site_id[site]),
        )
        whole = explain_site(run, *ids)
        if whole.status == "eligible" and whole.plan and not whole.is_in_plan:
            break
    answer = explain_site(run, *ids, most_nodes=0)
    assert answer.plan is None
    assert not answer.is_settled
    assert answer.changes == ()
    assert site_json(answer)["is_settled"] is False
    assert "niet verder gezocht" in Speaker("nl").site(answer)
    assert "not searched further" in Speaker("en").site(answer)
    assert "in geen enkel plan" not in Speaker("nl").site(answer)


def test_best_alone_is_said_to_be_so_only_when_it_is(runs, monkeypatch):
    run = runs[0]
    learner_id = str(run.dataset.learners.learner_id[0])
    assert explain_plan(run, learner_id).is_settled
    best = {"room", "own_best"}
    assert best & {kind for each in suggest(run, learner_id) for kind in each.kinds}
    monkeypatch.setattr(Effort, "left", 0)
    answer = explain_plan(run, learner_id)
    assert not answer.is_settled
    assert plan_answer_json(answer)["alone"]["is_settled"] is False
    assert "niet verder gezocht" in Speaker("nl").plan(answer)
    kinds = {kind for each in suggest(run, learner_id) for kind in each.kinds}
    assert not kinds & best
