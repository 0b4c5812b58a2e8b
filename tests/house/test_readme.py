"""README.md says what is so: its tables are fresh, its commands and paths exist."""

import re
from dataclasses import fields

import pytest
import typer

from matcher.cli.app import app
from matcher.policy import GuidancePolicy, Policy, TravelPolicy
from matcher.report.run_files import RunFiles
from tests.house.readme_parts import README, parts, with_parts

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Each command of the program and its options."""
    group = typer.main.get_command(app)
    return {
        name: {option for each in command.params for option in each.opts}
        for name, command in group.commands.items()
    }


def test_parts_that_code_writes_are_fresh():
    """Run `python -m tests.house.readme_parts` to freshen them."""
    assert with_parts(TEXT) == TEXT


@pytest.mark.parametrize("name", parts())
def test_no_part_is_empty(name):
    assert parts()[name].count("\n") > 5
    assert parts()[name] in TEXT


@pytest.mark.parametrize(
    ("prefix", "shape"),
    [("", Policy), ("travel.", TravelPolicy), ("guidance.", GuidancePolicy)],
)
def test_every_key_of_the_policy_is_told(prefix, shape):
    for field in fields(shape):
        if field.name not in {"travel", "guidance", "modes"}:
            assert f"`{prefix}{field.name}`" in parts()["policy"]


def test_a_stale_part_would_be_found():
    assert with_parts(TEXT.replace("`no_site`", "`no_sight`")) == TEXT


def test_every_command_is_in_the_table_and_no_other():
    told = re.findall(r"^\| `matcher ([a-z-]+)[ `]", TEXT, flags=re.MULTILINE)
    assert sorted(told) == sorted(commands())


def test_every_command_shown_takes_these_options():
    shown = re.findall(r"^matcher ([a-z-]+)(.*)$", TEXT, flags=re.MULTILINE)
    shown += re.findall(r"^\| `matcher ([a-z-]+)([ `].*)$", TEXT, flags=re.MULTILINE)
    assert shown
    for command, rest in shown:
        assert set(re.findall(r"--[a-z-]+", rest)) <= commands()[command], command


def test_every_file_of_a_run_is_told():
    _, _, section = TEXT.partition("## What a run writes")
    section, _, _ = section.partition("### What capacity writes")
    row = r"^\| `(\w+)\.(?:csv|json|html)`"
    told = set(re.findall(row, section, flags=re.MULTILINE))
    assert told == {*RunFiles.__dataclass_fields__, "report"}


@pytest.mark.parametrize(
    "path",
    sorted(set(re.findall(r"`((?:models|scenarios|tests|src)/[\w./-]*)`", TEXT))),
)
def test_path_in_the_readme_exists(path):
    assert (ROOT / path).exists()


def test_make_targets_in_the_readme_exist():
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, flags=re.MULTILINE):
        assert re.search(rf"^{target}:", rules, flags=re.MULTILINE), target


def test_credit_line_and_licence_are_told():
    assert "EUPL-1.2" in TEXT
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    (credit,) = (line for line in notice.splitlines() if line.startswith("Postal"))
    assert credit in TEXT


@pytest.mark.parametrize("folder", ["models", "scenarios", "service", "benchmarks"])
def test_every_folder_says_what_it_holds(folder):
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {folder}")
    # Tables of files say so in their head; others are about other things.
    tables = re.findall(r"^\| (?:path|file|part) \|(?:.*\n\|)+.*", text, re.MULTILINE)
    names = re.findall(r"^\| `([\w./-]+)`", "\n".join(tables), re.MULTILINE)
    assert names
    for name in names:
        assert (ROOT / folder / name).exists(), name
