"""Past agreements with their outcome: what `matcher train` learns from.

The table `history` is no part of a dataset, so that no plan ever carries it along.
It is read from a CSV file of its own, or from a folder, zip or workbook that holds
it beside other tables.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.dataset.checks.header import check_header
from matcher.dataset.checks.keys import check_keys
from matcher.dataset.checks.texts import check_texts
from matcher.dataset.digest import content_digest
from matcher.dataset.finding import DatasetError, Finding
from matcher.dataset.findings import FindingList
from matcher.dataset.forbidden import is_forbidden_input
from matcher.dataset.limits import DEFAULT_LIMITS, Limits
from matcher.dataset.raw import RawTable
from matcher.dataset.schema import history_schema
from matcher.dataset.sources.csv_text import csv_table
from matcher.dataset.sources.source import source_tables
from matcher.dataset.tables import Bools, Dates, Floats, Texts
from matcher.dataset.typed import TypedTable, typed_table

_NAME = "history"
_ARCHIVES = (".zip", ".xlsx", ".xls", ".xlsm")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Past agreements; rows in the order of the input.

    A blank number is NaN and a blank text "": unknown. `end` is NaT, and
    `end_reason` "", where the agreement was still running on `observed_until`.
    """

    placement_id: Texts
    start: Dates
    planned_end: Dates
    observed_until: Dates
    end: Dates
    end_reason: Texts
    sector: Texts
    travel_minutes: Floats
    support_unmet: Floats
    learners_per_mentor: Floats
    mentor_years: Floats
    coverage: Floats
    places: Floats
    school_id: Texts
    enterprise_id: Texts
    audit_group: Texts
    sha256: str

    def __len__(self) -> int:
        return len(self.placement_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOutcome:
    """What reading gave; `history` is None when a finding is an error."""

    history: History | None
    findings: tuple[Finding, ...]


def read_history(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> History:
    """Return the history at `path`.

    Raises
    ------
    DatasetError
        When anything found is an error; it holds all findings.
    """
    outcome = read_history_table(path, limits=limits)
    if outcome.history is None:
        raise DatasetError(outcome.findings)
    return outcome.history


def read_history_table(
    path: Path, *, limits: Limits = DEFAULT_LIMITS
) -> HistoryOutcome:
    """Return the history and all findings on it; never raises over bad data."""
    findings = FindingList()
    raw = _raw_history(Path(path), limits, findings)
    if raw is None:
        return HistoryOutcome(history=None, findings=_own(findings))
    check_texts(raw, limits, findings)
    _check_forbidden(raw, findings)
    check_header(raw, history_schema(), findings)
    table = typed_table(raw, history_schema(), findings)
    check_keys(table, findings)
    _check_dates(table, findings)
    _check_reasons(table, findings)
    if not len(table.rows) and not findings.num_errors:
        findings.add("table_empty", table=_NAME)
    found = _own(findings)
    is_sound = not any(each.severity == "error" for each in found)
    return HistoryOutcome(history=_history(table) if is_sound else None, findings=found)


def _history(table: TypedTable) -> History:
    columns = {name: column.array() for name, column in table.columns.items()}
    return History(**columns, sha256=content_digest({_NAME: table}))


def _raw_history(path: Path, limits: Limits, findings: FindingList) -> RawTable | None:
    if path.is_file() and path.suffix.casefold() not in _ARCHIVES:
        try:
            with path.open("rb") as file:
                content = file.read(limits.table_bytes + 1)
        except OSError as error:
            findings.add("file_unreadable", table=_NAME, other=error.strerror or "")
            return None
        if len(content) > limits.table_bytes:
            findings.add(
                "table_too_large", table=_NAME, expected=str(limits.table_bytes)
            )
            return None
        return csv_table(_NAME, content, limits, findings)
    tables = source_tables(path, limits, findings)
    if tables is not None and _NAME not in tables:
        findings.add("table_missing", table=_NAME, value=_NAME)
    return None if tables is None else tables.get(_NAME)


def _own(findings: FindingList) -> tuple[Finding, ...]:
    """Leave out what is said of other tables, and that a forbidden one is unknown."""
    return tuple(
        found
        for found in findings.sorted()
        if found.table == _NAME or (found.table is None and found.severity == "error")
        if found.code != "column_unknown" or not is_forbidden_input(found.column or "")
    )


def _check_forbidden(raw: RawTable, findings: FindingList) -> None:
    known = {column.name for column in history_schema().columns}
    for name in raw.header:
        if name not in known and is_forbidden_input(name):
            findings.add("history_forbidden", table=_NAME, column=name, value=name)


def _check_dates(table: TypedTable, findings: FindingList) -> None:
    """Report dates out of order; a blank date (NaT) compares false, so is fine."""
    dates = {
        name: table.columns[name].array()
        for name in ("start", "planned_end", "observed_until", "end")
    }
    faults = (
        ("planned_end", "start", dates["planned_end"] <= dates["start"]),
        ("observed_until", "start", dates["observed_until"] < dates["start"]),
        ("end", "start", dates["end"] < dates["start"]),
        ("end", "observed_until", dates["end"] > dates["observed_until"]),
    )
    for column, other, is_wrong in faults:
        _report(table, "history_order", (column, other), is_wrong, findings)


def _check_reasons(table: TypedTable, findings: FindingList) -> None:
    has_end = ~np.isnat(table.columns["end"].array())
    has_reason = table.text_array("end_reason") != ""
    is_wrong = (has_end != has_reason) & table.is_sound("end")
    is_wrong &= table.is_sound("end_reason")
    _report(table, "history_reason", ("end_reason", "end"), is_wrong, findings)


def _report(
    table: TypedTable,
    code: str,
    columns: tuple[str, str],
    is_wrong: Bools,
    findings: FindingList,
) -> None:
    column, other = columns
    for position in findings.room_for(code, _NAME, column, np.flatnonzero(is_wrong)):
        findings.add(
            code,
            table=_NAME,
            row=int(table.rows[position]),
            column=column,
            value=table.text(column, position),
            other=other,
            expected=table.text(other, position),
        )
