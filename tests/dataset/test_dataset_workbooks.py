"""The template reads back; the annotated copy points at the faults, safely."""

import openpyxl
import pytest

from matcher.dataset import (
    annotate_workbook,
    read_dataset,
    read_tables,
    write_template,
)
from matcher.dataset.schema import schema
from tests.dataset.base_tables import (
    FORMS,
    base_tables,
    write_as,
    write_folder,
    write_workbook,
    write_zip,
)
from tests.dataset.planted_faults import REGISTER_NUMBER


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "sjabloon.xlsx"
    write_template(path)
    return path


def test_template_has_every_column_with_help(template):
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Leesmij", *schema()]
    for table in schema().values():
        titles = [cell for cell in book[table.name][1] if cell.value]
        assert [cell.value for cell in titles] == [each.name for each in table.columns]
        assert all(
            each.description.nl in cell.comment.text
            for each, cell in zip(table.columns, titles, strict=True)
        )


def test_template_offers_choices_and_ids_of_other_sheets(template):
    book = openpyxl.load_workbook(template)

    def choices(table):
        return {
            str(each.sqref).split(":")[0]: each.formula1
            for each in book[table].data_validations.dataValidation
            if each.type == "list"
        }

    assert choices("abilities") == {
        "A2": "learners!$A$2:$A$1048576",
        "C2": '"yes,no,unknown"',
    }
    assert choices("offers")["C2"] == "competences!$B$2:$B$1048576"
    assert choices("support_needs")["D2"] == '"true,false"'


def test_empty_template_lacks_only_rows(template):
    outcome = read_tables(template)
    assert [found.code for found in outcome.findings] == ["no_periods"]


def test_filled_template_reads_back(template, tmp_path):
    book = openpyxl.load_workbook(template)
    for name, (header, *rows) in base_tables().items():
        assert [cell.value for cell in book[name][1]][: len(header)] == header
        for row in rows:
            book[name].append([cell or None for cell in row])
    book.save(template)
    clean = read_dataset(write_zip(base_tables(), tmp_path / "clean.zip"))
    assert read_dataset(template).sha256 == clean.sha256


def annotated(source, out):
    annotate_workbook(source, read_tables(source).findings, out)
    return openpyxl.load_workbook(out)


@pytest.mark.parametrize("form", FORMS)
def test_finding_stands_on_its_cell_and_in_the_list(form, tmp_path):
    tables = base_tables()
    tables["sites"][2][6] = "-2"
    tables["scores"][0:0] = [[""], [""]]
    tables["scores"][3][2] = "7"
    tables["travel"][0].append("gender")
    tables["travel"][1].append("x")
    source = write_as(form, tables, tmp_path)
    book = annotated(source, tmp_path / "out.xlsx")
    assert "out_of_range" in book["sites"]["G3"].comment.text
    score = book["scores"]["C4" if form == "xlsx" else "C2"]
    assert "out_of_range" in score.comment.text
    assert "column_unknown" in book["travel"]["D1"].comment.text
    listed = [
        [cell.value for cell in row] for row in book["Bevindingen"].iter_rows(min_row=2)
    ]
    assert [row[7] for row in listed] == [
        "out_of_range",
        "column_unknown",
        "out_of_range",
    ]
    assert listed[0][1:5] == ["sites", 2, "capacity", "'-2"]


def test_annotated_copy_reads_like_its_source(tmp_path):
    tables = base_tables()
    tables["sites"][1][2] = "=1+1"
    tables["sites"][2][2] = "@zuid"
    for form in FORMS:
        source = write_as(form, tables, tmp_path)
        out = tmp_path / f"{form}.xlsx"
        annotate_workbook(source, (), out)
        assert read_dataset(out).sha256 == read_dataset(source).sha256


def test_notes_of_last_time_are_replaced(tmp_path):
    tables = base_tables()
    tables["sites"][2][6] = "-2"
    source = write_workbook(tables, tmp_path / "data.xlsx")
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    annotated(source, once)
    book = annotated(once, twice)
    assert book["sites"]["G3"].comment.text.count("out_of_range") == 1
    assert book.sheetnames.count("Bevindingen") == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_nothing_we_write_is_a_formula(start, tmp_path):
    text = f'{start}HYPERLINK("x")'
    tables = base_tables()
    tables["learners"][1][6] = text
    tables["sites"][0][1] = text
    book = annotated(write_folder(tables, tmp_path / "data"), tmp_path / "out.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if str(cell.value or "").startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix
                    assert sheet.title != "Bevindingen"


@pytest.mark.parametrize("form", FORMS)
def test_register_numbers_are_masked_in_the_copy(form, tmp_path):
    tables = base_tables()
    tables["learners"][1][2] = REGISTER_NUMBER
    tables["courses"][1][5] = f"bel {REGISTER_NUMBER}"
    book = annotated(write_as(form, tables, tmp_path), tmp_path / "out.xlsx")
    assert book["learners"]["C2"].value == "***********"
    assert book["courses"]["F2"].value == "bel ***********"
    assert "register_number" in book["courses"]["F2"].comment.text
    cells = [
        f"{cell.value} {cell.comment.text if cell.comment else ''}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [text for text in cells if "223.61" in text]


def test_source_that_cannot_be_opened_gives_the_list_alone(tmp_path):
    source = tmp_path / "data.xlsx"
    source.write_bytes(b"PK\x03\x04")
    book = annotated(source, tmp_path / "out.xlsx")
    assert book.sheetnames == ["Bevindingen"]
    assert book["Bevindingen"]["H2"].value == "file_unreadable"
