"""Small cells are silent, and cannot be told from those that speak."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.whatif.groups import group_differences
from tests.scenario.small import small


def region(sizes):
    """A dataset with so many learners per school, and nobody's differences yet."""
    learners = small().learners
    number = sum(sizes)
    columns = {
        name: np.repeat(getattr(learners, name)[:1], number)
        for name in ("trajectory_id", "postcode", "lat", "lon", "birth_date", "modes")
    }
    for name in ("max_travel_minutes", "languages", "guidance_hours"):
        columns[name] = np.repeat(getattr(learners, name)[:1], number)
    for name in ("ready_from", "first_lesson"):
        columns[name] = np.repeat(getattr(learners, name)[:1], number)
    ids = np.array([f"L{at}" for at in range(number)], dtype=object)
    schools = np.array(
        [f"Q{at}" for at, size in enumerate(sizes) for _ in range(size)], dtype=object
    )
    changed = replace(learners, learner_id=ids, school_id=schools, **columns)
    return replace(small(), learners=changed)


def by_school(sizes, differences):
    dataset = region(sizes)
    found = group_differences(
        dataset, tuple(dataset.learners.learner_id), np.array(differences, float)
    )
    return [each for each in found if each.by == "school"]


def test_group_of_ten_shows_its_counts_and_mean():
    one, two = by_school((10, 20), [-1.0] * 10 + [2.0] * 20)
    assert (one.learners, one.better, one.worse, one.same) == (10, 10, 0, 0)
    assert one.points == pytest.approx(-1)
    assert (two.learners, two.worse, two.points) == (20, 20, 2)


def test_group_of_nine_is_hidden_and_so_is_the_next_smallest():
    nine, twelve, thirty = by_school((9, 12, 30), [0.0] * 51)
    assert nine.learners is twelve.learners is None
    assert nine.points is twelve.points is None
    assert thirty.learners == 30


def test_count_below_ten_silences_all_counts_of_its_group_and_of_one_more():
    one, two, three = by_school((20, 20, 30), [-1.0] * 3 + [0.0] * 67)
    assert one.better is one.worse is one.same is None
    assert two.better is None
    assert three.same == 30
    assert one.learners == two.learners == 20


@pytest.mark.parametrize("seed", range(20))
def test_nothing_below_ten_is_shown_and_nothing_hidden_can_be_computed(seed):
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 40, size=int(random.integers(1, 6)))
    values = random.choice([-1.0, 0.0, 1.0], size=int(sizes.sum()))
    found = by_school(tuple(sizes.tolist()), values.tolist())
    for each in found:
        counts = (each.better, each.worse, each.same)
        assert all(count is None for count in counts) or all(
            count == 0 or count >= 10 for count in counts
        )
        assert each.learners is None or each.learners >= 10
    if len(found) > 1:
        assert sum(each.learners is None for each in found) != 1
        assert sum(each.better is None for each in found) != 1
