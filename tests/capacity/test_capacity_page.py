"""The page, the workbook and the GeoJSON: what the report found, without learners."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from matcher.capacity import (
    CapacityParams,
    capacity_report,
    find_shortages,
    write_capacity,
)
from matcher.capacity.names import Names
from matcher.capacity.page import counts_of
from matcher.capacity.recruit import RecruitParams
from matcher.capacity.recruit_sets import SetParams
from matcher.capacity.section import Section, cell_phrase
from matcher.capacity.sections import sections_of
from matcher.capacity.words import both
from matcher.capacity.workbook import write_workbook
from matcher.dataset import read_dataset
from matcher.problem.problem import prepare
from tests.capacity.solved import loaded_of
from tests.oracle.small_region import add, small_region
from tests.oracle.tables import write_tables

pytestmark = pytest.mark.timeout(300)

LEARNERS = ("Jan", "Piet", "Joris")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Three learners, two places, one seat for two who need it; its report and files.

    The second site has places left and is recognised for nothing yet.
    """
    folder = tmp_path_factory.mktemp("page")
    tables = small_region(LEARNERS, sites=("S1", "S2"), periods=1, places=2)
    for name in ("recognitions", "offers"):
        tables[name] = [row for row in tables[name] if row["site_id"] == "S1"]
    for row in (*tables["sites"], *tables["learners"]):
        row["postcode"] = "9000"
    tables["sites"][0]["name"] = "=1+1 & <b>Zonen</b>"
    add(tables, "competences", trajectory_id="T", competence_id="d", name="Lassen",
        learn_at="training_centre")  # fmt: skip
    add(tables, "acquired", learner_id="Jan", competence_id="d")
    add(tables, "courses", course_id="C1", trajectory_id="T", competence_id="d",
        period_id="P1", seats="1")  # fmt: skip
    run = loaded_of(tables, folder)
    params = CapacityParams(
        recruit=RecruitParams(top=3), sets=SetParams(largest=2, most_steps=3)
    )
    report = capacity_report(run, params)
    write_capacity(run, report, folder / "out", synthetic=True)
    return run, report, folder / "out"


class Marks(HTMLParser):
    """Tags must close as they opened; ids are told once."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in {"meta", "path", "rect", "circle"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_opens_offline_in_two_languages_and_names_no_learner(written):
    run, report, out = written
    text = (out / "capacity.html").read_text(encoding="utf-8")
    marks = Marks(text)
    assert len(marks.ids) == len(set(marks.ids))
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    for learner_id in LEARNERS:
        assert learner_id not in text
    for section in sections_of(run, report):
        if section.rows:
            words = both(f"sheet_{section.key}")
            assert words.nl in text
            assert words.en in text
    assert both("synthetic_title").nl in text
    assert "=1+1 &amp; &lt;b&gt;Zonen&lt;/b&gt;" in text
    assert "<b>Zonen" not in text


def test_the_page_of_the_same_report_is_the_same(written, tmp_path):
    run, report, out = written
    write_capacity(run, report, tmp_path / "again", synthetic=True)
    for name in ("capacity.html", "capacity.geojson"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()


def test_a_certificate_is_a_table_that_adds_up(written):
    run, report, _ = written
    places, seats = counts_of(report, Names(run.dataset))
    assert (places.demand, places.supply, places.proof) == (3, 2, "hall")
    assert places.places == (("=1+1 & <b>Zonen</b>", 2),)
    assert places.reach == ((True,),) * 3
    assert (seats.demand, seats.supply, seats.proof) == (2, 1, "seats")
    assert seats.what.nl == "Lassen"
    for each in (places, seats):
        assert len(each.reach) == each.demand
        assert sum(holds for _, holds in each.places) == each.supply < each.demand


def test_certificates_of_the_same_learners_and_places_are_one(written, tmp_path):
    _, report, _ = written
    tables = small_region(LEARNERS, periods=3, places=2)
    tables["mentors"][0]["available_to"] = tables["periods"][1]["end"]
    problem = prepare(read_dataset(write_tables(tables, tmp_path)))
    shortages = find_shortages(problem)
    assert len(shortages) == 2 + len(LEARNERS)  # nobody has a place in the last
    of_all = replace(report, shortages=shortages, seat_shortages=())
    first, *rest = counts_of(of_all, Names(problem.dataset))
    assert (first.period.nl, first.demand, first.supply) == ("P1, P2", 3, 2)
    assert [(each.period.nl, each.demand) for each in rest] == [("P3", 1)] * 3


def test_the_workbook_holds_every_table_by_name_and_text_stays_text(written):
    run, report, out = written
    book = load_workbook(out / "capacity.xlsx")
    sections = sections_of(run, report)
    assert book.sheetnames == [both(f"sheet_{each.key}").nl for each in sections]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    told = " ".join(str(cell.value) for cell in cells)
    assert "=1+1 & <b>Zonen</b>: 2" in told
    assert not set(LEARNERS) & set(re.findall(r"\w+", told))
    for section, sheet in zip(sections, book, strict=True):
        assert sheet.max_row == 1 + len(section.rows)
        assert sheet.max_column == len(section.columns)
    heads, values, _ = book["Vraag en aanbod"].iter_rows(values_only=True)
    supply = dict(zip(heads, values, strict=True))
    with (out / "supply.csv").open(encoding="utf-8") as file:
        row, _ = csv.DictReader(file)  # then the course, whose place nobody knows
    for name in ("learners", "unplaced", "places", "seats"):
        words = both(f"column_supply_{name}")
        assert supply[f"{words.nl} / {words.en}"] == int(row[name])


def test_what_a_sheet_cannot_hold_is_left_out(tmp_path):
    rows = (("a\x00b\x07c", float("inf"), float("nan"), None),)
    columns = ("training", "mean", "paid", "share")
    section = Section(key="prices", columns=columns, rows=rows)
    write_workbook([section], tmp_path / "x.xlsx")
    (sheet,) = load_workbook(tmp_path / "x.xlsx")
    values = [cell.value for cell in sheet[2]]
    assert values == ["abc", "onbegrensd / unlimited", None, None]


def test_sites_are_features_with_what_is_known_of_them(written):
    _, report, out = written
    content = json.loads((out / "capacity.geojson").read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    first, second = (each["properties"] for each in content["features"])
    assert (first["site_id"], first["in_shortage"]) == ("S1", True)
    assert first["trainings"] == ["T"]
    assert first["dearest_points"] == max(
        row.points for row in report.prices if row.kind != "course"
    )
    loss = {each.id: each.loss_points for each in report.repairs}
    assert first["loss_points"] == loss["S1"] > 0
    assert (second["in_shortage"], second["dearest_points"]) == (False, 0.0)
    assert (second["trainings"], second["loss_points"]) == ([], None)
    for each in content["features"]:
        longitude, latitude = each["geometry"]["coordinates"]
        assert 3.6 < longitude < 3.8
        assert 51.0 < latitude < 51.1
    assert not any(each in json.dumps(content) for each in LEARNERS)


@pytest.mark.parametrize(
    ("cell", "nl", "en"),
    [
        (1234, "1.234", "1,234"),
        (1234.5, "1.234,5", "1,234.5"),
        (12.0, "12", "12"),
        (float("inf"), "onbegrensd", "unlimited"),
        ("S1", "S1", "S1"),
    ],
)
def test_cells_are_written_as_each_language_does(cell, nl, en):
    words = cell_phrase(cell)
    assert (words.nl, words.en) == (nl, en)


@pytest.mark.parametrize("cell", [None, float("nan")])
def test_what_nobody_knows_is_a_dash(cell):
    assert cell_phrase(cell).nl == cell_phrase(cell).en == "–"  # noqa: RUF001
