"""Scenario files: what they may say, what they take from others, what is refused."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from matcher.errors import ScenarioError
from matcher.scenario import KINDS, read_scenario

HEAD = 'title = "T"\nquestion = { nl = "Wat?", en = "What?" }\ndataset = "data"\n'


def written(folder, text, name="one"):
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_file_holds_question_settings_and_changes(tmp_path):
    scenario = read_scenario(
        written(
            tmp_path,
            HEAD
            + """
as_of = 2026-09-01
seed = 3
[stop]
max_runtime_seconds = 60
gap = 0.01
[policy]
gap = 300
[policy.travel]
max_minutes = 60
[[change]]
kind = "site_closes"
site_id = "S1"
[expect]
moved_placements = { at_most = 5 }
told_apart = true
""",
        )
    )
    assert scenario.name == "one"
    assert scenario.question.en == "What?"
    assert scenario.dataset == tmp_path / "data"
    assert (scenario.seed, scenario.gap, scenario.max_runtime_seconds) == (3, 0.01, 60)
    assert [label for label, _ in scenario.changes()] == [
        "[policy] gap",
        "[policy] travel.max_minutes",
        "change 1 (site_closes)",
    ]
    assert [(e.measure, e.at_least, e.at_most) for e in scenario.expect] == [
        ("moved_placements", None, 5.0),
        ("told_apart", 1.0, 1.0),
    ]


def test_extended_file_lends_dataset_settings_and_changes(tmp_path):
    change = '[[change]]\nkind = "site_closes"\nsite_id = "S1"\n'
    written(tmp_path, HEAD + "[stop]\ngap = 0.5\n" + change, "base")
    child = written(
        tmp_path, 'extends = "base"\ntitle = "Child"\n' + change.replace("S1", "S2")
    )
    scenario = read_scenario(child)
    assert scenario.title.nl == "Child"
    assert scenario.question.nl == "Wat?"
    assert scenario.gap == 0.5
    assert [label for label, _ in scenario.changes()] == [
        "base, change 1 (site_closes)",
        "change 1 (site_closes)",
    ]


def test_file_that_extends_itself_is_refused(tmp_path):
    written(tmp_path, 'extends = "two"\n', "one")
    written(tmp_path, 'extends = "one"\n', "two")
    with pytest.raises(ScenarioError, match="extends itself"):
        read_scenario(tmp_path / "one.toml")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("titel = 1\n" + HEAD, "titel"),
        (HEAD + "seed = -1\n", "seed"),
        (HEAD + 'as_of = "soon"\n', "as_of"),
        (HEAD + "[stop]\ngap = 1.5\n", "stop.gap"),
        (HEAD + "[stop]\nseconds = 5\n", "stop.seconds"),
        (HEAD + "[expect]\nplaced = { least = 1 }\n", "least"),
        (HEAD + '[[change]]\nkind = "site_close"\n', "site_closes"),
        (HEAD + '[[change]]\nkind = "site_closes"\n', "site_id"),
        (HEAD + '[[change]]\nkind = "site_closes"\nsite_id = 5\n', "site_id is 5"),
        (
            HEAD + '[[change]]\nkind = "course_seats"\ncourse_id = "C"\nseats = true\n',
            "seats is True",
        ),
        (
            HEAD + '[[change]]\nkind = "site_closes"\nsite_id = "$site"\n',
            "no parameter",
        ),
        (HEAD + "[sweep]\ndraws = 0\n", "draws"),
        (HEAD + "[sweep]\nsample = 3\n", "sample"),
        (HEAD + '[[sweep.parameter]]\nname = "x"\n', "sweep.parameter"),
        ('title = "T"\n', "dataset"),
        ("not toml", "cannot be read"),
    ],
)
def test_fault_in_a_file_is_named(tmp_path, text, fact):
    with pytest.raises(ScenarioError) as refused:
        read_scenario(written(tmp_path, text))
    assert fact in str(refused.value)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ScenarioError, match="nowhere"):
        read_scenario(tmp_path / "nowhere.toml")


def test_parameters_stand_for_what_a_point_gives(tmp_path):
    scenario = read_scenario(
        written(
            tmp_path,
            HEAD
            + """
[[change]]
kind = "drop_outs"
share = "$share"
seed = "$draw"
[sweep]
draws = 4
[[sweep.parameter]]
name = "share"
values = [0.1, 0.2]
[[sweep.choice]]
name = "nothing"
[[sweep.choice]]
name = "seats"
changes = [{ kind = "course_seats", course_id = "C1", seats = 4 }]
""",
        )
    )
    assert scenario.sweep is not None
    _, choice = scenario.sweep.choices
    changes = scenario.changes({"share": 0.2, "draw": 7}, choice)
    assert [label for label, _ in changes] == [
        "change 1 (drop_outs)",
        'choice "seats", change 1 (course_seats)',
    ]
    assert changes[0][1].share == 0.2
    assert changes[0][1].seed == 7


SCENARIOS = Path(__file__).parents[2] / "scenarios"
README = (SCENARIOS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_in_the_readme_with_all_its_fields(kind):
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `{kind}` ")]
    assert set(re.findall(r"`(\w+)`", row)) == {
        kind,
        *(field.name for field in fields(KINDS[kind])),
    }


def test_every_scenario_of_the_example_is_told_in_the_readme():
    files = {path.name for path in SCENARIOS.glob("*.toml")}
    assert len(files) >= 10
    assert set(re.findall(r"^\| `([\w-]+\.toml)` ", README, re.MULTILINE)) == files
