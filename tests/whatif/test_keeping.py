"""Keep mode moves what has to move, and of that as little as can be."""

from pathlib import Path

import pytest

from matcher.dataset import read_dataset
from matcher.policy import Policy
from matcher.problem.problem import prepare
from matcher.scenario import World, apply_changes
from matcher.scenario.parse import change_of
from matcher.solvers.run import SolveParams
from matcher.whatif.keeping import kept
from matcher.whatif.solving import carried_plans, rows_of, solved
from tests.scenario.small import TABLES, small

EXACT = SolveParams(gap=0.0)
MODEL = Path(__file__).parents[2] / "models" / "scorer" / "voorbeeld"

NEAR = {
    "kind": "site_added",
    "site_id": "S3",
    "name": "Dichtbij",
    "postcode": "9000",
    "capacity": 2,
    "trajectories": ["T1"],
}
LEAVES = {"kind": "mentor_leaves", "mentor_id": "M1", "from_period": "P2"}
CLOSES = {"kind": "site_closes", "site_id": "S1", "from_period": "P3"}


FAR = (
    ("recognitions", "S1,T1,,2027-03-14", "S1,T1,,"),
    ("mentors", "M2,S1,1,,,2026-11-23,", "M2,S1,2,,2020-01-01,,"),
    ("travel", "L1,S1,12", "L1,S1,50"),
)


def written(folder, edits):
    """The small region with these texts in its tables."""
    small(folder)
    for name, old, new in edits:
        text = TABLES[name].lstrip()
        assert old in text
        (folder / f"{name}.csv").write_text(text.replace(old, new), encoding="utf-8")
    return read_dataset(folder)


@pytest.fixture
def region(tmp_path):
    """L1 travels far to S1, where M2 could take over from M1."""
    return written(tmp_path, FAR)


def both(dataset, *changes):
    """What runs, and free and kept plans once these changes are made."""
    base = solved(prepare(dataset), EXACT)
    named = [(f"change {at}", change_of(each)) for at, each in enumerate(changes)]
    made = apply_changes(World(dataset=dataset, policy=Policy()), named, "test")
    running = rows_of(base.problem, base.plans)
    free = solved(prepare(made.dataset), EXACT, running=running)
    found = kept(free, running, EXACT)
    return running, free, found


def places(found, learner_id="L1"):
    rows = rows_of(found.problem, found.plans) if hasattr(found, "plans") else found
    return {
        row.period_id: (row.site_id, row.mentor_id)
        for row in rows.assignments
        if row.learner_id == learner_id
    }


def test_learner_stays_at_the_site_where_the_mentor_alone_goes(region):
    running, free, found = both(region, NEAR, LEAVES)
    assert places(running)["P2"] == places(running)["P3"] == ("S1", "M1")
    assert places(free)["P2"][0] == places(free)["P3"][0] == "S3"
    assert places(found)["P2"] == places(found)["P3"] == ("S1", "M2")
    assert found.objective > free.objective
    assert found.bound == free.bound


def test_only_what_has_to_move_moves(region):
    running, free, found = both(region, NEAR, CLOSES)
    assert places(free)["P3"][0] == "S3"
    assert places(found)["P3"][0] == "S3"
    assert places(found)["P2"] == places(running)["P2"]


def test_plan_that_can_stay_whole_stays_whole(region):
    running, free, found = both(region, NEAR)
    assert places(free) != places(running)
    assert places(found) == places(running)
    assert found.objective >= free.objective


def test_who_waits_gets_a_new_place_while_nobody_moves(tmp_path):
    region = written(
        tmp_path, (*FAR, ("sites", "S1,E1,Magazijn,9000,2", "S1,,M,9000,1"))
    )
    running, free, found = both(region, NEAR)
    assert len(places(running, "L2")) < 3
    assert len(places(found, "L2")) == 3
    for learner_id in ("L1", "L2", "L3"):
        before = places(running, learner_id)
        assert before.items() <= places(found, learner_id).items()
    assert places(free) != places(running)


def test_running_plan_is_carried_under_a_success_model_too(region):
    policy = Policy(success_model=str(MODEL))
    problem = prepare(region, policy)
    base = solved(problem, EXACT)
    carried = carried_plans(problem, rows_of(problem, base.plans))
    assert carried is not None
