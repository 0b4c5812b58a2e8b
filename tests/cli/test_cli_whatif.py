"""`matcher whatif`, and `matcher solve` of a scenario, as a user runs them."""

import json

import pytest

from tests.cli.command import matcher, summary_of
from tests.scenario.small import small
from tests.whatif.asked import HEAD, change

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    small(folder / "data")
    text = HEAD.format(data="data") + change("course_seats", course_id="C1", seats=0)
    (folder / "seats.toml").write_text(text, encoding="utf-8")
    return folder


def test_explaining_says_it_in_words_and_solves_nothing(folder):
    done = matcher("whatif", folder / "seats.toml", "--explain")
    assert done.returncode == 0, done.stderr
    assert "Cursus C1 heeft 0 plaatsen." in done.stdout
    done = matcher("whatif", folder / "seats.toml", "--explain", "--json")
    ((applied,),) = [e["applied"] for e in json.loads(done.stdout)["scenarios"]]
    assert applied["kind"] == "course_seats"


def test_comparison_comes_as_words_files_and_json(folder):
    out = folder / "out"
    done = matcher("whatif", folder / "seats.toml", "--out", out, "--gap", 0, "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["comparisons"]
    written = json.loads((out / "seats" / "comparison.json").read_text("utf-8"))
    assert found == written
    base, after = summary_of(out / "base"), summary_of(out / "seats")
    difference = after["objective"] - base["objective"]
    assert found["objective"]["difference"] == difference
    assert matcher("verify", out / "seats" / "dataset", out / "seats").returncode == 0


def test_scenario_is_solved_alone_with_its_dataset_beside(folder):
    out = folder / "alone"
    done = matcher("solve", folder / "seats.toml", "--out", out, "--gap", 0)
    assert done.returncode == 0, done.stderr
    assert matcher("verify", out / "dataset", out).returncode == 0
    text = (out / "dataset" / "courses.csv").read_text(encoding="utf-8")
    assert "C1,T1,K2,P3,0" in text


def test_file_says_how_to_solve_where_the_options_do_not(folder):
    text = (folder / "seats.toml").read_text(encoding="utf-8")
    (folder / "wide.toml").write_text(
        text.replace("[[change]]", "[stop]\ngap = 0.9\n[[change]]"), encoding="utf-8"
    )
    done = matcher("solve", folder / "wide.toml", "--out", folder / "wide")
    assert done.returncode == 0, done.stderr
    assert summary_of(folder / "wide")["status"] == "gap"
    done = matcher("solve", folder / "wide.toml", "--out", folder / "wide", "--gap", 0)
    assert done.returncode == 0, done.stderr
    assert summary_of(folder / "wide")["status"] == "optimal"


def test_sweep_is_neither_solved_alone_nor_compared_with_another_base(folder):
    text = (folder / "seats.toml").read_text(encoding="utf-8") + "[sweep]\ndraws = 2\n"
    (folder / "many.toml").write_text(text, encoding="utf-8")
    done = matcher("solve", folder / "many.toml", "--out", folder / "no")
    assert done.returncode == 2
    assert "matcher whatif many.toml" in done.stderr
    base = ("--base", folder / "seats.toml")
    done = matcher("whatif", folder / "many.toml", *base, "--out", folder / "no")
    assert done.returncode == 2
    assert "--base" in done.stderr
    assert not (folder / "no").exists()


def test_fault_in_a_scenario_is_said_in_one_sentence(folder):
    (folder / "wrong.toml").write_text(
        HEAD.format(data="data") + change("site_closes", site_id="S7"), encoding="utf-8"
    )
    done = matcher("whatif", folder / "wrong.toml", "--out", folder / "no")
    assert done.returncode == 1
    assert "S7" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "no").exists()


def test_a_folder_is_asked_for(folder):
    done = matcher("whatif", folder / "seats.toml")
    assert done.returncode == 2
    assert "--out" in done.stderr
