"""Demand and supply: however a region is cut, the sums stay what they are."""

from collections import defaultdict
from dataclasses import fields

import numpy as np
import pytest

import matcher
from matcher.capacity.area import areas_named
from matcher.capacity.supply import SupplyRow, supply_rows
from matcher.pipeline import solve_dataset
from matcher.policy import Policy
from matcher.region import generate_region
from matcher.report import write_run_files
from matcher.suggestions import load_run

DO_NOT_ADD_UP = {"open_competences", "within_reach"}
SUMS = [
    field.name
    for field in fields(SupplyRow)
    if field.type is int and field.name not in DO_NOT_ADD_UP
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("supply")
    generate_region(
        folder / "data", learners=40, seed=5, extent="provincie:Oost-Vlaanderen"
    )
    dataset = matcher.read_dataset(folder / "data")
    record = solve_dataset(dataset, Policy(), matcher.SolveParams(engine="greedy"))
    write_run_files(record, folder / "run")
    return load_run(dataset, folder / "run")


def sums_by_training_and_period(rows):
    sums = defaultdict(lambda: np.zeros(len(SUMS), dtype=int))
    for row in rows:
        sums[row.trajectory_id, row.period_id] += [getattr(row, name) for name in SUMS]
    return {key: own.tolist() for key, own in sums.items()}


@pytest.mark.parametrize(
    "text", ["district", "gemeente", "arrondissement", "9000:15", "9300:30"]
)
def test_areas_add_up_to_the_whole_region(run, text):
    whole = sums_by_training_and_period(supply_rows(run, areas_named("1000:500")))
    cut = supply_rows(run, areas_named(text))
    assert len({row.area for row in cut}) > 1
    assert sums_by_training_and_period(cut) == whole


def test_the_whole_region_is_counted_as_the_tables_have_it(run):
    dataset = run.dataset
    rows = supply_rows(run, areas_named("1000:500"))
    assert {row.area for row in rows} == {"1000:500"}
    seats = sum(row.seats for row in rows)
    assert seats == dataset.courses.seats.sum() > 0
    first = dataset.periods.period_id[0]
    active = run.problem.pairs.calendar.active[:, 0].sum()
    assert sum(row.learners for row in rows if row.period_id == first) == active
    placed = sum(row.placed for row in rows)
    assert placed == (run.plans.option >= 0).sum() > 0
    for row in rows:
        reasons = [getattr(row, name) for name in SUMS if name.startswith("unused_")]
        assert sum(reasons) == row.unused == row.places - row.used
