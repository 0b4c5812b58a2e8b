"""The list of learners says of each what the whole account of the plan says."""

from datetime import date

import numpy as np
import pytest

from matcher.desk import desk_lists, learner_list
from matcher.problem.plans import Plans, empty_plans
from matcher.suggestions import loaded
from matcher.suggestions.plan_facts import plan_facts
from matcher.suggestions.swap import helpful_swaps
from tests.suggestions.regions import loaded_case

DAY = date(2026, 9, 20)


@pytest.mark.parametrize("seed", range(4))
def test_list_says_what_the_facts_of_each_plan_say(seed, tmp_path):
    run = loaded_case(seed, "small", tmp_path)
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
    run = loaded_case(0, "small", tmp_path)
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


def test_swaps_among_some_are_those_of_all_that_are_theirs(tmp_path):
    """Plans are rotated among the learners, so that many would rather swap back."""
    found = 0
    for seed in range(8):
        run = crossed(loaded_case(seed, "small", tmp_path / str(seed)))
        everybody = helpful_swaps(run)
        found += len(everybody)
        for some in (np.arange(0, run.problem.num_learners, 2), np.arange(3)):
            ids = set(run.dataset.learners.learner_id[some].tolist())
            assert helpful_swaps(run, some) == tuple(
                each for each in everybody if ids.issuperset(each.learner_ids)
            )
    assert found
