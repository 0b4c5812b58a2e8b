"""Many questions asked at once against asking them one by one."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.capacity.drop_out import drop_outs
from matcher.capacity.first_repairs import first_answers
from matcher.capacity.lone_plans import LoneSearch
from matcher.capacity.movers import gains_alone
from matcher.capacity.room_search import RoomSearch
from matcher.problem.plans import empty_plans
from matcher.suggestions.loaded_run import loaded
from tests.capacity.solved import solved_case

pytestmark = pytest.mark.timeout(600)


def same(one, other) -> None:
    for name in ("learner", "option", "course"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("seed", range(8))
def test_answers_at_once_are_those_one_by_one(seed, tmp_path):
    run = solved_case(seed, "twelve", tmp_path).run
    drops = drop_outs(run)
    search = RoomSearch(run)
    found = first_answers(run, drops, workers=2)
    assert len(found) == len(drops)
    for drop, answer in zip(drops, found, strict=True):
        alone = search.answer(drop.hit, drop, branches=0)
        assert (answer is None) == (alone is None)
        if answer is not None and alone is not None:
            same(answer.plans, alone.plans)
            assert answer.points == pytest.approx(alone.points, abs=1e-9)
            assert answer.bound == pytest.approx(alone.bound, abs=1e-9)


def test_some_of_these_crowd_and_some_are_tied_by_signatures(tmp_path):
    """Or the test above would say nothing of them."""
    crowded = several = untold = courses = 0
    for seed in range(8):
        run = solved_case(seed, "twelve", tmp_path / str(seed)).run
        drops = drop_outs(run)
        search = LoneSearch(run)
        asked = search.asked([each.hit for each in drops], drops)
        over = search.overfull(asked, search.plans(asked).plans)
        several += sum(len(each.hit) > 1 for each in drops)
        crowded += sum(len(drops[at].hit) > 1 for at in np.flatnonzero(over))
        courses += sum(each.kind == "course" for each in drops)
        untold += sum(each is None for each in first_answers(run, drops))
    assert min(crowded, several, courses) > 0
    assert untold > 0


@pytest.mark.parametrize("seed", range(4))
def test_gains_alone_are_those_of_each_learner_alone(seed, tmp_path):
    """Of plans that hold what is signed alone, most could do better."""
    kept = solved_case(seed, "twelve", tmp_path).run
    summary = replace(kept.summary, status="limit")
    run = loaded(kept.problem, empty_plans(kept.problem), summary)
    gains = gains_alone(run)
    search = RoomSearch(run)
    world = search._world(signed=True)
    none = np.zeros(len(run.dataset.courses), dtype=bool)
    for learner in range(run.problem.num_learners):
        room = world.room.of(learner)
        barred = np.zeros(room.start.shape, dtype=bool)
        found = world.alone(learner, room, barred, barred, none)
        least = -np.inf if found is None else found[2]
        own = float(run.points[learner].sum())
        assert gains[learner] == (least < own - 1e-6)
