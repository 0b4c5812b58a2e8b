"""Every command on regions where hardly anything is possible: an answer, no crash."""

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.cli.app import app
from tests.cli.command import SAMPLES, rows_of

Row = dict[str, str]

SCENARIO = """
title = {{ nl = "Hoogstens duizend minuten", en = "1000 minutes at most" }}
question = {{ nl = "Wat als?", en = "What if?" }}
dataset = "{data}"
as_of = 2026-08-24
seed = 1

[policy.travel]
max_minutes = 1000
"""


def edit(folder: Path, table: str, change: Callable[[Row], Row | None]) -> None:
    """Change the rows of a table; None leaves one out."""
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    kept = [new for row in rows if (new := change(dict(row))) is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)


def too_far(folder: Path) -> None:
    edit(folder, "learners", lambda row: row | {"max_travel_minutes": "1"})


def recognised_for_others(folder: Path) -> None:
    with (folder / "trajectories.csv").open("a", encoding="utf-8") as file:
        file.write("T9,Traject zonder leerlingen,S0,secondary,21,2,2,4\n")
    edit(folder, "recognitions", lambda row: row | {"trajectory_id": "T9"})


def no_mentors(folder: Path) -> None:
    edit(folder, "mentors", lambda _: None)


def no_sites(folder: Path) -> None:
    for table in ("sites", "mentors", "recognitions", "offers", "preferences"):
        edit(folder, table, lambda _: None)


def no_courses(folder: Path) -> None:
    (folder / "courses.csv").unlink()


def nothing_to_learn(folder: Path) -> None:
    for table in ("competences", "offers"):
        edit(folder, table, lambda _: None)
    for table in ("contexts", "courses", "acquired"):
        (folder / f"{table}.csv").unlink()


def one_period(folder: Path) -> None:
    edit(folder, "periods", lambda row: row if row["period_id"] == "P1" else None)
    edit(folder, "competences", lambda row: row | {"window_from": "", "window_to": ""})
    edit(folder, "courses", lambda row: row | {"period_id": "P1"})


def no_learners(folder: Path) -> None:
    edit(folder, "learners", lambda _: None)
    for table in (
        "acquired",
        "abilities",
        "support_needs",
        "preferences",
        "placements",
    ):
        (folder / f"{table}.csv").unlink(missing_ok=True)


NOBODY = (too_far, recognised_for_others, no_mentors, no_sites)
EXTREMES = (*NOBODY, no_courses, nothing_to_learn, one_period)


def told(*arguments: object) -> str:
    """What a command says; it has to end well."""
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert done.exit_code == 0, (arguments, done.output)
    # A number or a day that is none must not get into an answer.
    assert not re.search(r"\b(NaT|nan|None|inf)\b", done.output), done.output
    return done.output


@pytest.fixture(scope="module", params=EXTREMES, ids=lambda each: each.__name__)
def region(request, tmp_path_factory):
    """The change, the changed sample, and its run with everything that is kept."""
    folder = tmp_path_factory.mktemp(request.param.__name__)
    data, run = folder / "data", folder / "run"
    shutil.copytree(SAMPLES / "a", data, ignore=shutil.ignore_patterns("expected"))
    request.param(data)
    told("solve", data, "--out", run, "--keep-state", "--quiet", "--gap", 0)
    return request.param, data, run


def test_data_can_be_used_and_the_plan_holds(region):
    _, data, run = region
    told("check", data)
    told("verify", data, run)


def test_nobody_is_placed_where_nobody_can_be(region):
    change, _, run = region
    reasons = {row["reason"] for row in rows_of(run / "unplaced.csv")}
    if change in NOBODY:
        assert rows_of(run / "assignments.csv") == []
        assert reasons == {"no_site"}
    else:
        assert rows_of(run / "assignments.csv")


def test_questions_about_a_learner_are_answered(region, tmp_path):
    change, data, run = region
    about = (data, "--run", run, "--learner", "L00006")
    for how in ("--exact", "--fast"):
        answer = json.loads(told("suggest", *about, how, "--json"))
        assert answer["suggestions"]
        if change in NOBODY:
            (only,) = answer["suggestions"]
            assert only["placements"] == []
        told("suggest", *about, how)
    told("explain", *about)
    for site_id in [row["site_id"] for row in rows_of(data / "sites.csv")][:2]:
        for how in ("--exact", "--fast"):
            told("explain", *about, "--site", site_id, how)
        answer = json.loads(told("explain", *about, "--site", site_id, "--json"))
        if change in NOBODY:
            assert answer["status"] == "barred"
            assert answer["changes"]
    for ending in ("xlsx", "docx", "html", "json", "ics"):
        told("training-plan", *about, "--out", tmp_path / f"plan.{ending}")


def test_desk_counts_everybody_who_waits(region):
    change, data, run = region
    told("desk", data, "--run", run)
    lists = json.loads(told("desk", data, "--run", run, "--json"))
    if change in NOBODY:
        assert sum(each["learners"] for each in lists["wanted"]) == 3 * 8
        assert lists["mentor_hours"] == lists["swaps"] == []


def test_shortages_can_be_counted_after(region, tmp_path):
    change, data, run = region
    few = ("--top", 1, "--confirm", 2, "--seconds", 5)
    told("capacity", data, "--run", run, "--out", tmp_path, *few)
    shortages = json.loads((tmp_path / "shortages.json").read_text(encoding="utf-8"))
    if change in NOBODY:
        short = {
            (row["period_id"], each) for row in shortages for each in row["learners"]
        }
        assert len(short) == 3 * 8
    told("verify-shortage", tmp_path / "shortages.json", "--data", data)


def test_scenario_that_changes_nothing_makes_no_difference(region, tmp_path):
    _, data, _ = region
    scenario = tmp_path / "hoogstens-1000.toml"
    scenario.write_text(SCENARIO.format(data=data.as_posix()), encoding="utf-8")
    told("whatif", scenario, "--out", tmp_path / "out")
    (path,) = (tmp_path / "out").glob("*/comparison.json")
    comparison = json.loads(path.read_text(encoding="utf-8"))
    assert comparison["objective"]["difference"] == 0
    assert comparison["learners"]["same"] == 8
    assert not comparison["objective"]["told_apart"]


def test_table_without_periods_is_refused(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(SAMPLES / "a", data, ignore=shutil.ignore_patterns("expected"))
    one_period(data)
    for table in ("periods", "courses"):
        edit(data, table, lambda _: None)
    done = CliRunner().invoke(app, ["check", str(data)])
    assert done.exit_code == 1
    assert "geen enkele periode" in done.output


@pytest.mark.parametrize("engine", ["column_generation", "cp_sat", "greedy"])
def test_every_engine_agrees_where_nobody_can_be_anywhere(tmp_path, engine):
    data, out = tmp_path / "data", tmp_path / "run"
    shutil.copytree(SAMPLES / "a", data, ignore=shutil.ignore_patterns("expected"))
    too_far(data)
    told("solve", data, "--out", out, "--engine", engine, "--quiet")
    told("verify", data, out)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["placed"] == 0
    assert summary["components"]["unplaced"] == 200 * 22 * 8


def test_region_without_learners_is_planned(tmp_path):
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(SAMPLES / "a", data, ignore=shutil.ignore_patterns("expected"))
    no_learners(data)
    told("check", data)
    for how in ((), ("--keep-state",), ("--engine", "greedy"), ("--engine", "cp_sat")):
        told("solve", data, "--out", run, "--quiet", *how)
        told("verify", data, run)
        assert rows_of(run / "assignments.csv") == []
