"""What only relaxes never comes out worse: random regions, random relaxations.

The engine stops at a wide gap here, so that its plans alone would often be worse.
"""

import tempfile
from pathlib import Path
from random import Random

import pytest

from matcher.dataset import Dataset, read_dataset
from matcher.policy import Policy, read_policy
from matcher.problem.problem import prepare
from matcher.scenario import World, apply_changes
from matcher.scenario.parse import change_of
from matcher.solvers.run import SolveParams
from matcher.whatif.keeping import kept
from matcher.whatif.solving import rows_of, solved
from tests.oracle.tiny import tiny_case

CASES = 200
WIDE = SolveParams(gap=0.5)


def relaxation(dataset: Dataset, random: Random) -> dict[str, object]:
    """One more place, seat, hour, day or offer, somewhere."""
    sites, mentors, courses = dataset.sites, dataset.mentors, dataset.courses
    site = random.randrange(len(sites))
    mentor = random.randrange(len(mentors))
    hours = float(mentors.hours_per_week[mentor])
    choices: list[dict[str, object]] = [
        {
            "kind": "site_capacity",
            "site_id": sites.site_id[site],
            "capacity": int(sites.capacity[site]) + 1,
        },
        {
            "kind": "site_copied",
            "site_id": sites.site_id[site],
            "new_id": "copy",
        },
        {
            "kind": "mentor_time",
            "mentor_id": mentors.mentor_id[mentor],
            "max_learners": int(mentors.max_learners[mentor]) + 1,
            **({} if hours != hours else {"hours_per_week": hours + 4}),
        },
    ]
    if any(each is not None for each in dataset.recognitions.valid_to.tolist()):
        choices.append({"kind": "recognition_prolonged"})
    if len(courses):
        course = random.randrange(len(courses))
        choices.append(
            {
                "kind": "course_seats",
                "course_id": courses.course_id[course],
                "seats": int(courses.seats[course]) + 1,
            }
        )
    return random.choice(choices)


def case(seed: int) -> tuple[Dataset, Policy]:
    with tempfile.TemporaryDirectory() as folder:
        data, policy = tiny_case(seed).write(Path(folder))
        return read_dataset(data), read_policy(policy)


def assert_relaxing_never_loses(seed: int) -> None:
    dataset, policy = case(seed)
    change = relaxation(dataset, Random(seed))  # noqa: S311 - a region, no secret
    base = solved(prepare(dataset, policy), WIDE)
    world = World(dataset=dataset, policy=policy)
    made = apply_changes(world, [("change 1", change_of(change))], "relaxed")
    running = rows_of(base.problem, base.plans)
    free = solved(prepare(made.dataset, made.policy), WIDE, running=running)
    for after in (free, kept(free, running, WIDE)):
        assert after.objective <= base.objective + 1e-9, (seed, change)
        assert after.bound <= after.objective + 1e-9


@pytest.mark.parametrize("seed", range(0, CASES, 10))
def test_relaxing_never_comes_out_worse(seed):
    assert_relaxing_never_loses(seed)


@pytest.mark.slow
def test_relaxing_never_comes_out_worse_in_two_hundred_regions():
    for seed in range(CASES):
        assert_relaxing_never_loses(seed)
