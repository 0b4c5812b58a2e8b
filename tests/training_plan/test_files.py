"""The files of a training plan: nothing is lost, and they open."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from matcher.training_plan import word_document
from matcher.training_plan.calendar_file import calendar_file
from matcher.training_plan.checklist import ToDo
from matcher.training_plan.files import (
    TrainingPlanFileError,
    competence_rows,
    read_reached,
    write_training_plan,
)
from matcher.training_plan.for_mentor import NotInPlanError, for_mentor
from matcher.training_plan.section import (
    COMPETENCE_COLUMNS,
    competence_cells,
    sections_of,
)
from tests.training_plan.plans import some_plans

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    found = some_plans(tmp_path_factory.mktemp("runs"), range(3))
    return [plan for _, plan in found]


def written(plan, folder: Path, name: str, language="nl") -> Path:
    path = folder / name
    write_training_plan(plan, path, language)
    return path


@pytest.mark.parametrize("language", ["nl", "en"])
def test_round_trip_through_excel_loses_nothing(plans, tmp_path, language):
    for at, plan in enumerate(plans):
        path = written(plan, tmp_path, f"{at}.xlsx", language)
        expected = [
            dict(zip(COMPETENCE_COLUMNS, competence_cells(each, language), strict=True))
            for each in plan.competences
        ]
        assert competence_rows(path) == expected


def test_every_section_is_a_sheet(plans, tmp_path):
    path = written(plans[0], tmp_path, "plan.xlsx")
    _, *sections = sections_of(plans[0], "nl")
    assert len(load_workbook(path).sheetnames) == len(sections)


def test_what_is_marked_reached_comes_back(plans, tmp_path):
    plan = plans[0]
    path = written(plan, tmp_path, "plan.xlsx")
    book = load_workbook(path)
    sheet = book["competenties"]
    sheet["A2"] = "Ja"
    book.save(path)
    found = read_reached(path)
    assert sheet["C2"].value in found.reached
    assert found.period_of == {
        each.competence_id: each.period_id
        for each in plan.competences
        if each.period_id
    }


def test_json_comes_back_too(plans, tmp_path):
    plan = plans[0]
    path = written(plan, tmp_path, "plan.json")
    assert json.loads(path.read_text(encoding="utf-8"))["learner_id"] == plan.learner_id
    reached = {e.competence_id for e in plan.competences if e.place == "acquired"}
    assert read_reached(path).reached == reached


def test_name_that_looks_like_a_formula_stays_text(plans, tmp_path):
    first, *rest = plans[0].competences
    strange = replace(first, name="=1+1")
    plan = replace(plans[0], competences=(strange, *rest))
    path = written(plan, tmp_path, "plan.xlsx")
    assert competence_rows(path)[0]["name"] == "=1+1"


def test_word_document_is_well_formed_and_whole(plans, tmp_path):
    plan = plans[0]
    path = written(plan, tmp_path, "plan.docx")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        trees = {
            name: ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own
            for name in archive.namelist()
        }
    texts = [node.text for node in trees["word/document.xml"].iter(f"{WORD}t")]
    for each in plan.competences:
        assert each.competence_id in texts
        assert each.name in texts
    assert path.read_bytes() == written(plan, tmp_path, "again.docx").read_bytes()


def test_web_page_asks_nothing_of_a_network(plans, tmp_path):
    for language in ("nl", "en"):
        html = written(plans[0], tmp_path, "plan.html", language).read_text()
        assert f'<html lang="{language}"' in html
        assert "http://" not in html
        assert "https://" not in html
        for each in plans[0].competences:
            assert each.competence_id in html


def test_calendar_keeps_the_form(plans, tmp_path):
    for at, plan in enumerate(plans):
        data = written(plan, tmp_path, f"{at}.ics").read_bytes()
        lines = data.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert (lines[0], lines[-2], lines[-1]) == (
            b"BEGIN:VCALENDAR",
            b"END:VCALENDAR",
            b"",
        )
        assert data.count(b"BEGIN:VEVENT") == data.count(b"END:VEVENT")
        if any(each.site_id for each in plan.periods):
            assert b"DTSTART;VALUE=DATE:" in data


def test_other_ending_is_refused(plans, tmp_path):
    with pytest.raises(TrainingPlanFileError, match=r"\.pdf"):
        written(plans[0], tmp_path, "plan.pdf")


@pytest.mark.parametrize("name", ["none.xlsx", "text.xlsx", "other.json"])
def test_file_that_is_no_plan_is_refused(tmp_path, name):
    path = tmp_path / name
    if name != "none.xlsx":
        path.write_text("[1]", encoding="utf-8")
    with pytest.raises(TrainingPlanFileError, match="no training plan"):
        read_reached(path)


def test_word_breaks_no_word_and_fills_the_page(plans):
    tables = [
        table
        for plan in plans
        for section in sections_of(plan, "nl")
        for table in section.tables
    ]
    for table in tables:
        widths = word_document._widths(table)
        assert sum(widths) == pytest.approx(word_document._PAGE_WIDTH, abs=len(widths))
        for at, width in enumerate(widths):
            words = [
                word for row in (table.header, *table.rows) for word in row[at].split()
            ]
            assert width >= max(map(len, words), default=0) * word_document._SIGN_WIDTH
    assert len(tables) > 20


@pytest.mark.parametrize("language", ["nl", "en"])
def test_sections_hold_every_competence_once_and_no_empty_column(plans, language):
    for plan in plans:
        (section,) = (
            each for each in sections_of(plan, language) if each.key == "competences"
        )
        ids = [row[0] for table in section.tables for row in table.rows]
        assert ids == [each.competence_id for each in plan.competences]
        columns = zip(
            *(row for table in section.tables for row in table.rows), strict=True
        )
        assert all(any(cells) for cells in columns)
        captions = [table.caption for table in section.tables]
        assert len(set(captions)) == len(captions)
        assert all(captions)


def test_mentor_gets_the_own_part_alone(plans, tmp_path):
    parts = 0
    for plan in plans:
        for mentor_id in {each.mentor_id for each in plan.periods} - {""}:
            part = for_mentor(plan, mentor_id)
            assert {each.mentor_id for each in part.periods} == {mentor_id}
            assert {each.mentor_id for each in part.competences} <= {mentor_id}
            assert {each.mentor_id for each in part.pages} <= {mentor_id}
            others = {each.site_id for each in plan.sites} - {part.sites[0].site_id}
            text = written(part, tmp_path, "part.json").read_text(encoding="utf-8")
            assert not any(f'"{each}"' in text for each in others)
            parts += len(others) > 0
    assert parts >= 2
    with pytest.raises(NotInPlanError, match="nobody"):
        for_mentor(plans[0], "nobody")


def test_stay_that_comes_back_later_starts_twice(plans):
    """For a mentor the periods in between are not there, but they are in between."""
    plan = next(each for each in plans if len(each.periods) > 2 and each.pages)
    first, _, third, *_ = plan.periods
    here = {"site_id": plan.sites[0].site_id, "mentor_id": "m"}
    apart = (replace(first, **here), replace(third, **here))
    text = write_of(replace(plan, periods=apart))
    assert text.count("Start bij") == 2
    together = (replace(first, **here), replace(third, number=2, **here))
    assert write_of(replace(plan, periods=together)).count("Start bij") == 1


def write_of(plan) -> str:
    return calendar_file(replace(plan, competences=()), "nl")


def test_what_is_to_be_agreed_can_be_read_aloud(plans):
    """Words of the data are written without the marks between them."""
    plan = next(each for each in plans if each.sites)
    site_id = plan.sites[0].site_id
    to_do = (
        ToDo(code="support", about=(site_id, "M_1", "rustige_opbouw")),
        ToDo(code="ability", about=(site_id, "lang_staan")),
    )
    sections = sections_of(replace(plan, to_do=to_do), "nl")
    (lines,) = (each.lines for each in sections if each.key == "checklist")
    assert "(mentor M_1) afspreken: rustige opbouw." in lines[0]
    assert "lang staan" in lines[1]
