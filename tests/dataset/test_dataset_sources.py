"""Folder, zip and workbook say the same; the habits of Excel do no harm."""

import datetime as dt
import random
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from matcher.dataset import Limits, read_dataset, read_tables
from tests.dataset.base_tables import (
    FORMS,
    base_tables,
    csv_bytes,
    write_as,
    write_folder,
    write_workbook,
    write_zip,
)
from tests.dataset.sample_tables import SAMPLES, sample_tables


def places(outcome):
    return [(each.code, each.table, each.row, each.column) for each in outcome.findings]


def assert_same(one, other):
    assert one.sha256 == other.sha256
    for table in fields(one):
        if table.name == "sha256":
            continue
        left, right = getattr(one, table.name), getattr(other, table.name)
        for column in fields(left):
            np.testing.assert_array_equal(
                getattr(left, column.name), getattr(right, column.name)
            )


@pytest.mark.parametrize("sample", "abcdef")
def test_sample_is_one_dataset_in_every_form(sample, tmp_path):
    dataset = read_dataset(SAMPLES / sample)
    for form in FORMS:
        copy = read_dataset(write_as(form, sample_tables(sample), tmp_path))
        assert_same(dataset, copy)


def test_digest_knows_no_order_of_rows_or_columns(tmp_path):
    tables, clean = (
        base_tables(),
        read_dataset(write_zip(base_tables(), tmp_path / "a")),
    )
    shuffle = random.Random(3)  # noqa: S311 - no secret
    for name, (header, *rows) in tables.items():
        order = shuffle.sample(range(len(header)), len(header))
        shuffle.shuffle(rows)
        tables[name] = [[row[n] for n in order] for row in [header, *rows]]
    assert read_dataset(write_zip(tables, tmp_path / "b")).sha256 == clean.sha256


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "is_same"),
    [
        ("periods", 3, "weeks", "9,50", True),
        ("periods", 2, "weeks", "7", True),
        ("trajectories", 2, "max_sites", "3.0", True),
        ("support_needs", 2, "level", "1", True),
        ("learners", 1, "modes", " bike | pt |bike", True),
        ("support_needs", 1, "required", "WAAR", True),
        ("preferences", 1, "preference", "+1.0", True),
        ("sites", 1, "name", "Magazijn noord", False),
        ("scores", 1, "success", "0.850000001", False),
        ("placements", 2, "mentor_id", "M1", False),
    ],
)
def test_digest_is_of_the_content(table, row, column, value, is_same, tmp_path):
    clean = read_dataset(write_zip(base_tables(), tmp_path / "clean.zip"))
    tables = base_tables()
    tables[table][row][tables[table][0].index(column)] = value
    other = read_dataset(write_zip(tables, tmp_path / "other.zip"))
    assert (other.sha256 == clean.sha256) is is_same


def test_absent_table_is_as_good_as_one_without_rows(tmp_path):
    tables = base_tables()
    tables["scores"] = tables["scores"][:1]
    empty = read_dataset(write_folder(tables, tmp_path / "empty"))
    tables.pop("scores")
    absent = read_dataset(write_folder(tables, tmp_path / "absent"))
    assert_same(empty, absent)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_csv_from_excel_reads_the_same(encoding, separator, tmp_path):
    tables = base_tables()
    tables["sites"][1][2] = "Café “Noord”"
    clean = read_dataset(write_zip(tables, tmp_path / "clean.zip"))
    belgian = {
        name: [[_with_comma(cell) for cell in record] for record in records]
        for name, records in tables.items()
    }
    folder = write_folder(
        belgian, tmp_path / "excel", separator=separator, encoding=encoding
    )
    outcome = read_tables(folder)
    assert_same(outcome.dataset, clean)
    warned = [("encoding_cp1252", "sites", None, None)] if encoding == "cp1252" else []
    assert places(outcome) == warned


def _with_comma(cell):
    return cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell


def test_first_line_may_name_the_separator(tmp_path):
    folder = write_folder(base_tables(), tmp_path / "data", separator=";")
    file = folder / "sites.csv"
    file.write_bytes(b"sep=;\r\n" + file.read_bytes())
    assert read_tables(folder).findings == ()


def test_blank_rows_are_skipped_and_counted(tmp_path):
    tables = base_tables()
    tables["scores"][1:1] = [["", "", ""], []]
    tables["scores"].append(["L1", "W1", "0.5"])
    for form in FORMS:
        found = places(read_tables(write_as(form, tables, tmp_path)))
        assert found == [("duplicate_key", "scores", 4, None)]


def test_rows_above_the_header_do_not_count(tmp_path):
    tables = base_tables()
    tables["scores"][0:0] = [["", "", ""], [""]]
    tables["scores"][3][2] = "2"
    for form in FORMS:
        found = places(read_tables(write_as(form, tables, tmp_path)))
        assert found == [("out_of_range", "scores", 1, "success")]


def test_other_files_and_sheets_are_ignored(tmp_path):
    folder = write_folder(base_tables(), tmp_path / "data")
    write_folder(base_tables(), folder / "old")
    folder.joinpath("notes.txt").write_text("sites")
    folder.joinpath("dataset.toml").write_text("")
    folder.joinpath("copy.csv").mkdir()
    folder.joinpath("rooster.csv").write_text("a,b")
    assert places(read_tables(folder)) == [("file_ignored", None, None, None)]


@pytest.mark.parametrize("form", FORMS)
def test_name_like_a_table_is_warned_of(form, tmp_path):
    tables = base_tables()
    tables["preference"] = tables.pop("preferences")
    outcome = read_tables(write_as(form, tables, tmp_path))
    assert ("table_misspelt", None, None, None) in places(outcome)
    assert len(outcome.dataset.preferences) == 0


@pytest.mark.parametrize("form", FORMS)
def test_history_is_ignored_but_never_with_a_register_number(form, tmp_path):
    tables = base_tables() | {"history": [["wie", "goed"], ["L9", "ja"]]}
    outcome = read_tables(write_as(form, tables, tmp_path))
    assert places(outcome) == [("table_ignored", None, None, None)]
    tables["history"].append(["93.05.18-223.61", "ja"])
    outcome = read_tables(write_as(form, tables, tmp_path))
    assert ("register_number", "history", 2, "wie") in places(outcome)
    assert "223.61" not in str(outcome.findings)


def test_zip_may_hold_one_top_folder_and_strange_company(tmp_path):
    path = write_zip(base_tables(), tmp_path / "data.zip", top="regio/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("regio/old/sites.csv", "x")
        archive.writestr("__MACOSX/regio/._sites.csv", b"\0\0")
        archive.writestr("readme.txt", "x")
    assert read_tables(path).findings == ()


def test_workbook_cells_keep_their_kind(tmp_path):
    tables = base_tables()
    clean = read_dataset(write_zip(tables, tmp_path / "clean.zip"))
    for name, (header, *rows) in tables.items():
        tables[name] = [header, *([_native(cell) for cell in row] for row in rows)]
    tables["sites"][1][3] = 9000.0
    tables["sites"][1][11] = dt.time(7, 30)
    tables["learners"][1][6] = dt.datetime(2009, 3, 1)  # noqa: DTZ001 - as Excel has it
    dataset = read_dataset(write_workbook(tables, tmp_path / "native.xlsx"))
    assert dataset.sites.postcode[0] == "9000"
    assert_same(dataset, clean)


def _native(cell):
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        pass
    if cell in ("true", "false"):
        return cell == "true"
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def test_formulas_and_excel_errors_are_found(tmp_path):
    path = write_workbook(base_tables(), tmp_path / "data.xlsx")
    book = openpyxl.load_workbook(path)
    book["sites"]["G2"] = "=1+1"
    book["scores"]["C2"] = "#REF!"
    book["travel"]["A1"] = "=A2"
    book.save(path)
    found = places(read_tables(path))
    assert ("formula_cell", "sites", 1, "capacity") in found
    assert ("excel_error", "scores", 1, "success") in found
    assert ("column_unknown", "travel", None, "=A2") in found
    assert not [place for place in found if place[0] == "blank"]


def test_text_that_looks_like_a_formula_is_text(tmp_path):
    tables = base_tables()
    tables["sites"][1][2] = "=1+1"
    for form in FORMS:
        dataset = read_dataset(write_as(form, tables, tmp_path))
        assert dataset.sites.name[0] == "=1+1"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=4), "too_many_columns"),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_tables_past_a_limit_are_found(limits, code, form, tmp_path):
    outcome = read_tables(write_as(form, base_tables(), tmp_path), limits=limits)
    assert (code, "sites") in [(each.code, each.table) for each in outcome.findings]
    assert outcome.dataset is None


def test_file_past_the_limit_is_not_read(tmp_path):
    folder = write_folder(base_tables(), tmp_path / "data")
    found = read_tables(folder, limits=Limits(table_bytes=100)).findings
    assert {each.code for each in found} == {"table_too_large"}


def test_path_that_holds_no_dataset_is_found(tmp_path):
    text = tmp_path / "sites.csv"
    text.write_bytes(csv_bytes(base_tables()["sites"]))
    assert places(read_tables(text)) == [("path_unsupported", None, None, None)]
    for path in (tmp_path / "nowhere", Path("a\0b")):
        assert [e.code for e in read_tables(path).findings] in (
            ["path_missing"],
            ["file_unreadable"],
        )
