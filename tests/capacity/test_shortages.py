"""Certificates against trying every subset and every choice of places."""

import json
from collections import defaultdict

import networkx as nx
import pytest

from matcher.capacity import Shortage, find_shortages, shortage_to_json
from matcher.checker import verify_shortages
from matcher.dataset import Dataset, read_dataset
from matcher.policy import Policy, policy_to_mapping, read_policy
from matcher.problem.problem import prepare
from tests.capacity.oracle_seating import (
    can_all_be_seated,
    claimants,
    options_of,
    too_few_sites,
)
from tests.capacity.planted import planted_region
from tests.oracle.reading import build_region
from tests.oracle.region import Region
from tests.oracle.small_region import change, small_region
from tests.oracle.tables import Tables, write_tables
from tests.oracle.tiny import FEATURES, tiny_case

UNSIGNED = FEATURES - {"signed"}


def dataset_of(tables: Tables, folder) -> Dataset:
    return read_dataset(write_tables(tables, folder / "data"))


def policy_of(text: str, folder) -> Policy:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def as_file(shortages: tuple[Shortage, ...]) -> list[dict]:
    return json.loads(json.dumps([shortage_to_json(each) for each in shortages]))


def by_cell(shortages) -> dict[tuple[str, str | None, str], list[Shortage]]:
    cells = defaultdict(list)
    for each in shortages:
        cells[each.trajectory_id, each.competence_id, each.period_id].append(each)
    return cells


def is_short_of_sites(
    region: Region, trajectory_id: str, at: int, unit_id: str = ""
) -> bool:
    learners = claimants(region, trajectory_id, at)
    return next(too_few_sites(region, learners, at, unit_id), None) is not None


@pytest.mark.parametrize("seed", range(60))
def test_a_certificate_stands_where_trying_finds_too_few_places(seed, tmp_path):
    case = tiny_case(seed, "tiny", UNSIGNED)
    region = build_region(case.tables, case.policy)
    dataset = dataset_of(case.tables, tmp_path)
    policy = policy_of(case.policy, tmp_path)
    cells = by_cell(find_shortages(prepare(dataset, policy)))
    for at, period in enumerate(region.periods):
        for trajectory_id in dataset.trajectories.trajectory_id:
            found = cells[trajectory_id, None, period.period_id]
            learners = claimants(region, trajectory_id, at)
            if not can_all_be_seated(region, learners, at, by_hours=False):
                assert found
            if can_all_be_seated(region, learners, at, by_hours=True):
                assert not found
            by_sites = [
                each
                for each in found
                if all(place.kind == "site" for place in each.places)
            ]
            assert bool(by_sites) == is_short_of_sites(region, trajectory_id, at)


@pytest.mark.parametrize("seed", range(60))
def test_every_certificate_passes_the_count(seed, tmp_path):
    case = tiny_case(seed, "twelve")
    dataset = dataset_of(case.tables, tmp_path)
    policy = policy_of(case.policy, tmp_path)
    problem = prepare(dataset, policy)
    claims = as_file(find_shortages(problem))
    recorded = policy_to_mapping(policy)
    assert verify_shortages(claims) == ()
    assert verify_shortages(claims, dataset, recorded) == ()


@pytest.mark.parametrize("seed", range(40))
def test_no_subset_of_a_certificate_has_too_few_sites(seed, tmp_path):
    case = tiny_case(seed, "tiny")
    region = build_region(case.tables, case.policy)
    problem = prepare(
        dataset_of(case.tables, tmp_path), policy_of(case.policy, tmp_path)
    )
    at_of = {period.period_id: at for at, period in enumerate(region.periods)}
    by_id = {learner.learner_id: learner for learner in region.learners}
    for each in find_shortages(problem):
        if any(place.kind != "site" for place in each.places):
            continue
        learners = [by_id[learner_id] for learner_id in each.learners]
        period, unit_id = at_of[each.period_id], each.competence_id or ""
        short = list(too_few_sites(region, learners, period, unit_id))
        assert short == [set(each.learners)]
        reached = {
            region.sites[site].site_id
            for learner in learners
            for site, _ in options_of(region, learner, period, unit_id)
        }
        assert reached == {place.place_id for place in each.places}


@pytest.mark.parametrize("seed", range(100))
def test_a_planted_shortage_is_found_and_accepted(seed, tmp_path):
    planted = planted_region(seed)
    dataset = dataset_of(planted.tables, tmp_path)
    shortages = find_shortages(prepare(dataset))
    found = [
        each
        for each in shortages
        if set(each.learners) <= planted.learners
        and each.competence_id == planted.competence_id
        and each.period_id == planted.period_id
    ]
    assert found
    assert all(
        {place.place_id for place in each.places} <= planted.places for each in found
    )
    assert verify_shortages(as_file(shortages), dataset) == ()


@pytest.mark.parametrize("seed", range(100))
def test_no_certificate_where_the_planted_places_are_enough(seed, tmp_path):
    planted = planted_region(seed, is_short=False)
    dataset = dataset_of(planted.tables, tmp_path)
    assert find_shortages(prepare(dataset)) == ()


def most_placed(tables: Tables, unit_id: str | None) -> tuple[int, int]:
    """Learners of a planted region who claim a place, and how many a flow places."""
    acquired = {
        (row["learner_id"], row["competence_id"]) for row in tables.get("acquired", [])
    }
    offered = {
        row["site_id"] for row in tables["offers"] if row["competence_id"] == unit_id
    }
    flow = nx.DiGraph()
    flow.add_nodes_from(["everybody", "room"])
    for row in tables["learners"]:
        if (row["learner_id"], unit_id) not in acquired:
            flow.add_edge("everybody", row["learner_id"], capacity=1)
    for row in tables["travel"]:
        is_near = float(row["minutes"]) <= 60
        if is_near and (unit_id is None or row["site_id"] in offered):
            flow.add_edge(row["learner_id"], row["site_id"], capacity=1)
    for row in tables["sites"]:
        flow.add_edge(row["site_id"], "room", capacity=int(row["capacity"]))
    claims = flow.out_degree("everybody")
    return claims, nx.maximum_flow_value(flow, "everybody", "room")


@pytest.mark.parametrize("is_short", [True, False])
def test_certificates_stand_where_a_maximum_flow_leaves_somebody_over(
    is_short, tmp_path
):
    cells = short = 0
    for seed in range(100):
        tables = planted_region(seed, is_short=is_short).tables
        found = find_shortages(prepare(dataset_of(tables, tmp_path / str(seed))))
        units = {None, *(row["competence_id"] for row in tables["competences"])}
        for unit_id in units:
            claims, placed = most_placed(tables, unit_id)
            own = [each for each in found if each.competence_id == unit_id]
            # Who finds no place at all is not told again of each competence.
            known = [each for each in found if each.competence_id is None]
            assert bool(own or (known and placed < claims)) == (placed < claims)
            assert placed < claims or not own
            cells, short = cells + 1, short + (placed < claims)
    assert cells > 200
    assert (short >= 100) == is_short


def test_a_mentor_without_hours_for_all_is_a_certificate_by_weighing(tmp_path):
    tables = small_region(("L1", "L2", "L3"), periods=1)
    for row in tables["learners"]:
        row["guidance_hours"] = "2"
    change(tables, "mentors", "MS1", hours_per_week="5")
    dataset = dataset_of(tables, tmp_path)
    (shortage,) = find_shortages(prepare(dataset))
    (place,) = shortage.places
    assert (place.kind, place.place_id, place.capacity) == ("mentor_hours", "MS1", 2)
    assert (shortage.proof, shortage.demand, shortage.supply) == ("lp", 3, 2)
    assert verify_shortages(as_file((shortage,)), dataset) == ()


def test_an_enterprise_that_holds_fewer_than_its_sites_is_named(tmp_path):
    tables = small_region(("L1", "L2"), sites=("S1", "S2"), periods=1)
    for row in tables["sites"]:
        row["enterprise_id"] = "E"
    tables["enterprises"] = [{"enterprise_id": "E", "name": "E", "max_learners": "1"}]
    dataset = dataset_of(tables, tmp_path)
    (shortage,) = find_shortages(prepare(dataset))
    assert [(each.kind, each.place_id) for each in shortage.places] == [
        ("enterprise", "E")
    ]
    assert verify_shortages(as_file((shortage,)), dataset) == ()


def test_a_competence_that_another_period_offers_is_not_decisive(tmp_path):
    tables = small_region(("L1", "L2"), sites=("S1", "S2"), periods=2, places=1)
    tables["offers"] = [
        {"site_id": "S1", "trajectory_id": "T", "competence_id": "c"},
    ]
    dataset = dataset_of(tables, tmp_path)
    found = find_shortages(prepare(dataset))
    assert [(each.competence_id, each.is_decisive) for each in found] == [
        ("c", False),
        ("c", False),
    ]
    tables["offers"][0]["period_to"] = "P1"
    (only,) = find_shortages(prepare(dataset_of(tables, tmp_path / "once")))
    assert (only.period_id, only.is_decisive) == ("P1", True)


def test_a_learner_signed_outside_the_rules_claims_no_place(tmp_path):
    tables = small_region(("L1",), sites=("S1", "S2"), periods=1)
    tables["recognitions"] = []
    tables["placements"] = [
        {
            "learner_id": "L1",
            "period_id": "P1",
            "site_id": "S1",
            "mentor_id": "MS1",
            "status": "signed",
        }
    ]
    tables["recognitions"] = [{"site_id": "S2", "trajectory_id": "T"}]
    change(tables, "sites", "S2", capacity="0")
    assert find_shortages(prepare(dataset_of(tables, tmp_path))) == ()
