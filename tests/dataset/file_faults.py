"""Faults of whole files: per code how to make a source that has it."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from matcher.dataset import Limits
from matcher.dataset.limits import DEFAULT_LIMITS
from tests.dataset.base_tables import (
    base_tables,
    write_folder,
    write_workbook,
    write_zip,
)

SCORES = b"learner_id,site_id,success\n"


@dataclass(frozen=True, slots=True)
class FileFault:
    """`make` writes a source into a folder and returns its path."""

    code: str
    make: Callable[[Path], Path]
    limits: Limits = DEFAULT_LIMITS


def _scores(content):
    def make(folder):
        data = write_folder(base_tables(), folder / "data")
        data.joinpath("scores.csv").write_bytes(content)
        return data

    return make


def _file(name, content):
    def make(folder):
        folder.joinpath(name).write_bytes(content)
        return folder / name

    return make


def _renamed(table, name):
    def make(folder):
        tables = base_tables()
        tables[name] = tables[table]
        return write_folder(tables, folder / "data")

    return make


def _cell(sheet, cell, value):
    def make(folder):
        path = write_workbook(base_tables(), folder / "data.xlsx")
        book = openpyxl.load_workbook(path)
        book[sheet][cell] = value
        book.save(path)
        return path

    return make


def _locked(folder):
    path = write_zip(base_tables(), folder / "data.zip")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def _twice(folder):
    path = write_zip(base_tables(), folder / "data.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("SITES.csv", b"site_id")
    return path


def _zip(folder):
    return write_zip(base_tables(), folder / "data.zip")


def _without_periods(folder):
    tables = base_tables()
    del tables["periods"][1:]
    return write_folder(tables, folder / "data")


FILE_FAULTS = (
    FileFault("path_missing", lambda folder: folder / "nergens"),
    FileFault("path_unsupported", _file("data.txt", b"periods")),
    FileFault("file_unreadable", _file("data.zip", b"PK\x03\x04")),
    FileFault("file_encrypted", _locked),
    FileFault("file_encrypted", _file("data.xls", b"\xd0\xcf\x11\xe0" + bytes(99))),
    FileFault("file_ignored", _renamed("sites", "rooster")),
    FileFault("archive_too_large", _zip, Limits(archive_entries=3)),
    FileFault("archive_too_large", _zip, Limits(archive_bytes=100)),
    FileFault("table_too_large", _zip, Limits(table_bytes=100)),
    FileFault("table_duplicate", _twice),
    FileFault("table_misspelt", _renamed("sites", "site")),
    FileFault("table_ignored", _renamed("sites", "history")),
    FileFault("table_empty", _scores(b"\n\n")),
    FileFault("no_periods", _without_periods),
    FileFault("too_many_rows", _zip, Limits(rows=2)),
    FileFault("too_many_columns", _zip, Limits(columns=4)),
    FileFault("csv_quote", _scores(SCORES + b'"L1,W1,0.5\n')),
    FileFault("encoding_cp1252", _scores(SCORES + b"L1,W1,0.5\n\xe9,W1,0.5\n")),
    FileFault("encoding_unknown", _scores(SCORES + b"\x81\x8d\n")),
    FileFault("nul_byte", _scores(SCORES + b"L1,\0,0.5\n")),
    FileFault("cell_too_long", _scores(SCORES + b"L1,W1," + b"5" * 200_000)),
    FileFault("formula_cell", _cell("sites", "G2", "=1+1")),
    FileFault("excel_error", _cell("sites", "G2", "#REF!")),
    FileFault("more", _scores(SCORES + b"L9,W1,0.5\n" * 501)),
)
