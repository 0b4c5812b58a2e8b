"""A run with a success model: written, verified, overridden, off by default."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher.checker import check_run
from matcher.dataset import read_dataset
from matcher.dataset.write import write_dataset
from matcher.errors import ArtefactError
from matcher.pipeline import RunParams, run
from matcher.policy import Policy
from matcher.problem.problem import prepare
from matcher.scorer import pair_features, read_scorer
from matcher.solvers import SolveParams

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models/scorer/voorbeeld"
DATA = ROOT / "tests/data/samples/c"
POLICY = Policy(success_model=str(MODEL))
PARAMS = RunParams(solve=SolveParams(engine="greedy"))


@pytest.fixture(scope="module")
def with_model(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "met"
    run(DATA, out, policy=POLICY, params=PARAMS)
    return out


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_assigned_pair_has_the_chance_of_the_model(with_model):
    dataset = read_dataset(DATA)
    problem = prepare(dataset, POLICY)
    chances = read_scorer(MODEL).chance(pair_features(problem.pairs, dataset))
    by_ids = {
        (
            dataset.learners.learner_id[learner],
            dataset.sites.site_id[problem.pairs.offerings.site[offering]],
        ): chance
        for learner, offering, chance in zip(
            problem.pairs.learner, problem.pairs.offering, chances, strict=True
        )
    }
    scores = dataset.scores
    pairs = zip(scores.learner_id, scores.site_id, strict=True)
    by_ids.update(zip(pairs, scores.success, strict=True))
    written = rows_of(with_model / "success.csv")
    assigned = {
        (row["learner_id"], row["site_id"])
        for row in rows_of(with_model / "assignments.csv")
    }
    assert {(row["learner_id"], row["site_id"]) for row in written} == assigned
    for row in written:
        assert float(row["success"]) == by_ids[row["learner_id"], row["site_id"]]


def test_run_holds_before_the_judge_and_names_the_artefact(with_model):
    assert check_run(read_dataset(DATA), with_model).violations == ()
    summary = json.loads((with_model / "summary.json").read_text("utf-8"))
    assert summary["versions"]["success_model"] == read_scorer(MODEL).sha256
    assert summary["policy"]["success_model"] == str(MODEL)


def test_judge_finds_a_chance_that_was_not_used(with_model, tmp_path):
    shutil.copytree(with_model, tmp_path / "run")
    path = tmp_path / "run" / "success.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    pair, _ = first.rsplit(",", 1)
    path.write_text("\n".join([header, f"{pair},0.01", *rest]) + "\n", encoding="utf-8")
    codes = {v.code for v in check_run(read_dataset(DATA), tmp_path / "run").violations}
    assert "OBJ" in codes
    path.write_text("\n".join([header, *rest]) + "\n", encoding="utf-8")
    codes = {v.code for v in check_run(read_dataset(DATA), tmp_path / "run").violations}
    assert "SUCCESS" in codes


def test_without_a_model_nothing_is_scored_and_an_old_file_goes(with_model, tmp_path):
    shutil.copytree(with_model, tmp_path / "run")
    run(DATA, tmp_path / "run", params=PARAMS)
    assert not (tmp_path / "run" / "success.csv").exists()
    summary = json.loads((tmp_path / "run" / "summary.json").read_text("utf-8"))
    assert "success_model" not in summary["versions"]
    assert "success_model" not in summary["policy"]


def test_doubts_about_the_model_come_with_the_outcome(tmp_path):
    outcome = run(DATA, tmp_path / "run", policy=POLICY, params=PARAMS)
    assert outcome.model_notes.is_synthetic
    assert run(DATA, tmp_path / "run", params=PARAMS).model_notes is None


def test_row_in_scores_goes_before_the_model(tmp_path):
    dataset = read_dataset(DATA)
    problem = prepare(dataset, POLICY)
    learner = dataset.learners.learner_id[problem.pairs.learner[0]]
    site_at = problem.pairs.offerings.site[problem.pairs.offering[0]]
    site = dataset.sites.site_id[site_at]
    write_dataset(dataset, tmp_path)
    kept = (
        [
            (row["learner_id"], row["site_id"], row["success"])
            for row in rows_of(tmp_path / "scores.csv")
            if (row["learner_id"], row["site_id"]) != (learner, site)
        ]
        if (tmp_path / "scores.csv").exists()
        else []
    )
    with (tmp_path / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("learner_id", "site_id", "success"), *kept, (learner, site, "0.125")]
        )
    changed = prepare(read_dataset(tmp_path), POLICY)
    assert changed.scored.chance[0] == 0.125
    assert problem.scored.chance[0] != 0.125
    np.testing.assert_array_equal(changed.scored.chance[1:], problem.scored.chance[1:])
    first = changed.pairs.option_pair == 0
    expected = POLICY.success * (1 - 0.125)
    assert (changed.scored.success[first] == expected).all()


def chances_by_ids(problem):
    """Chance and minutes of every eligible pair, by learner and site."""
    dataset, pairs = problem.dataset, problem.pairs
    learner_ids = dataset.learners.learner_id[pairs.learner]
    site_ids = dataset.sites.site_id[pairs.offerings.site[pairs.offering]]
    told = zip(problem.scored.chance.tolist(), pairs.minutes.tolist(), strict=True)
    return dict(zip(zip(learner_ids, site_ids, strict=True), told, strict=True))


def rewrite(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


FLIPS = {
    "learners": {
        "school_id": "elders",
        "postcode": "8000",
        "lat": "",
        "lon": "",
        "birth_date": "1990-02-03",
        "languages": "nl|fr|en|ar",
        "modes": "walk",
        "guidance_hours": "1",
        "first_lesson": "2026-09-15",
    },
    "sites": {
        "name": "Anders",
        "enterprise_id": "",
        "postcode": "8400",
        "lat": "",
        "lon": "",
        "languages": "",
        "demands": "",
        "start_time": "05:00",
    },
    "mentors": {"hours_per_week": "40"},
    "trajectories": {"name": "Anders", "education": "adult", "hours_per_week": "9"},
    "competences": {"name": "Anders", "module": "", "weight": "7"},
}
"""All that is no input and stands in a row; travel is held as it was."""


def test_what_is_no_input_changes_no_chance(tmp_path):
    dataset = read_dataset(DATA)
    before = chances_by_ids(prepare(dataset, POLICY))
    write_dataset(dataset, tmp_path)
    for table, flips in FLIPS.items():
        rows = rows_of(tmp_path / f"{table}.csv")
        rewrite(tmp_path / f"{table}.csv", [row | flips for row in rows])
    columns = ("learner_id", "site_id", "minutes")
    rewrite(
        tmp_path / "travel.csv",
        [
            dict(zip(columns, (*pair, repr(minutes)), strict=True))
            for pair, (_, minutes) in before.items()
        ],
    )
    (tmp_path / "preferences.csv").unlink(missing_ok=True)
    after = chances_by_ids(prepare(read_dataset(tmp_path), POLICY))
    assert before.keys() <= after.keys()
    assert {pair: after[pair] for pair in before} == before


def test_artefact_that_was_changed_stops_the_run(tmp_path):
    shutil.copytree(MODEL, tmp_path / "model")
    with (tmp_path / "model" / "card.md").open("a", encoding="utf-8") as file:
        file.write(" ")
    changed = Policy(success_model=str(tmp_path / "model"))
    with pytest.raises(ArtefactError, match=r"card\.md"):
        run(DATA, tmp_path / "out", policy=changed, params=PARAMS)
    assert not (tmp_path / "out").exists()
