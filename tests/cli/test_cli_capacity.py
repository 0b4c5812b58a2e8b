"""`matcher capacity` and `matcher verify-shortage`, as a partnership meets them."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.command import matcher
from tests.oracle.brute_force import optimum_of_tables
from tests.oracle.small_region import change, small_region
from tests.oracle.tables import read_tables, write_tables

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """A region with two places for three learners, its run, and its report.

    A second site with places left is recognised for nothing yet.
    """
    folder = tmp_path_factory.mktemp("capacity")
    tables = small_region(("L1", "L2", "L3"), sites=("S1", "S2"), periods=1, places=2)
    for name in ("recognitions", "offers"):
        tables[name] = [row for row in tables[name] if row["site_id"] == "S1"]
    for row in (*tables["sites"], *tables["learners"]):
        row["postcode"] = "9000"
    data = write_tables(tables, folder / "data")
    run, out = folder / "run", folder / "out"
    assert matcher("solve", data, "--out", run, "--quiet").returncode == 0
    done = matcher("capacity", data, "--run", run, "--out", out, "--quiet")
    assert done.returncode == 0, done.stderr
    return data, run, out


@pytest.mark.parametrize(
    ("language", "of_file", "of_folder", "of_run", "of_policy"),
    [
        ("nl", "is een bestand", "iets anders", "kan niet open", "Het beleid"),
        ("en", "is a file", "something else", "cannot be opened", "Policy"),
    ],
)
def test_what_cannot_be_used_is_told_in_the_language_asked(
    region, tmp_path, language, of_file, of_folder, of_run, of_policy
):
    data, run, _ = region
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    spoken = ("--language", language)
    for out, words in ((tmp_path / "notes.txt", of_file), (tmp_path, of_folder)):
        done = matcher("capacity", data, "--run", run, "--out", out, *spoken)
        assert (done.returncode, words in done.stderr) == (1, True)
    done = matcher("verify", data, tmp_path / "none", *spoken)
    assert of_run in done.stdout + done.stderr
    policy = ("--policy", tmp_path / "none.toml", "--out", tmp_path / "out")
    done = matcher("solve", data, *policy, *spoken)
    assert of_policy in done.stderr


def test_the_folder_holds_certificates_prices_and_supply(region):
    _, _, out = region
    (shortage,) = json.loads((out / "shortages.json").read_text(encoding="utf-8"))
    assert (shortage["demand"], shortage["supply"]) == (3, 2)
    assert shortage["proof"] == "hall"
    with (out / "prices.csv").open(encoding="utf-8") as file:
        (price,) = csv.DictReader(file)
    assert (price["kind"], price["id"], price["period_id"]) == ("site", "S1", "P1")
    # One place more takes a learner of 10 weeks in, who needs no gap point then.
    assert float(price["points"]) == pytest.approx(2400, abs=30)
    with (out / "price_groups.csv").open(encoding="utf-8") as file:
        groups = {row["by"]: row for row in csv.DictReader(file)}
    # Both places of S1 are used at that price; S2 is in the area, and not short.
    for by, scarce, of in (("trajectory", "1", "1"), ("area", "1", "2")):
        assert (groups[by]["scarce"], groups[by]["of"]) == (scarce, of)
        assert groups[by]["dearest_id"] == "S1"
        assert float(groups[by]["paid_points"]) == 2 * float(price["points"])
    assert "één plaats meer bij" in (out / "prices.md").read_text(encoding="utf-8")
    with (out / "supply.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["learners"], row["unplaced"]) for row in rows] == [("3", "1")]


def test_every_file_of_the_folder_is_told_in_the_readme(region):
    _, _, out = region
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    _, _, section = text.partition("### What capacity writes")
    section, _, _ = section.partition("###")
    table = [line for line in section.splitlines() if line.startswith("| `")]
    told = [name for line in table for name in re.findall(r"`(\w+\.\w+)`", line)]
    assert sorted(told) == sorted(path.name for path in out.iterdir())


def test_tables_are_cut_by_the_area_that_is_asked_for(region, tmp_path):
    data, run, _ = region
    common = ("capacity", data, "--run", run, "--quiet", "--no-plan-b", "--top", 0)
    done = matcher(*common, "--out", tmp_path / "out", "--area", "gemeente")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "supply.csv").open(encoding="utf-8") as file:
        assert {row["area"] for row in csv.DictReader(file)} == {"9000 Gent"}
    summary = json.loads((tmp_path / "out" / "capacity.json").read_text("utf-8"))
    assert summary["areas"] == "municipality"
    done = matcher(*common, "--out", tmp_path / "nooit", "--area", "wijk")
    assert done.returncode == 2
    assert "gemeente" in done.stderr
    assert not (tmp_path / "nooit").exists()


def test_steps_that_mend_the_same_shortage_gain_no_more_together(region, tmp_path):
    data, run, out = region
    asked = ("--sets", 2, "--no-plan-b", "--draws", 0, "--quiet")
    done = matcher("capacity", data, "--run", run, "--out", tmp_path / "out", *asked)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads((tmp_path / "out" / "recruit_sets.json").read_text("utf-8"))
    first, *_ = json.loads((out / "recruit.json").read_text("utf-8"))
    assert (found["size"], found["gain"], found["proof"]) == (2, "exact", "best")
    assert first["gain_points"] <= found["gain_points"] < found["sum_of_gains"]
    assert f"Beste 2 stappen samen van de eerste {found['among']['steps']}" in (
        done.stdout
    )
    few = (*asked, "--top", 1, "--out", tmp_path / "few")
    done = matcher("capacity", data, "--run", run, *few)
    assert "niets om samen te nemen" in done.stdout


def test_the_best_step_gains_what_solving_again_says(region, tmp_path):
    data, _, out = region
    entries = json.loads((out / "recruit.json").read_text(encoding="utf-8"))
    first = entries[0]
    assert (first["rank"], first["gain"]) == (1, "exact")
    tables = read_tables(data)
    for name, rows in first["rows"].items():
        tables.setdefault(name, []).extend(rows)
    longer = write_tables(tables, tmp_path / "data")
    before = optimum_of_tables(read_tables(data)).objective
    after = optimum_of_tables(read_tables(longer)).objective
    assert first["gain_points"] == pytest.approx(before - after, abs=1e-5)
    assert first["learners_helped"] == 1


def test_plan_b_and_burdens_are_written(region):
    _, _, out = region
    with (out / "robustness.csv").open(encoding="utf-8") as file:
        weak = {(row["kind"], row["id"]): row for row in csv.DictReader(file)}
    assert set(weak) == {("site", "S1"), ("mentor", "MS1")}
    assert weak["site", "S1"]["hit"] == "2"
    assert weak["site", "S1"]["is_proven"] == "true"
    assert float(weak["site", "S1"]["loss_points"]) > 4000
    plans = json.loads((out / "plan_b.json").read_text(encoding="utf-8"))
    assert [each["stays"] for each in plans] == [[], []]
    summary = json.loads((out / "capacity.json").read_text(encoding="utf-8"))
    assert summary["early_ends"]["draws"] == 200
    with (out / "worst_off.csv").open(encoding="utf-8") as file:
        worst = next(csv.DictReader(file))
    assert worst["weeks_without_place"] == "10"


def test_true_certificates_are_accepted(region):
    data, _, out = region
    done = matcher("verify-shortage", out / "shortages.json", "--data", data)
    assert done.returncode == 0
    assert matcher("verify-shortage", out / "shortages.json").returncode == 0


def test_seats_that_are_too_few_are_proven_and_counted_again(region, tmp_path):
    tables = read_tables(region[0])
    tables["competences"].append(
        dict.fromkeys(tables["competences"][0], "")
        | {"trajectory_id": "T", "competence_id": "d", "name": "d"}
        | {"learn_at": "training_centre"}
    )
    seat = {"course_id": "C1", "trajectory_id": "T", "competence_id": "d"}
    tables["courses"] = [seat | {"period_id": "P1", "seats": "1"}]
    data = write_tables(tables, tmp_path / "data")
    run, out = tmp_path / "run", tmp_path / "out"
    assert matcher("solve", data, "--out", run, "--quiet").returncode == 0
    asked = ("--no-plan-b", "--draws", 0, "--top", 0, "--quiet")
    done = matcher("capacity", data, "--run", run, "--out", out, *asked)
    assert "1 aan cursusplaatsen" in done.stdout
    (found,) = json.loads((out / "seat_shortages.json").read_text("utf-8"))
    assert (found["demand"], found["supply"]) == (2, 1)
    path = out / "seat_shortages.json"
    assert matcher("verify-shortage", path, "--data", data).returncode == 0
    found["courses"][0]["seats"] = found["supply"] = 0
    path.write_text(json.dumps([found]), encoding="utf-8")
    done = matcher("verify-shortage", path, "--data", data)
    assert done.returncode == 1


def test_a_false_certificate_is_refused_with_its_number(region, tmp_path):
    data, _, out = region
    claims = json.loads((out / "shortages.json").read_text(encoding="utf-8"))
    claims[0]["supply"] = 1
    false = tmp_path / "shortages.json"
    false.write_text(json.dumps(claims), encoding="utf-8")
    done = matcher("verify-shortage", false, "--data", data)
    assert done.returncode == 1
    assert "1 [SUM]" in done.stdout


def test_certificates_of_other_data_are_refused(region, tmp_path):
    _, _, out = region
    tables = small_region(("L1", "L2", "L3"), periods=1, places=2)
    change(tables, "sites", "S1", capacity="3")
    other = write_tables(tables, tmp_path / "other")
    done = matcher("verify-shortage", out / "shortages.json", "--data", other)
    assert done.returncode == 1
    assert "[CAPACITY]" in done.stdout


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    done = matcher("verify-shortage", tmp_path / "none.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_json_is_named(tmp_path):
    broken = tmp_path / "shortages.json"
    broken.write_text("[", encoding="utf-8")
    done = matcher("verify-shortage", broken)
    assert done.returncode == 1
    assert "shortages.json" in done.stderr


def test_a_run_of_other_data_is_refused(region, tmp_path):
    _, run, _ = region
    other = write_tables(small_region(("L1",), periods=1), tmp_path / "other")
    done = matcher("capacity", other, "--run", run, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_folder_with_something_else_is_left_alone(region, tmp_path):
    data, run, _ = region
    kept = tmp_path / "notes.txt"
    kept.write_text("x", encoding="utf-8")
    done = matcher("capacity", data, "--run", run, "--out", tmp_path)
    assert done.returncode == 1
    assert kept.read_text(encoding="utf-8") == "x"


def test_an_earlier_report_is_replaced(region, tmp_path):
    data, run, out = region
    again = tmp_path / "out"
    shutil.copytree(out, again)
    (again / "shortages.json").write_text("[]", encoding="utf-8")
    done = matcher("capacity", data, "--run", run, "--out", again, "--quiet")
    assert done.returncode == 0
    assert json.loads((again / "shortages.json").read_text(encoding="utf-8"))
