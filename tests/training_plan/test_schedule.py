"""The order of a training plan, against every order there is."""

from itertools import product
from random import Random

import pytest

from matcher.training_plan.schedule import Task, schedule_of


def every(tasks, weeks, before):
    """Goals of every schedule: out of order, moved, and spread."""
    for periods in product(*(task.allowed for task in tasks)):
        yield goals(tasks, weeks, before, periods)


def goals(tasks, weeks, before, periods) -> tuple[int, int, float]:
    at = dict(zip([task.unit_id for task in tasks], periods, strict=True))
    late = sum(
        at[first] > at[task.unit_id]
        for task in tasks
        for first in set(task.requires)
        if first in at and first != task.unit_id
    )
    moved = sum(
        before.get(task.unit_id, at[task.unit_id]) != at[task.unit_id]
        for task in tasks
        if before.get(task.unit_id) in task.allowed
    )
    counts = [periods.count(period) for period in range(len(weeks))]
    spread = sum(
        count**2 / max(week, 0.5) for count, week in zip(counts, weeks, strict=True)
    )
    return late, moved, spread


def drawn(seed: int):
    random = Random(seed)  # noqa: S311  (test data, not secrets)
    num_periods = random.randint(2, 4)
    weeks = [random.choice([0, 6, 8, 10, 12.5]) for _ in range(num_periods)]
    ids = [f"c{at}" for at in range(random.randint(1, 6))]
    tasks = [
        Task(
            unit_id=each,
            allowed=tuple(
                sorted(
                    random.sample(range(num_periods), random.randint(1, num_periods))
                )
            ),
            requires=tuple(random.sample(ids, random.randint(0, min(2, len(ids))))),
        )
        for each in ids
    ]
    before = {
        each: random.randrange(num_periods) for each in ids if random.random() < 0.4
    }
    return tasks, weeks, before


@pytest.mark.parametrize("seed", range(60))
def test_schedule_is_the_best_of_all(seed):
    tasks, weeks, before = drawn(seed)
    found = schedule_of(tasks, weeks, before)
    periods = tuple(found.period_of[task.unit_id] for task in tasks)
    best = min(every(tasks, weeks, before))
    assert goals(tasks, weeks, before, periods) == pytest.approx(best)
    assert len(set(found.out_of_order)) == best[0]


def test_every_task_has_an_allowed_period():
    tasks, weeks, before = drawn(7)
    found = schedule_of(tasks, weeks, before)
    for task in tasks:
        assert found.period_of[task.unit_id] in task.allowed


def test_nothing_to_do_is_an_empty_schedule():
    assert schedule_of([], [10.0], {}).period_of == {}


def test_forty_competences_are_spread_by_weeks():
    tasks = [Task(unit_id=f"c{at}", allowed=(0, 1, 2)) for at in range(40)]
    found = schedule_of(tasks, [10.0, 20.0, 10.0], {})
    counts = [list(found.period_of.values()).count(period) for period in range(3)]
    assert counts == [10, 20, 10]
