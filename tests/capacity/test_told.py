"""The report for who may see nobody: no school, no learner, no small number."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from matcher.capacity import CapacityParams, capacity_report, write_told
from matcher.capacity.fairness import LEAST_SHOWN
from matcher.capacity.recruit import RecruitParams
from matcher.capacity.sections import sections_of
from matcher.capacity.supply import SupplyRow
from matcher.capacity.told import told_report
from tests.capacity.solved import loaded_of
from tests.oracle.small_region import small_region

pytestmark = pytest.mark.timeout(300)

PEOPLE = {
    "demand": "shortages seat_shortages",
    "helped": "recruits sets",
    "hit": "weak_points",
    "moved": "weak_points",
    "learners": "fairness",
    "supply_learners": "supply",
    "supply_placed": "supply",
    "supply_unplaced": "supply",
    "supply_used": "supply",
    "supply_seats_used": "supply",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Fourteen learners of two schools, twelve places; its report and told files."""
    folder = tmp_path_factory.mktemp("told")
    names = [f"Jongere{at:02}" for at in range(14)]
    tables = small_region(names, sites=("S1", "S2"), periods=1, places=12)
    tables["sites"][1]["capacity"] = "1"
    tables["mentors"][0]["max_learners"] = "12"
    for name in ("recognitions", "offers"):
        tables[name] = [row for row in tables[name] if row["site_id"] == "S1"]
    for at, row in enumerate(tables["learners"]):
        row["postcode"] = "9000"
        row["school_id"] = "Atheneum" if at < 12 else "Instituut"
    run = loaded_of(tables, folder)
    report = capacity_report(run, CapacityParams(recruit=RecruitParams(top=3)))
    write_told(run, report, folder / "told")
    return run, report, folder / "told"


def cells(run, report, least):
    for section in sections_of(run, report, least=least):
        for column, name in enumerate(section.columns):
            if section.key in PEOPLE.get(name, "").split():
                yield from (row[column] for row in section.rows)


def test_no_table_counts_fewer_than_ten_people(told):
    run, report, _ = told
    whole = [each for each in cells(run, report, 0) if each is not None]
    assert any(0 < each < LEAST_SHOWN for each in whole)  # there is what to keep
    shown = list(cells(run, told_report(report), LEAST_SHOWN))
    assert any(shown)
    assert all(each is None or each == 0 or each >= LEAST_SHOWN for each in shown)


def test_files_name_no_learner_and_no_school(told):
    _, report, folder = told
    assert report.shortages
    page = (folder / "capacity.html").read_text(encoding="utf-8")
    places = (folder / "capacity.geojson").read_text(encoding="utf-8")
    book = load_workbook(folder / "capacity.xlsx", read_only=True)
    texts = [
        str(cell)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    for text in (page, places, *texts):
        assert "Jongere" not in text
        assert "Atheneum" not in text
        assert "Instituut" not in text


def test_what_is_left_does_not_give_a_small_number_away(told):
    """Twelve of fourteen are placed: who knows both knows of two who are not."""
    run, report, _ = told
    (supply,) = (
        each
        for each in sections_of(run, told_report(report), least=LEAST_SHOWN)
        if each.key == "supply"
    )
    (row,) = (
        dict(zip(supply.columns, each, strict=True))
        for each in supply.rows
        if each[supply.columns.index("supply_learners")]
    )
    assert row["supply_learners"] == 14
    assert row["supply_placed"] is None
    assert row["supply_unplaced"] is None


def test_places_and_what_is_unused_tell_nothing_of_few_who_are_there(told):
    run, report, _ = told
    row = replace(report.supply[0], places=12, used=3, unused=9, unused_other=9)
    few = replace(report, supply=(row,))
    (supply,) = (
        each
        for each in sections_of(run, told_report(few), least=LEAST_SHOWN)
        if each.key == "supply"
    )
    assert isinstance(row, SupplyRow)
    told_row = dict(zip(supply.columns, supply.rows[0], strict=True))
    assert told_row["supply_places"] == 12
    for name in ("used", "unused", "unused_other"):
        assert told_row[f"supply_{name}"] is None


def test_certificates_of_few_and_who_reaches_what_are_gone(told):
    _, report, _ = told
    kept = told_report(report)
    assert {each.demand >= LEAST_SHOWN for each in report.shortages} == {True}
    few = replace(report.shortages[0], learners=("Jongere00", "Jongere01"))
    assert not told_report(replace(report, shortages=(few,))).shortages
    assert kept.shortages
    assert all(each.reach == () for each in kept.shortages)
    assert not kept.burdens
    assert {each.by for each in report.groups} - {each.by for each in kept.groups} == {
        "school"
    }
