"""An Excel workbook whose sheets bear the names of the tables."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import (
    RawTable,
    empty_table,
    fitted_records,
    is_blank_record,
    raw_table,
)
from matcher.dataset.sources.archive import (
    ARCHIVE_ERRORS,
    ArchiveTooLargeError,
    Budget,
)
from matcher.dataset.sources.naming import tables_by_name

_MIDNIGHT = dt.time()


def workbook_tables(
    path: Path, archive: zipfile.ZipFile, limits: Limits, findings: FindingList
) -> dict[str, RawTable] | None:
    """Return the tables of a workbook; None where it cannot be opened.

    Dates, numbers and booleans come as Excel holds them; a formula or an Excel
    error is a finding. Rows count from 1 after the header, which is the first
    row that is not blank.
    """
    if not is_harmless(archive, limits, findings):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep
        try:
            return _tables(path, limits, findings)
        except Exception as error:  # noqa: BLE001 - openpyxl lets its parts' errors out
            findings.add("file_unreadable", other=type(error).__name__)
            return None


def cell_text(value: object) -> str:
    """Return the text of a native cell, as a CSV file would hold it.

    Whole numbers lose their decimals, so that ids and postcodes stored as
    numbers keep their look; a date at midnight is a date.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.time):
        return value.isoformat(timespec="minutes")
    return str(value)


def is_harmless(
    archive: zipfile.ZipFile, limits: Limits, findings: FindingList
) -> bool:
    """Return whether a workbook unpacks within the limits; if not, report it.

    Everything is unpacked once and nothing kept: openpyxl knows no limits.
    """
    budget = Budget(limits)
    try:
        for entry in archive.infolist():
            for _ in budget.chunks(archive, entry, limits.archive_bytes):
                pass
    except ArchiveTooLargeError:
        findings.add("archive_too_large", expected=str(limits.archive_bytes))
        return False
    except ARCHIVE_ERRORS as error:
        findings.add("file_unreadable", other=type(error).__name__)
        return False
    return True


def _tables(path: Path, limits: Limits, findings: FindingList) -> dict[str, RawTable]:
    with path.open("rb") as file:  # openpyxl leaves a path open when it fails
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        found = tables_by_name(sheets, findings)
        return {
            table: _Sheet(table, sheets[title], limits, findings).table()
            for table, title in found.items()
        }


class _Sheet:
    """One sheet on its way to a table."""

    def __init__(
        self,
        name: str,
        sheet: ReadOnlyWorksheet,
        limits: Limits,
        findings: FindingList,
    ) -> None:
        self._name = name
        self._sheet = sheet
        self._limits = limits
        self._findings = findings
        self._is_complete = True
        self._header: list[str] = []

    def table(self) -> RawTable:
        """Return the table, incomplete where a limit cut it."""
        records = list(self._records())
        if not self._header:
            if self._is_complete:
                self._findings.add("table_empty", table=self._name)
            return empty_table(self._name, is_complete=False)
        width = len(self._header)
        filled = [[*row, *[""] * (width - len(row))] for row in records]
        return raw_table(
            self._name,
            self._header,
            fitted_records(self._name, filled, width, self._findings),
            is_complete=self._is_complete,
        )

    def _records(self) -> Iterator[list[str]]:
        """Yield the rows under the header, blank ones included."""
        number = num_cells = 0
        self._sheet.reset_dimensions()  # what a file states may be a million rows
        for cells in cast("Worksheet", self._sheet).iter_rows():
            num_cells += max(len(cells), 1)
            if num_cells > self._limits.sheet_cells or number >= self._limits.rows:
                self._stop("too_many_rows", str(number), self._limits.rows)
                return
            if not self._header:
                self._read_header([cell_text(cell.value) for cell in cells])
                if not self._is_complete:
                    return
                continue
            number += 1
            yield self._texts(cells, number)

    def _read_header(self, texts: list[str]) -> None:
        if is_blank_record(texts):
            return
        while not texts[-1].strip():
            texts.pop()
        if len(texts) > self._limits.columns:
            self._stop("too_many_columns", str(len(texts)), self._limits.columns)
            return
        self._header = texts

    def _stop(self, code: str, value: str, limit: int) -> None:
        self._findings.add(code, table=self._name, value=value, expected=str(limit))
        self._is_complete = False

    def _texts(self, cells: Sequence[Any], number: int) -> list[str]:
        texts = [cell_text(cell.value) for cell in cells]
        for position, cell in enumerate(cells):
            if cell.data_type in ("f", "e"):
                is_formula = cell.data_type == "f"
                column = (
                    self._header[position] if position < len(self._header) else None
                )
                self._findings.add(
                    "formula_cell" if is_formula else "excel_error",
                    table=self._name,
                    row=number,
                    column=column,
                    value="=..." if is_formula else texts[position],
                )
                texts[position] = ""
        while len(texts) > len(self._header) and not texts[-1].strip():
            texts.pop()
        return texts
