"""An attacker asks everything from one school; planted words of others never show.

Learners of the other schools get ids, needs and school names that occur
nowhere else. No answer about a learner of the own school, in any form, holds one.
"""

import csv
import json
from dataclasses import asdict
from datetime import date
from io import StringIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

import matcher
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

SAMPLE = Path(__file__).parents[1] / "data/samples/a"
CANARY = "kanarie"
OWN = "SCH1"


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
        for language in ("nl", "en"):
            speaker = Speaker(language)
            texts += [speaker.plan(plan)]
            texts += [speaker.suggestions(learner_id, each) for each in found]
            texts += [speaker.site(each) for each in sites]
        assert not any(CANARY in text.lower() for text in texts)
        answers += len(texts)
    assert answers > 50


@pytest.mark.parametrize("ending", ["json", "html", "docx", "xlsx", "ics"])
def test_no_training_plan_shows_a_canary(planted, tmp_path, ending):
    run, _, _ = planted
    for learner_id in own_ids(run):
        out = tmp_path / f"{learner_id}.{ending}"
        plan = training_plan(run, learner_id, date(2026, 9, 1))
        write_training_plan(plan, out, "nl")
        content = out.read_bytes()
        if is_zipfile(out):
            with ZipFile(out) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        assert CANARY.encode() not in content.lower()


def test_no_desk_list_shows_a_canary(planted):
    run, data, folder = planted
    assert CANARY not in shown(asdict(desk_lists(run, date(2026, 9, 1), OWN)))
    for as_json in (True, False):
        told = lists_of((data, folder), OWN, None, "en", as_json=as_json)
        assert CANARY not in told.lower()


def test_no_error_shows_a_canary(planted):
    run, _, _ = planted
    for asked in ("", "nobody", CANARY[:-1], "*", "L0000"):
        with pytest.raises(matcher.MatcherError) as error:
            suggest(run, asked)
        assert CANARY not in str(error.value)


def test_whole_region_of_the_run_reads_back(planted):
    """What was attacked is the run that everybody would ask."""
    run, data, folder = planted
    again = load_run(matcher.read_dataset(data), folder)
    assert again.points.tolist() == run.points.tolist()
