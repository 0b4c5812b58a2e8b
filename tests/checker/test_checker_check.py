"""Run folders as other hands may write them, and what no plan can be read from."""

import csv
import math
from pathlib import Path
from typing import Any

import pytest

from matcher.checker import Verdict, check_run
from matcher.dataset import Dataset
from matcher.errors import RunError
from tests.checker.run_folder import RunFolder, run_folder
from tests.checker.small_region import WHOLE_PLAN, SmallRegion, plan, seats
from tests.checker.verdicts import codes, warned

MODEL = {"success_model": "model"}
CHANCES = {("L1", "A"): 0.25, ("L2", "B"): 0.5, ("L3", "C"): 1.0}
CHEAPER = {"COMP", "OBJ", "BOUND"}
"""What a run claims too much of when a chance is better, or not there."""


def honest(region: SmallRegion | None = None) -> tuple[Dataset, RunFolder]:
    dataset = (region or SmallRegion()).dataset()
    return dataset, run_folder(dataset, plan(WHOLE_PLAN), seats("L1 K1 centre P1"))


def modelled(
    chances: dict[tuple[str, str], float] = CHANCES, region: SmallRegion | None = None
) -> tuple[Dataset, RunFolder]:
    """A run with a success model that gave these chances."""
    dataset = (region or SmallRegion()).dataset()
    return dataset, run_folder(dataset, plan(WHOLE_PLAN), (), dict(MODEL), chances)


def verdict_of(run: tuple[Dataset, RunFolder], folder: Path) -> Verdict:
    dataset, files = run
    return check_run(dataset, files.write(folder))


def test_no_folder_is_an_error_with_a_remedy(tmp_path: Path):
    with pytest.raises(RunError, match="matcher solve"):
        check_run(SmallRegion().dataset(), tmp_path / "nowhere")


def test_file_is_no_folder(tmp_path: Path):
    (tmp_path / "run").write_text("")

    with pytest.raises(RunError):
        check_run(SmallRegion().dataset(), tmp_path / "run")


def test_empty_folder_names_every_file(tmp_path: Path):
    verdict = check_run(SmallRegion().dataset(), tmp_path)

    assert {(v.code, v.place) for v in verdict.violations} == {
        ("FILE", name)
        for name in (
            "assignments.csv",
            "seats.csv",
            "coverage.csv",
            "qualifications.csv",
            "unplaced.csv",
            "summary.json",
        )
    }
    assert math.isnan(verdict.objective)


def test_rules_are_judged_without_a_summary(tmp_path: Path):
    dataset, files = honest(SmallRegion().change("sites", "A", capacity=0))
    files.after.append(lambda folder: (folder / "summary.json").unlink())

    assert codes(check_run(dataset, files.write(tmp_path))) == ["C1"] * 3 + ["FILE"]


def test_warnings_leave_the_verdict_whole(tmp_path: Path):
    region = SmallRegion().change("learners", "L1", ready_from="2026-09-02")
    region.add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id="a1",
        status="signed",
    )

    verdict = verdict_of(honest(region), tmp_path)

    assert verdict.holds
    assert warned(verdict) == ["E9"]


def _rewritten(folder: Path, **dialect: Any) -> None:
    """Every table once more: a column more, columns and rows in another order."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        columns = ["remark", *reversed(rows[0])] if rows else []
        if not columns:
            continue
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="ok", **dialect)
            writer.writeheader()
            writer.writerows(reversed(rows))


@pytest.mark.parametrize("dialect", [{}, {"quoting": csv.QUOTE_ALL}])
def test_form_that_means_the_same_holds(dialect: dict[str, Any], tmp_path: Path):
    """A byte order mark, CRLF, quotes, more columns, another order of rows."""
    run = honest()
    run[1].after.append(lambda folder: _rewritten(folder, **dialect))

    assert verdict_of(run, tmp_path).violations == ()


def test_open_competences_may_stand_in_any_order(tmp_path: Path):
    region = SmallRegion().change("competences", "centre", qualification="Q1")
    region.change("competences", "work", weeks=100)
    dataset = region.dataset()
    files = run_folder(dataset, plan(WHOLE_PLAN), ())
    for row in files.tables["qualifications"]:
        row["open"] = "|".join(reversed(row["open"].split("|")))
        assert row["open"] == "work|centre"

    assert check_run(dataset, files.write(tmp_path)).violations == ()


@pytest.mark.parametrize("status", ["gap", "limit", "interrupted"])
def test_run_that_proves_less_holds(status: str, tmp_path: Path):
    run = honest()
    summary = run[1].summary
    bound = 0.9 * summary["objective"]
    summary.update(status=status, bound=bound, gap=0.1)

    assert verdict_of(run, tmp_path).violations == ()


@pytest.mark.parametrize(("by", "expected"), [(9e-7, []), (2e-6, ["STATUS"])])
def test_optimal_means_bound_and_objective_agree(
    by: float, expected: list[str], tmp_path: Path
):
    run = honest()
    run[1].summary["bound"] -= by

    assert codes(verdict_of(run, tmp_path)) == expected


def test_gap_of_nothing_is_nothing(tmp_path: Path):
    """A learner who needs nothing and is not ready costs 0, and so the gap is 0."""
    region = SmallRegion().drop("competences", competence_id="other")
    for learner_id in ("L1", "L2", "L3"):
        region.change(
            "learners", learner_id, trajectory_id="U", ready_from="2030-01-01"
        )
    dataset = region.dataset()
    files = run_folder(dataset, (), ())
    assert files.summary["objective"] == 0

    assert check_run(dataset, files.write(tmp_path)).violations == ()
    files.summary["gap"] = 1.0
    assert codes(check_run(dataset, files.write(tmp_path))) == ["GAP"]


def test_what_asks_no_weeks_may_name_any_place(tmp_path: Path):
    """Its sum of weeks is reached from the start, at no site in particular."""
    run = honest(SmallRegion().change("competences", "work", weeks=0))
    row = run[1].row("coverage", learner_id="L1", competence_id="work")
    row.update(site_id="A", period_id="P1")

    assert verdict_of(run, tmp_path).violations == ()
    row["covered_by"] = "gap"
    assert codes(verdict_of(run, tmp_path)) == ["COV"]


def test_row_that_stands_there_twice_is_named_once(tmp_path: Path):
    run = honest()
    rows = run[1].tables["coverage"]
    rows.append(dict(rows[1]))

    (violation,) = verdict_of(run, tmp_path).violations

    assert violation.code == "DOUBLE"
    assert violation.learner_id == rows[1]["learner_id"]
    assert violation.place == rows[1]["competence_id"]


def test_missing_row_of_unplaced_names_learner_and_period(tmp_path: Path):
    dataset = SmallRegion().dataset()
    files = run_folder(dataset, plan("L1 a1 P1 P2"), ())
    files.tables["unplaced"].remove(files.row("unplaced", learner_id="L1"))

    (violation,) = check_run(dataset, files.write(tmp_path)).violations

    assert (violation.code, violation.place) == ("UNPLACED", "unplaced.csv")
    assert (violation.learner_id, violation.period_id) == ("L1", "P3")


def test_run_in_no_time_holds(tmp_path: Path):
    run = honest()
    run[1].summary["seconds"] = 0

    assert verdict_of(run, tmp_path).violations == ()


@pytest.mark.parametrize(
    ("key", "by", "expected"),
    [
        ("objective", -0.009, []),
        ("objective", -0.011, ["OBJ"]),
        ("bound", -1.5e-6, []),
        ("bound", -3e-6, ["STATUS"]),
        ("bound", 1.5e-6, []),
        ("bound", 3e-6, ["BOUND", "STATUS"]),
    ],
)
def test_large_sums_may_differ_by_what_a_double_can_say(
    key: str, by: float, expected: list[str], tmp_path: Path
):
    """At 1e8 points the order of summing shows in the second decimal at most."""
    region = SmallRegion().change("competences", "centre", weight=1e8 / 1200)
    dataset = region.dataset()
    files = run_folder(dataset, plan(WHOLE_PLAN), ())
    assert files.summary["objective"] == pytest.approx(1e8, rel=1e-3)
    files.summary[key] += by
    if key == "objective":
        files.summary["bound"] = files.summary["objective"]

    assert codes(check_run(dataset, files.write(tmp_path))) == expected


# success.csv


def test_chances_of_the_model_are_read(tmp_path: Path):
    verdict = verdict_of(modelled(), tmp_path)

    assert verdict.violations == ()
    assert verdict.components["success"] == pytest.approx(30 * 10 * (0.75 + 0.5))


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("success", "0.5", set()),
        ("success", "1", set()),
        ("success", "1.1", {"SUCCESS"}),
        ("success", "-0.1", {"SUCCESS"}),
        ("success", "", {"SUCCESS"}),
        ("success", "high", {"SUCCESS"}),
        ("success", "nan", {"SUCCESS"}),
        ("learner_id", "L9", {"SUCCESS", "ID"}),
        ("site_id", "Z", {"SUCCESS", "ID"}),
        ("learner_id", "L2", {"SUCCESS"}),
    ],
)
def test_changed_chance_is_caught(
    cell: str, value: str, expected: set[str], tmp_path: Path
):
    run = modelled()
    run[1].tables["success"][0][cell] = value

    assert set(codes(verdict_of(run, tmp_path))) == expected | CHEAPER


def test_chance_may_be_nothing(tmp_path: Path):
    run = modelled(CHANCES | {("L1", "A"): 0.0})

    assert verdict_of(run, tmp_path).violations == ()


def test_chance_that_stands_there_twice_is_caught(tmp_path: Path):
    run = modelled()
    run[1].tables["success"].append(dict(run[1].tables["success"][0]))

    assert codes(verdict_of(run, tmp_path)) == ["DOUBLE"]


def test_missing_success_file_is_caught_where_a_model_was_used(tmp_path: Path):
    run = modelled()
    del run[1].tables["success"]

    assert set(codes(verdict_of(run, tmp_path))) == {"SUCCESS"} | CHEAPER


def test_scores_need_no_row_but_may_have_one(tmp_path: Path):
    scored = SmallRegion().add("scores", learner_id="L1", site_id="A", success=0.25)
    without = {key: chance for key, chance in CHANCES.items() if key[0] != "L1"}
    other = CHANCES | {("L1", "A"): 0.3}

    assert verdict_of(modelled(region=scored), tmp_path).violations == ()
    assert verdict_of(modelled(without, scored), tmp_path).violations == ()
    assert codes(verdict_of(modelled(other, scored), tmp_path)) == ["SUCCESS"]


def test_malformed_success_file_is_named(tmp_path: Path):
    run = modelled()
    run[1].after.append(lambda folder: (folder / "success.csv").write_text("x\n"))

    assert "FILE" in codes(verdict_of(run, tmp_path))
