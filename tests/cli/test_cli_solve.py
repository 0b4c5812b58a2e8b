"""`matcher solve` and `matcher verify`, as a user runs them."""

import json
import shutil

import pytest

from tests.cli.command import (
    SAMPLES,
    contents,
    matcher,
    rows_of,
    solve,
    summary_of,
    write_summary,
)

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("name", ["a", "b"])
def test_sample_is_solved_to_its_optimum(solved, name):
    expected = json.loads((SAMPLES / name / "expected" / "expected.json").read_text())
    summary = summary_of(solved / name)
    assert summary["status"] == "optimal"
    assert summary["objective"] == pytest.approx(expected["optimum"], abs=1e-3)
    assert summary["bound"] == pytest.approx(summary["objective"], abs=1e-6)
    assert summary["placed"] == expected["placed"]
    assert summary["fully_covered"] == expected["fully_covered"]
    assert (solved / name / "report.html").stat().st_size > 1000


@pytest.mark.parametrize("name", ["a", "b"])
def test_run_is_verified(solved, name):
    done = matcher("verify", SAMPLES / name, solved / name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("In orde")


def test_verdict_comes_as_json(solved):
    done = matcher("verify", SAMPLES / "a", solved / "a", "--json")
    verdict = json.loads(done.stdout)
    assert verdict["holds"] is True
    assert verdict["violations"] == []
    assert verdict["objective"] == pytest.approx(summary_of(solved / "a")["objective"])


@pytest.mark.parametrize(
    "options",
    [(), ("--workers", 2), ("--quiet", "--language", "nl")],
    ids=["again", "two workers", "quiet"],
)
def test_same_run_is_the_same_byte_for_byte(solved, tmp_path, options):
    solve(SAMPLES / "b", tmp_path / "run", "--gap", 0, *options)
    assert contents(tmp_path / "run") == contents(solved / "b")


def test_earlier_run_is_replaced(solved, tmp_path):
    out = tmp_path / "run"
    shutil.copytree(solved / "a", out)
    solve(SAMPLES / "b", out, "--engine", "greedy")
    assert matcher("verify", SAMPLES / "b", out).returncode == 0


def test_greedy_proves_nothing_and_says_so(tmp_path):
    out = tmp_path / "run"
    done = matcher("solve", SAMPLES / "a", "--out", out, "--engine", "greedy")
    assert done.returncode == 0
    summary = summary_of(out)
    assert (summary["status"], summary["bound"], summary["gap"]) == ("limit", 0, 1)
    assert matcher("verify", SAMPLES / "a", out).returncode == 0


def test_policy_is_followed_and_recorded(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("unplaced = 0\n[travel]\nmax_minutes = 1\n", encoding="utf-8")
    out = tmp_path / "run"
    solve(SAMPLES / "a", out, "--policy", policy, "--engine", "greedy")
    summary = summary_of(out)
    assert summary["policy"]["travel"]["max_minutes"] == 1
    assert summary["placed"] < summary["learners"]
    assert rows_of(out / "unplaced.csv")
    assert matcher("verify", SAMPLES / "a", out).returncode == 0


def test_quiet_says_nothing_of_progress(tmp_path):
    done = matcher(
        "solve", SAMPLES / "a", "--out", tmp_path / "r", "--engine", "greedy", "--quiet"
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert str(tmp_path / "r" / "report.html") in done.stdout


def test_answers_come_in_english_when_asked(tmp_path):
    options = ("--engine", "greedy", "--language", "en")
    done = matcher("solve", SAMPLES / "a", "--out", tmp_path / "run", *options)
    assert "learners" in done.stderr
    assert "no plan costs less than" in done.stdout
    assert '<html lang="en"' in (tmp_path / "run" / "report.html").read_text()


def test_signed_placement_that_breaks_a_rule_is_warned_of(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(SAMPLES / "b", data)
    mentors = data / "mentors.csv"
    signed = [
        row for row in rows_of(data / "placements.csv") if row["status"] == "signed"
    ]
    lines = mentors.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("trained_on")
    for at, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == signed[0]["mentor_id"]:
            cells[column] = ""
            lines[at] = ",".join(cells)
    mentors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = matcher("solve", data, "--out", tmp_path / "run", "--engine", "greedy")
    assert done.returncode == 0
    assert f"[E2] {signed[0]['learner_id']}" in done.stdout
    verified = matcher("verify", data, tmp_path / "run")
    assert verified.returncode == 0
    assert f"[E2] {signed[0]['learner_id']}" in verified.stdout


def test_cheaper_claim_is_caught(solved, tmp_path):
    shutil.copytree(solved / "a", tmp_path / "run")
    objective = summary_of(solved / "a")["objective"]
    write_summary(tmp_path / "run", objective=objective - 1)
    done = matcher("verify", SAMPLES / "a", tmp_path / "run")
    assert done.returncode == 1
    assert "[OBJ]" in done.stdout


def test_dropped_placement_is_caught(solved, tmp_path):
    shutil.copytree(solved / "a", tmp_path / "run")
    path = tmp_path / "run" / "assignments.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    done = matcher("verify", SAMPLES / "a", tmp_path / "run", "--language", "en")
    assert done.returncode == 1
    assert "[UNPLACED]" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("Not OK")


def test_run_of_other_data_is_caught(solved):
    done = matcher("verify", SAMPLES / "b", solved / "a")
    assert done.returncode == 1
    assert "[DATA]" in done.stdout


def test_missing_run_is_one_sentence(tmp_path):
    done = matcher("verify", SAMPLES / "a", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_next_run_begins_with_the_state_that_a_run_kept(solved, tmp_path):
    out = tmp_path / "run"
    solve(SAMPLES / "b", out, "--gap", 0, "--keep-state")
    assert (out / "state.npz").is_file()
    assert contents(out).keys() - {"state.npz"} == contents(solved / "b").keys()
    done = matcher(
        "solve", SAMPLES / "b", "--out", out, "--gap", 0, "--from", out, "--quiet"
    )
    assert done.returncode == 0, done.stderr
    assert summary_of(out)["status"] == "optimal"
    assert not (out / "state.npz").exists()
    assert contents(out) == contents(solved / "b")


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "geen stand bewaard"), ("en", "No state in")]
)
def test_run_without_a_state_cannot_be_begun_with(solved, tmp_path, language, words):
    begin = ("--from", solved / "a", "--language", language)
    done = matcher("solve", SAMPLES / "a", "--out", tmp_path / "run", *begin)
    assert done.returncode == 2
    assert words in done.stderr
    assert "--keep-state" in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "is niet te lezen"), ("en", "cannot be read")]
)
def test_broken_state_is_refused(solved, tmp_path, language, words):
    earlier = tmp_path / "earlier"
    shutil.copytree(solved / "a", earlier)
    (earlier / "state.npz").write_bytes(b"PK\x03\x04 nothing")
    begin = ("--from", earlier, "--language", language)
    done = matcher("solve", SAMPLES / "a", "--out", tmp_path / "run", *begin)
    assert (done.returncode, words in done.stderr) == (2, True)
    assert "state.npz" in done.stderr
    report = ("--run", earlier, "--out", tmp_path / "report", "--language", language)
    done = matcher("capacity", SAMPLES / "a", *report)
    assert (done.returncode, words in done.stderr) == (1, True)
