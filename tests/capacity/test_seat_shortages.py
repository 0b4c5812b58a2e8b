"""Course seats that are too few: found where a matching says so, and nowhere else."""

import json
from copy import deepcopy
from random import Random

import networkx as nx
import pytest

from matcher.capacity.seat_shortages import find_seat_shortages, seat_shortage_to_json
from matcher.checker import verify_shortages
from matcher.dataset import read_dataset
from matcher.problem.problem import prepare
from tests.oracle.small_region import add, change, small_region
from tests.oracle.tables import write_tables

NEAR, FAR = "9000", "8660"
"""Gent, and a place at the coast that nobody of Gent reaches in time."""


def seat_region(seed):
    """Learners of two places, courses for `d` in either or without a place."""
    random = Random(seed)  # noqa: S311 - a region, no secret
    learners = [f"L{at}" for at in range(random.randint(1, 9))]
    tables = small_region(learners, periods=2)
    add(
        tables,
        "competences",
        trajectory_id="T",
        competence_id="d",
        name="d",
        learn_at="training_centre",
    )
    for row in tables["learners"]:
        row["postcode"] = random.choice([NEAR, FAR])
        row["max_travel_minutes"] = "60"
        if random.random() < 0.2:
            add(tables, "acquired", learner_id=row["learner_id"], competence_id="d")
    for at in range(random.randint(0, 4)):
        add(
            tables,
            "courses",
            course_id=f"C{at}",
            trajectory_id="T",
            competence_id="d",
            period_id=random.choice(["P1", "P2"]),
            seats=str(random.randint(0, 3)),
            postcode=random.choice([NEAR, FAR, ""]),
        )
    return tables


def most_seated(tables):
    """Learners who need a seat, and how many of them a maximum matching seats."""
    acquired = {row["learner_id"] for row in tables.get("acquired", [])}
    needing = [r for r in tables["learners"] if r["learner_id"] not in acquired]
    graph = nx.Graph()
    names = [row["learner_id"] for row in needing]
    graph.add_nodes_from(names)
    for row in needing:
        for course in tables.get("courses", []):
            if course["postcode"] in ("", row["postcode"]):
                for seat in range(int(course["seats"])):
                    graph.add_edge(row["learner_id"], (course["course_id"], seat))
    matching = nx.bipartite.maximum_matching(graph, names)
    return len(names), sum(name in matching for name in names)


def certificates(tables, folder):
    dataset = read_dataset(write_tables(tables, folder))
    found = find_seat_shortages(prepare(dataset))
    return dataset, json.loads(json.dumps([*map(seat_shortage_to_json, found)]))


def test_certificates_stand_where_a_matching_leaves_somebody_over(tmp_path):
    num_short = 0
    for seed in range(80):
        tables = seat_region(seed)
        dataset, found = certificates(tables, tmp_path / str(seed))
        needing, seated = most_seated(tables)
        assert bool(found) == (seated < needing), seed
        assert verify_shortages(found, dataset) == ()
        assert verify_shortages(found) == ()
        num_short += bool(found)
    assert 20 < num_short < 80


def _more_seats(c):
    c["courses"][0]["seats"] += 1
    c["supply"] += 1


def _other_period(c):
    own = c["courses"][0]["period_id"]
    c["courses"][0]["period_id"] = "P1" if own == "P2" else "P2"


def _less_demand(c):
    c["demand"] -= 1


def _wrong_sum(c):
    c["supply"] -= 1


def _without_a_course(c):
    gone = len(c["courses"])
    c["supply"] -= c["courses"].pop()["seats"]
    for row in c["reach"]:
        row["courses"] = [at for at in row["courses"] if at != gone]


def _without_a_learner(c):
    gone = c["learners"].pop()
    c["demand"] -= 1
    c["reach"] = [row for row in c["reach"] if row["learner_id"] != gone]


def _other_learner(c):
    c["reach"][0]["learner_id"] = c["learners"][0] = "nobody"


def _other_competence(c):
    c["competence_id"] = "c"


def _other_proof(c):
    c["proof"] = "lp"


@pytest.mark.parametrize(
    "mutate",
    [
        _more_seats, _other_period, _less_demand, _wrong_sum, _without_a_course,
        _without_a_learner, _other_learner, _other_competence, _other_proof,
    ],
)  # fmt: skip
def test_every_mutated_certificate_is_refused(mutate, tmp_path):
    mutated = 0
    for seed in range(40):
        dataset, found = certificates(seat_region(seed), tmp_path / str(seed))
        for certificate in found:
            if not certificate["courses"]:
                continue
            false = deepcopy(certificate)
            mutate(false)
            assert verify_shortages([false], dataset) != (), (seed, false)
            mutated += 1
    assert mutated > 5


@pytest.mark.parametrize(
    "learn_at", ["training_centre|school", "training_centre|workplace"]
)
def test_what_can_be_learned_elsewhere_is_no_shortage_of_seats(learn_at, tmp_path):
    tables = small_region(("L1", "L2"), periods=1)
    add(tables, "competences", trajectory_id="T", competence_id="d", name="d",
        learn_at="training_centre")  # fmt: skip
    add(tables, "courses", course_id="C1", trajectory_id="T", competence_id="d",
        period_id="P1", seats="1")  # fmt: skip
    _, short = certificates(tables, tmp_path / "short")
    assert [(c["demand"], c["supply"]) for c in short] == [(2, 1)]
    change(tables, "competences", "T", learn_at="workplace")
    tables["competences"][1]["learn_at"] = learn_at
    dataset, found = certificates(tables, tmp_path / "other")
    assert found == []
    assert {fault.code for fault in verify_shortages(short, dataset)} == {"LEARNER"}


def test_seats_that_were_added_refute_the_certificate(tmp_path):
    tables = seat_region(0)
    for seed in range(40):
        tables = seat_region(seed)
        _, found = certificates(tables, tmp_path / f"before{seed}")
        if found:
            break
    add(tables, "courses", course_id="more", trajectory_id="T", competence_id="d",
        period_id="P1", seats="9", postcode="")  # fmt: skip
    dataset, after = certificates(tables, tmp_path / "after")
    assert after == []
    assert {fault.code for fault in verify_shortages(found, dataset)} == {"REACH"}
