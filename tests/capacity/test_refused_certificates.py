"""What is no true, minimal certificate is refused by counting."""

import json

import pytest

from matcher.capacity import find_shortages, shortage_to_json
from matcher.checker import verify_shortages
from matcher.dataset import read_dataset
from matcher.problem.problem import prepare
from tests.capacity.mutations import MUTATIONS
from tests.capacity.planted import planted_region
from tests.oracle.small_region import change, small_region
from tests.oracle.tables import write_tables


def dataset_of(tables, folder):
    return read_dataset(write_tables(tables, folder / "data"))


def file_of(dataset):
    found = find_shortages(prepare(dataset))
    return json.loads(json.dumps([shortage_to_json(each) for each in found]))


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Certificates of a hundred planted shortages, with a learner who is in none."""
    found = []
    for seed in range(100):
        tables = planted_region(seed).tables
        outsiders = sorted(
            row["learner_id"]
            for row in tables["learners"]
            if row["learner_id"].startswith("R")
        )
        dataset = dataset_of(tables, tmp_path_factory.mktemp(f"planted{seed}"))
        # Without a rest that has room, nobody is left to be put in their place.
        outsider = outsiders[0] if outsiders else "nobody"
        found += [(dataset, each, outsider) for each in file_of(dataset)]
    return found


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutated_certificate_is_refused(name, planted):
    for dataset, certificate, outsider in planted:
        assert verify_shortages([certificate], dataset) == ()
        false = MUTATIONS[name](certificate, outsider)
        assert verify_shortages([false], dataset) != ()
    assert len(planted) >= 100


def codes(claims, dataset=None, policy=None):
    return {fault.code for fault in verify_shortages(claims, dataset, policy)}


@pytest.fixture
def short(tmp_path):
    tables = small_region(("L1", "L2", "L3"), periods=1, places=2)
    dataset = dataset_of(tables, tmp_path)
    return dataset, file_of(dataset)


def test_a_certificate_that_holds_without_a_learner_is_not_minimal(tmp_path):
    tables = small_region(("L1", "L2", "L3"), periods=1, places=1)
    dataset = dataset_of(tables, tmp_path / "one")
    claim = file_of(dataset)[0]
    claim["learners"] = ["L1", "L2", "L3"]
    claim["demand"] = 3
    claim["reach"] = [{"learner_id": each, "places": [1]} for each in claim["learners"]]
    assert codes([claim], dataset) == {"MINIMAL"}


def test_another_place_in_the_data_refutes_the_certificate(short, tmp_path):
    _, claims = short
    tables = small_region(("L1", "L2", "L3"), sites=("S1", "S2"), periods=1, places=2)
    assert codes(claims, dataset_of(tables, tmp_path / "two")) == {"REACH"}


def test_another_capacity_in_the_data_refutes_the_certificate(short, tmp_path):
    _, claims = short
    tables = small_region(("L1", "L2", "L3"), periods=1, places=3)
    assert codes(claims, dataset_of(tables, tmp_path / "three")) == {"CAPACITY"}


def test_a_learner_who_is_not_active_does_not_count(short, tmp_path):
    _, claims = short
    tables = small_region(("L1", "L2", "L3"), periods=1, places=2)
    change(tables, "learners", "L2", ready_from="2027-06-01")
    assert codes(claims, dataset_of(tables, tmp_path / "later")) == {"LEARNER"}


def test_the_policy_of_the_run_decides_who_is_in_reach(tmp_path):
    tables = small_region(("L1", "L2"), sites=("S1", "S2"), periods=1, places=1)
    for row in tables["travel"]:
        row["minutes"] = "90" if row["site_id"] == "S2" else "10"
    dataset = dataset_of(tables, tmp_path)
    claim = {
        "trajectory_id": "T",
        "competence_id": None,
        "period_id": "P1",
        "learners": ["L1", "L2"],
        "places": [{"kind": "site", "id": "S1", "capacity": 1}],
        "demand": 2,
        "supply": 1,
        "proof": "hall",
        "reach": [
            {"learner_id": "L1", "places": [1]},
            {"learner_id": "L2", "places": [1]},
        ],
    }
    assert codes([claim]) == set()
    assert codes([claim], dataset) == {"REACH"}
    assert codes([claim], dataset, {"travel": {"max_minutes": 60}}) == set()
    assert codes([claim], dataset, {"travel": {"max_minutes": -1}}) >= {"POLICY"}


@pytest.mark.parametrize("claims", [{}, "text", [1], [[]], [{}], None])
def test_what_is_no_list_of_certificates_is_refused(claims):
    assert codes(claims) == {"FORM"}


def weighed(tmp_path):
    tables = small_region(("L1", "L2", "L3"), periods=1)
    for row in tables["learners"]:
        row["guidance_hours"] = "2"
    change(tables, "mentors", "MS1", hours_per_week="5")
    dataset = dataset_of(tables, tmp_path)
    return dataset, file_of(dataset)[0]


def test_hours_that_hold_another_number_are_refused(tmp_path):
    dataset, claim = weighed(tmp_path)
    claim["places"][0]["hours"] = 3
    assert "HOURS" in codes([claim], dataset)


def test_hours_other_than_in_the_data_are_refused(tmp_path):
    dataset, claim = weighed(tmp_path)
    claim["places"][0]["hours"] = 5.5
    assert codes([claim], dataset) == {"CAPACITY"}
    claim["places"][0]["hours"] = 5.0
    claim["places"][0]["asked"][0]["hours_per_week"] = 2.1
    assert codes([claim], dataset) == {"CAPACITY"}


def test_hours_of_a_learner_who_is_not_counted_are_refused(tmp_path):
    dataset, claim = weighed(tmp_path)
    claim["places"][0]["asked"].pop()
    assert "HOURS" in codes([claim], dataset)


def test_who_is_signed_beyond_the_limit_does_not_count(tmp_path):
    tables = small_region(("L1", "L2", "L3"), periods=1, places=1)
    tables["placements"] = [
        {
            "learner_id": learner,
            "period_id": "P1",
            "site_id": "S1",
            "mentor_id": "MS1",
            "status": "signed",
        }
        for learner in ("L1", "L2")
    ]
    dataset = dataset_of(tables, tmp_path)
    free = dataset_of(
        {name: rows for name, rows in tables.items() if name != "placements"},
        tmp_path / "free",
    )
    claim = file_of(free)[0]
    assert set(claim["learners"]) & {"L1", "L2"}
    assert codes([claim], dataset) == {"LEARNER"}
