"""An attacker asks everything from one school; planted words of others never show.

Learners of the other schools get ids, needs, school names and places that occur
nowhere else. No answer about a learner of the own school,
by command or by library, in any form, language, log or error, holds one of them.
"""

import csv
import json
import logging
from dataclasses import asdict
from datetime import date
from io import StringIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from typer.testing import CliRunner

import matcher
from matcher.cli.app import app
from matcher.cli.desk import lists_of
from matcher.dataset.write import write_dataset
from matcher.desk import desk_lists
from matcher.suggestions import (
    SuggestParams,
    explain_plan,
    explain_site,
    load_run,
    region_prices,
    suggest,
)
from matcher.suggestions.text import Speaker
from matcher.suggestions.wire import plan_answer_json, site_json, suggestions_json
from matcher.training_plan import training_plan
from matcher.training_plan.files import write_training_plan
from tests.suggestions.regions import loaded_folder
from tests.whatif.asked import HEAD, change

SAMPLE = Path(__file__).parents[1] / "data/samples/a"
MODEL = Path(__file__).parents[2] / "models/scorer/voorbeeld"
CANARY = "kanarie"
PLACE = "3133731337"
"""Last digits of where the others live."""

OWN = "SCH1"
LANGUAGES = ("nl", "en")


def sings(content: str | bytes) -> bool:
    """A canary, or where one lives, stands in it."""
    text = content.encode() if isinstance(content, str) else content
    return CANARY.encode() in text.lower() or PLACE.encode() in text


def rewritten(path: Path, change) -> None:
    """Rows of a table, each changed."""
    if not path.exists():
        return
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
    out = StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(change(dict(row)) for row in rows)
    path.write_text(out.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A run in whose data the other schools' learners bear canaries."""
    folder = tmp_path_factory.mktemp("planted")
    dataset = matcher.read_dataset(SAMPLE)
    data = folder / "data"
    data.mkdir()
    write_dataset(dataset, data)
    learners = dataset.learners
    foreign = set(learners.learner_id[learners.school_id != OWN].tolist())

    def plant(row: dict[str, str]) -> dict[str, str]:
        if row.get("learner_id") in foreign:
            for column in ("need", "school_id", "assessed_by"):
                if row.get(column):
                    row[column] = f"{CANARY}-{column}-{row[column]}"
            if "lat" in row:
                row["lat"], row["lon"] = f"51.02{PLACE}", f"3.92{PLACE}"
            row["learner_id"] = f"{CANARY}-{row['learner_id']}"
        return row

    tables = (
        "learners support_needs abilities acquired preferences placements travel "
        "guidance scores"
    )
    for table in tables.split():
        rewritten(data / f"{table}.csv", plant)
    run = loaded_folder(data, None, folder / "run")
    return run, data, folder / "run"


def own_ids(run) -> list[str]:
    learners = run.dataset.learners
    return learners.learner_id[learners.school_id == OWN].tolist()


def shown(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str).lower()


def test_canaries_are_in_the_data(planted):
    run, data, _ = planted
    assert len(own_ids(run)) >= 1
    assert CANARY in (data / "learners.csv").read_text(encoding="utf-8")
    assert CANARY in (data / "support_needs.csv").read_text(encoding="utf-8")
    assert PLACE in (data / "learners.csv").read_text(encoding="utf-8")


def test_no_suggestion_or_reason_shows_a_canary(planted):
    run, _, _ = planted
    prices, answers = region_prices(run), 0
    for learner_id in own_ids(run):
        found = [
            suggest(run, learner_id, SuggestParams(exact=False), prices),
            suggest(run, learner_id, SuggestParams(exact=True)),
        ]
        plan = explain_plan(run, learner_id)
        sites = [
            explain_site(run, learner_id, site_id, prices)
            for site_id in run.dataset.sites.site_id.tolist()
        ]
        texts = [shown(plan_answer_json(plan)), str(plan)]
        texts += [shown(suggestions_json(learner_id, each)) for each in found]
        texts += [shown(site_json(each)) for each in sites]
        for language in LANGUAGES:
            speaker = Speaker(language)
            texts += [speaker.plan(plan)]
            texts += [speaker.suggestions(learner_id, each) for each in found]
            texts += [speaker.site(each) for each in sites]
        assert not any(sings(text) for text in texts)
        answers += len(texts)
    assert answers > 50


@pytest.mark.parametrize("ending", ["json", "html", "docx", "xlsx", "ics"])
def test_no_training_plan_shows_a_canary(planted, tmp_path, ending):
    run, _, _ = planted
    for learner_id in own_ids(run):
        out = tmp_path / f"{learner_id}.{ending}"
        plan = training_plan(run, learner_id, date(2026, 9, 1))
        write_training_plan(plan, out, "nl")
        assert not sings(bytes_of(out))


def bytes_of(path: Path) -> bytes:
    """A file, unpacked."""
    if not is_zipfile(path):
        return path.read_bytes()
    with ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def test_no_desk_list_shows_a_canary(planted):
    run, data, folder = planted
    assert not sings(shown(asdict(desk_lists(run, date(2026, 9, 1), OWN))))
    for as_json in (True, False):
        told = lists_of((data, folder), OWN, None, "en", as_json=as_json)
        assert not sings(told)


def test_no_error_shows_a_canary(planted):
    run, _, _ = planted
    for asked in ("", "nobody", CANARY[:-1], "*", "L0000"):
        with pytest.raises(matcher.MatcherError) as error:
            suggest(run, asked)
        assert not sings(str(error.value))


def test_whole_region_of_the_run_reads_back(planted):
    """What was attacked is the run that everybody would ask."""
    run, data, folder = planted
    again = load_run(matcher.read_dataset(data), folder)
    assert again.points.tolist() == run.points.tolist()


class Attacker:
    """Runs commands, and keeps every byte that comes back."""

    def __init__(self, caplog, folder: Path) -> None:
        self._caplog, self._folder = caplog, folder
        self.asked = 0

    def out(self, name: str) -> Path:
        """A file or folder to have something written into; it is looked through."""
        return self._folder / name

    def ask(self, *arguments: object) -> int:
        """One command in both languages; its exit code."""
        told = set()
        with self._caplog.at_level(logging.DEBUG):
            for language in LANGUAGES:
                words = [*map(str, arguments), "--language", language]
                done = CliRunner().invoke(app, words)
                assert not isinstance(done.exception, Exception), done.exception
                assert not sings(done.output), words
                assert not sings(done.stderr), words
                told.add(done.output + done.stderr)
                self.asked += 1
        if done.exit_code:
            assert len(told) == len(LANGUAGES), told
        assert not sings(self._caplog.text), arguments
        self._caplog.clear()
        return int(done.exit_code)

    def look_through(self) -> int:
        """Every file that was written; how many."""
        files = [each for each in self._folder.rglob("*") if each.is_file()]
        for each in files:
            assert not sings(bytes_of(each)), each
        return len(files)


def own_site(run, learner_id: str) -> str:
    """A site where the learner may be."""
    options = run.problem.options_of(run.learner(learner_id))
    return str(run.dataset.sites.site_id[run.problem.sites_of(options)][0])


def test_no_command_shows_a_canary(planted, tmp_path, caplog):
    """Every command that answers about learners, from one school, also wrong ones."""
    run, data, folder = planted
    attacker = Attacker(caplog, tmp_path)
    of_run = (data, "--run", folder)
    site_ids = run.dataset.sites.site_id.tolist()
    for learner_id in own_ids(run):
        me = (*of_run, "--learner", learner_id)
        for form in ((), ("--json",)):
            assert attacker.ask("explain", *me, *form) == 0
            assert attacker.ask("suggest", *me, "--fast", *form) == 0
            for site_id in site_ids[::2]:
                assert attacker.ask("explain", *me, "--site", site_id, *form) == 0
            assert attacker.ask("explain", *me, "--site", "nergens", *form) == 2
        for ending in ("json", "html", "docx", "xlsx", "ics"):
            out = attacker.out(f"{learner_id}.{ending}")
            assert attacker.ask("training-plan", *me, "--out", out) == 0
        out = attacker.out(f"{learner_id}.json")
        asked = ("training-plan", *me, "--out", out)
        assert attacker.ask(*asked, "--mentor", "niemand") == 2
        assert attacker.ask(*asked, "--previous", attacker.out("niets.xlsx")) == 2
        model = ("--model", MODEL, "--site", own_site(run, learner_id))
        assert attacker.ask("chance", data, "--learner", learner_id, *model) == 0
    one = (*of_run, "--learner", own_ids(run)[0])
    assert attacker.ask("suggest", *one, "--exact") == 0
    for form in ((), ("--json",)):
        assert attacker.ask("desk", *of_run, "--school", OWN, *form) == 0
        assert attacker.ask("desk", *of_run, "--school", "SCH", *form) == 2
    for guess in ("", "L0000", "*", CANARY[:-1], "%", "' or 1=1"):
        for command in ("suggest", "explain"):
            assert attacker.ask(command, *of_run, "--learner", guess) == 2
    assert attacker.asked > 60
    assert attacker.look_through() >= 5


def test_no_comparison_of_a_school_shows_a_canary(planted, tmp_path, caplog):
    """What `whatif --school` says and the files of the comparison itself."""
    run, data, _ = planted
    scenario = tmp_path / "dicht.toml"
    site_id = own_site(run, own_ids(run)[0])
    scenario.write_text(
        HEAD.format(data=data.as_posix()) + change("site_closes", site_id=site_id),
        encoding="utf-8",
    )
    attacker = Attacker(caplog, tmp_path / "out")
    asked = ("whatif", scenario, "--school", OWN, "--gap", 0)
    for form in ((), ("--json",)):
        assert attacker.ask(*asked, *form, "--out", tmp_path / "out") == 0
        assert attacker.ask("whatif", scenario, "--explain", *form) == 0
    files = list((tmp_path / "out" / "dicht").glob("comparison.*"))
    assert {each.suffix for each in files} >= {".json", ".html", ".xlsx"}
    for each in files:
        assert not sings(bytes_of(each)), each
