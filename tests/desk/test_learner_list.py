"""The list of learners says of each what the whole account of the plan says."""

from datetime import date

import numpy as np
import pytest

import matcher
from matcher.desk import desk_lists, learner_list
from matcher.pipeline import solve_dataset
from matcher.report import write_run_files
from matcher.solvers import SolveParams
from matcher.suggestions import load_run
from matcher.suggestions.plan_facts import plan_facts
from matcher.suggestions.swap import helpful_swaps
from tests.checker.small_region import SmallRegion
from tests.desk.test_desk_lists import run_of
from tests.oracle.tiny import tiny_case

DAY = date(2026, 9, 20)


def quick_run(seed, folder):
    dataset = matcher.read_dataset(tiny_case(seed, "twelve").write(folder)[0])
    record = solve_dataset(dataset, params=SolveParams(engine="greedy"))
    write_run_files(record, folder / "run")
    return load_run(dataset, folder / "run")


@pytest.mark.parametrize("seed", range(4))
def test_list_says_what_the_facts_of_each_plan_say(seed, tmp_path):
    run = quick_run(seed, tmp_path)
    lines = learner_list(run, DAY)
    assert [each.learner_id for each in lines] == (
        run.dataset.learners.learner_id.tolist()
    )
    urgent = {each.learner_id: each for each in desk_lists(run, DAY).urgent}
    for at, line in enumerate(lines):
        facts = plan_facts(run, run.plans.take(np.array([at])))
        sites = tuple(dict.fromkeys(each.site_id for each in facts.placements))
        assert line.site_ids == sites
        assert line.open_competences == facts.uncovered
        assert line.points == pytest.approx(facts.points)
        assert line.trajectory_id == run.dataset.learners.trajectory_id[at]
        assert line.urgent == urgent.get(line.learner_id)
        is_signed = bool((run.problem.pairs.signed_option[at] >= 0).any())
        assert (line.urgent is None) == is_signed
        if line.urgent is not None:
            assert line.urgent.site_ids == sites
    assert any(each.site_ids for each in lines)
    assert any(each.open_competences for each in lines)


def test_list_of_a_school_is_its_part_of_the_whole(tmp_path):
    run = quick_run(0, tmp_path)
    schools = sorted(set(run.dataset.learners.school_id.tolist()) - {""})
    school_of = dict(
        zip(
            run.dataset.learners.learner_id,
            run.dataset.learners.school_id,
            strict=True,
        )
    )
    assert len(schools) > 1
    for school_id in schools:
        assert learner_list(run, DAY, school_id) == tuple(
            each
            for each in learner_list(run, DAY)
            if school_of[each.learner_id] == school_id
        )


def test_swaps_among_some_are_those_of_all_that_are_theirs():
    """L1 works far from home, where L2 and L3 live, and they where L1 does."""
    region = SmallRegion()
    region.change("sites", "A", lat=51.1).change("sites", "B", lat=50.9)
    region.change("learners", "L1", lat=50.9)
    region.change("learners", "L2", lat=51.1).change("learners", "L3", lat=51.1)
    run = run_of(region, "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3\nL3 b1 P1 P2 P3")
    everybody = helpful_swaps(run)
    assert {each.learner_ids for each in everybody} == {("L1", "L2"), ("L1", "L3")}
    for some in ([0, 1], [0, 2], [1, 2], [0]):
        ids = {f"L{each + 1}" for each in some}
        assert helpful_swaps(run, np.array(some)) == tuple(
            each for each in everybody if ids.issuperset(each.learner_ids)
        )
