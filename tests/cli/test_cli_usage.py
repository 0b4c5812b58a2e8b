"""Help, wrong usage, bad data, templates and regions, as a user meets them."""

import csv
import json
import shutil
import subprocess
import sys

import openpyxl
import pytest
import typer

from matcher.cli.answer import answering
from tests.cli.command import SAMPLES, matcher

HEAVY = ("httpx", "jinja2", "numba", "numpy", "openpyxl", "ortools", "pandas", "scipy")
ASK_FOR_HELP = f"""
import sys
from matcher.cli import main
sys.argv = ["matcher", "--help"]
try:
    main()
except SystemExit as done:
    print(done.code, [name for name in {HEAVY} if name in sys.modules])
"""

pytestmark = pytest.mark.timeout(300)


def test_help_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", ASK_FOR_HELP], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize(
    "command", ["check", "template", "generate", "solve", "verify"]
)
def test_help_names_the_command(command):
    assert command in matcher("--help").stdout
    assert matcher(command, "--help").returncode == 0


def test_help_speaks_both_languages():
    assert "leerlingen" in matcher("solve", "--help").stdout
    assert "learners" in matcher("solve", "--language", "en", "--help").stdout


def test_without_words_there_is_help():
    done = matcher()
    assert "solve" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_version_is_shown():
    done = matcher("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("matcher ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve",),
        ("solve", SAMPLES / "a"),
        ("solve", SAMPLES / "a", "--out", "x", "--gap", "2"),
        ("solve", SAMPLES / "a", "--out", "x", "--workers", "0"),
        ("solve", SAMPLES / "a", "--out", "x", "--time-limit", "soon"),
        ("solve", SAMPLES / "a", "--out", "x", "--engine", "magic"),
        ("solve", SAMPLES / "a", "--out", "x", "--router", "magic=1"),
        ("solve", SAMPLES / "a", "--out", "x", "--policy", "no-such.toml"),
        ("check",),
        ("check", SAMPLES / "a", "--language", "fr"),
        ("generate", "x", "--learners", "0", "--seed", "1"),
        ("generate", "x", "--learners", "8", "--seed", "1", "--extent", "maan"),
        ("no-such-command",),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[-2:])),
)
def test_wrong_usage_exits_2(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = matcher(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_unknown_key_of_a_policy_is_named(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("unplced = 3", encoding="utf-8")
    done = matcher("solve", SAMPLES / "a", "--out", tmp_path / "x", "--policy", policy)
    assert done.returncode == 2
    assert "unplced" in done.stderr


def test_folder_with_other_things_is_left_alone(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("keep me", encoding="utf-8")
    done = matcher("solve", SAMPLES / "a", "--out", tmp_path)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.fixture
def bad_data(tmp_path):
    """Sample a with two faults in two tables."""
    data = tmp_path / "bad"
    shutil.copytree(SAMPLES / "a", data)
    _spoil(data / "sites.csv", "capacity", "many")
    _spoil(data / "learners.csv", "trajectory_id", "no-such-trajectory")
    return data


def _spoil(path, column, value):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize("command", ["check", "solve", "verify"])
def test_bad_data_exits_1_with_all_findings(bad_data, tmp_path, command):
    more = {
        "check": (),
        "solve": ("--out", tmp_path / "run"),
        "verify": (tmp_path / "run",),
    }
    done = matcher(command, bad_data, *more[command])
    assert done.returncode == 1
    assert "sites, rij 1, kolom capacity" in done.stdout
    assert "learners, rij 1, kolom trajectory_id" in done.stdout
    assert not (tmp_path / "run").exists()


def test_findings_come_as_json(bad_data):
    done = matcher("check", bad_data, "--json")
    findings = json.loads(done.stdout)["findings"]
    errors = {
        (found["table"], found["row"], found["column"], found["value"])
        for found in findings
        if found["severity"] == "error"
    }
    assert ("sites", 1, "capacity", "many") in errors
    assert ("learners", 1, "trajectory_id", "no-such-trajectory") in errors


def test_findings_come_as_notes_in_a_copy(bad_data, tmp_path):
    copy = tmp_path / "copy.xlsx"
    done = matcher("check", bad_data, "--annotate", copy)
    assert done.returncode == 1
    sheet = openpyxl.load_workbook(copy)["sites"]
    notes = [cell.comment.text for row in sheet for cell in row if cell.comment]
    assert any("capacity" in note for note in notes)


@pytest.mark.parametrize("command", ["check", "solve"])
def test_missing_data_is_a_finding(tmp_path, command):
    more = ("--out", tmp_path / "run") if command == "solve" else ()
    done = matcher(command, tmp_path / "nowhere", *more)
    assert done.returncode == 1
    assert "nowhere" in done.stdout
    assert "path_missing" in done.stdout


def test_good_data_is_fine():
    done = matcher("check", SAMPLES / "a", "--language", "en")
    assert done.returncode == 0
    assert "error" not in done.stdout


def test_template_can_be_checked(tmp_path):
    workbook = tmp_path / "template.xlsx"
    assert matcher("template", workbook).returncode == 0
    assert matcher("check", workbook).returncode in (0, 1)
    assert "learners" in openpyxl.load_workbook(workbook).sheetnames


def test_what_cannot_be_written_is_one_sentence(tmp_path):
    done = matcher("template", tmp_path / "nowhere" / "template.xlsx")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_region_is_generated_and_fine(tmp_path):
    done = matcher("generate", tmp_path / "region", "--learners", 8, "--seed", 3)
    assert done.returncode == 0
    assert "learners.csv" in done.stdout
    assert matcher("check", tmp_path / "region").returncode == 0


def test_unexpected_error_is_one_sentence(capsys):
    with pytest.raises(typer.Exit) as left, answering("en", is_debug=False):
        raise ZeroDivisionError
    assert left.value.exit_code == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "--debug" in said
    assert "Traceback" not in said


def test_debug_shows_where(capsys):
    with pytest.raises(typer.Exit), answering("nl", is_debug=True):
        raise ZeroDivisionError
    assert "Traceback" in capsys.readouterr().err
