"""Windows in which nothing fits, and periods that overlap."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.findings import FindingList
from matcher.dataset.typed import TypedTable

_DATE_WINDOWS = (
    ("periods", "start", "end"),
    ("recognitions", "valid_from", "valid_to"),
    ("mentors", "available_from", "available_to"),
)
_PERIOD_WINDOWS = (
    ("competences", "window_from", "window_to"),
    ("offers", "period_from", "period_to"),
)
_DAYS_PER_WEEK = 7


def check_windows(tables: Mapping[str, TypedTable], findings: FindingList) -> None:
    """Report windows that end before they start; a blank side is open."""
    for name, first, last in _DATE_WINDOWS:
        table = tables[name]
        starts = table.columns[first].array()
        ends = table.columns[last].array()
        _report(table, (first, last), np.flatnonzero(starts > ends), findings)
    for name, first, last in _PERIOD_WINDOWS:
        table = tables[name]
        starts = _period_starts(table, first, tables["periods"])
        ends = _period_starts(table, last, tables["periods"])
        _report(table, (first, last), np.flatnonzero(starts > ends), findings)


def check_periods(table: TypedTable, findings: FindingList) -> None:
    """Report periods that overlap, those of too many weeks, and a table of none."""
    if table.is_complete and not len(table.rows):
        findings.add("no_periods", table="periods")
    starts = table.columns["start"].array()
    ends = table.columns["end"].array()
    by_start = np.argsort(starts, kind="stable").tolist()
    order = [position for position in by_start if starts[position] <= ends[position]]
    latest: int | None = None
    for position in order:
        if latest is not None and starts[position] <= ends[latest]:
            findings.add(
                "period_overlap",
                table="periods",
                row=int(table.rows[position]),
                column="start",
                value=str(starts[position]),
                other=table.text("period_id", latest),
                expected=str(ends[latest]),
            )
        if latest is None or ends[position] > ends[latest]:
            latest = position
    days = (ends - starts).astype(np.float64) + 1
    weeks = table.columns["weeks"].array()
    for position in np.flatnonzero(weeks > np.ceil(days / _DAYS_PER_WEEK)).tolist():
        if np.isnat(starts[position]) or np.isnat(ends[position]) or days[position] < 1:
            continue
        findings.add(
            "weeks_exceed_dates",
            table="periods",
            row=int(table.rows[position]),
            column="weeks",
            value=table.text("weeks", position),
            expected=f"{days[position] / _DAYS_PER_WEEK:.1f}",
        )


def _period_starts(
    table: TypedTable, column: str, periods: TypedTable
) -> NDArray[np.datetime64]:
    """Return per row the first day of the period named; NaT where unknown."""
    ids = periods.text_array("period_id")
    starts = periods.columns["start"].array()
    start_of = dict(zip(ids[::-1], starts[::-1], strict=True))  # of two the first
    typed = table.columns[column]
    unknown = np.datetime64("NaT", "D")
    of_text = [start_of.get(text, unknown) for text in typed.texts]
    return np.array([*of_text, unknown], dtype="datetime64[D]")[typed.codes]


def _report(
    table: TypedTable,
    window: tuple[str, str],
    positions: NDArray[np.int64],
    findings: FindingList,
) -> None:
    first, last = window
    name = table.schema.name
    for position in findings.room_for("empty_window", name, last, positions):
        findings.add(
            "empty_window",
            table=name,
            row=int(table.rows[position]),
            column=last,
            value=table.text(last, position),
            other=first,
            expected=table.text(first, position),
        )
