"""The oracle against the worked samples of the contract."""

import csv
import json
from pathlib import Path

import pytest

from tests.oracle.brute_force import evaluate, optimum_of_folder
from tests.oracle.literal import TERMS, Plan, covered_by, plan_terms
from tests.oracle.reading import build_region
from tests.oracle.region import Region
from tests.oracle.tables import Row, read_tables

SAMPLES = sorted(p for p in (Path(__file__).parents[1] / "data/samples").glob("?"))
CENT_OF_A_CENT = 1e-4
"""The samples are rounded to four decimals."""

each_sample = pytest.mark.parametrize("folder", SAMPLES, ids=lambda p: p.name)


def expected_rows(folder: Path, name: str) -> list[Row]:
    with (folder / "expected" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def expected_plans(folder: Path, region: Region) -> list[Plan]:
    """The optimal plans that come with a sample."""
    period = {p.period_id: t for t, p in enumerate(region.periods)}
    site = {s.site_id: i for i, s in enumerate(region.sites)}
    mentor = {m.mentor_id: i for i, m in enumerate(region.mentors)}
    course = {c.course_id: i for i, c in enumerate(region.courses)}
    plans = []
    for learner in region.learners:
        stays = [None] * len(region.periods)
        for row in expected_rows(folder, "assignments"):
            if row["learner_id"] == learner.learner_id:
                stay = (site[row["site_id"]], mentor[row["mentor_id"]])
                stays[period[row["period_id"]]] = stay
        seats = sorted(
            course[row["course_id"]]
            for row in expected_rows(folder, "seats")
            if row["learner_id"] == learner.learner_id
        )
        plans.append(Plan(stays=tuple(stays), seats=tuple(seats)))
    return plans


@each_sample
def test_brute_force_finds_the_optimum_of_the_sample(folder):
    expected = json.loads((folder / "expected/expected.json").read_text())
    found = optimum_of_folder(folder)
    assert found.objective == pytest.approx(expected["optimum"], abs=CENT_OF_A_CENT)
    assert found.components == pytest.approx(expected["components"], abs=CENT_OF_A_CENT)


@each_sample
def test_literal_rules_accept_and_cost_the_plan_of_the_sample(folder):
    region = build_region(read_tables(folder))
    plans = expected_plans(folder, region)
    points = {row["learner_id"]: row for row in expected_rows(folder, "points")}
    for learner, plan in zip(region.learners, plans, strict=True):
        terms = plan_terms(region, learner, plan)
        row = points[learner.learner_id]
        assert terms == pytest.approx(
            {term: float(row[term]) for term in TERMS}, abs=CENT_OF_A_CENT
        )
    assert evaluate(region, plans).objective == pytest.approx(
        sum(float(row["total"]) for row in points.values()), abs=CENT_OF_A_CENT
    )


@each_sample
def test_literal_rules_cover_what_the_sample_covers(folder):
    region = build_region(read_tables(folder))
    plans = expected_plans(folder, region)
    found = {
        (learner.learner_id, name, how)
        for learner, plan in zip(region.learners, plans, strict=True)
        for name, how in covered_by(region, learner, plan).items()
    }
    assert found == {
        (row["learner_id"], row["competence_id"], row["covered_by"])
        for row in expected_rows(folder, "coverage")
    }
