"""The files of a run folder as rows; whatever is not of the form is a violation."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from matcher.checker.verdict import Violation
from matcher.errors import RunError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "assignments.csv": ("learner_id", "period_id", "site_id", "mentor_id"),
    "seats.csv": ("learner_id", "course_id", "competence_id", "period_id"),
    "coverage.csv": (
        "learner_id",
        "competence_id",
        "covered_by",
        "site_id",
        "period_id",
    ),
    "qualifications.csv": ("learner_id", "qualification", "earned", "open"),
    "unplaced.csv": ("learner_id", "period_id", "reason", "detail"),
    "success.csv": ("learner_id", "site_id", "success"),
}
"""Columns of each file; more columns may be added and are not read."""

_Line = TypeVar("_Line")

OPTIONAL = "success.csv"
"""Only there when a success model was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentLine:
    """A row of assignments.csv."""

    learner_id: str
    period_id: str
    site_id: str
    mentor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """A row of seats.csv."""

    learner_id: str
    course_id: str
    competence_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """A row of coverage.csv."""

    learner_id: str
    competence_id: str
    covered_by: str
    site_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationLine:
    """A row of qualifications.csv, cells as they stand there."""

    learner_id: str
    qualification: str
    earned: str
    open: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedLine:
    """A row of unplaced.csv."""

    learner_id: str
    period_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessLine:
    """A row of success.csv, cells as they stand there."""

    learner_id: str
    site_id: str
    success: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """What a run folder holds.

    Attributes
    ----------
    assignments, seats, coverage, qualifications, unplaced, success
        Rows; None where the file is missing or cannot be read.
    has_success_file
        Whether success.csv is there at all.
    summary
        The content of summary.json; None where it cannot be read.
    faults
        Every file that is missing or not of the documented form.
    """

    assignments: Sequence[AssignmentLine] | None
    seats: Sequence[SeatLine] | None
    coverage: Sequence[CoverageLine] | None
    qualifications: Sequence[QualificationLine] | None
    unplaced: Sequence[UnplacedLine] | None
    success: Sequence[SuccessLine] | None
    has_success_file: bool
    summary: Mapping[str, Any] | None
    faults: tuple[Violation, ...]


def read_run_files(run_dir: Path) -> RunFiles:
    """Every file of the folder that the judge needs.

    Raises
    ------
    RunError
        There is no such folder, or nobody may open it.
    """
    try:
        has_success_file = OPTIONAL in {path.name for path in run_dir.iterdir()}
    except OSError as error:
        raise RunError(
            f'The run folder "{run_dir}" cannot be opened: {error.strerror}. '
            "Name the folder that `matcher solve --out` wrote.",
            f'De map "{run_dir}" kan niet open: {error.strerror}. '
            "Noem de map die `matcher solve --out` schreef.",
        ) from error
    faults: list[Violation] = []
    rows = {
        name: _read_rows(run_dir / name, faults)
        for name in COLUMNS
        if name != OPTIONAL or has_success_file
    }
    return RunFiles(
        assignments=_lines(rows["assignments.csv"], AssignmentLine),
        seats=_lines(rows["seats.csv"], SeatLine),
        coverage=_lines(rows["coverage.csv"], CoverageLine),
        qualifications=_lines(rows["qualifications.csv"], QualificationLine),
        unplaced=_lines(rows["unplaced.csv"], UnplacedLine),
        success=_lines(rows.get(OPTIONAL), SuccessLine),
        has_success_file=has_success_file,
        summary=_read_summary(run_dir / "summary.json", faults),
        faults=tuple(faults),
    )


def _lines(
    rows: Sequence[Mapping[str, str]] | None, line: type[_Line]
) -> tuple[_Line, ...] | None:
    return None if rows is None else tuple(line(**row) for row in rows)


def _read_rows(
    path: Path, faults: list[Violation]
) -> Sequence[Mapping[str, str]] | None:
    """Rows with the documented columns only; None where the form is broken."""
    columns = COLUMNS[path.name]
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return tuple(_rows(csv.reader(stream, strict=True), columns))
    except FileNotFoundError:
        faults.append(file_fault(path.name, "no such file", "the file"))
    except (OSError, ValueError, csv.Error) as error:
        faults.append(file_fault(path.name, str(error), "a CSV file in UTF-8"))
    return None


def _rows(
    lines: Iterator[list[str]], columns: Sequence[str]
) -> Iterator[Mapping[str, str]]:
    """Cells by column name; a ValueError says where the form is broken."""
    header = next(lines, [])
    missing = [column for column in columns if header.count(column) != 1]
    if missing:
        raise ValueError(f"header without one column {', '.join(missing)}")
    positions = [(column, header.index(column)) for column in columns]
    for number, cells in enumerate(lines, start=1):
        if len(cells) != len(header):
            raise ValueError(f"row {number} has {len(cells)} of {len(header)} cells")
        yield {column: cells[position] for column, position in positions}


def _read_summary(path: Path, faults: list[Violation]) -> Mapping[str, Any] | None:
    """The object in the file; a key that stands there twice is refused."""
    expected = "one JSON object in UTF-8"
    try:
        text = path.read_text(encoding="utf-8-sig")
        summary = json.loads(text, object_pairs_hook=_without_doubles)
        # Half a character cannot be shown, and would break whoever prints it.
        json.dumps(summary, ensure_ascii=False).encode("utf-8")
    except FileNotFoundError:
        faults.append(file_fault(path.name, "no such file", "the file"))
        return None
    except (OSError, ValueError, RecursionError) as error:
        faults.append(file_fault(path.name, str(error), expected))
        return None
    if not isinstance(summary, dict):
        faults.append(file_fault(path.name, type(summary).__name__, expected))
        return None
    return summary


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands there twice")
    return mapping


def file_fault(name: str, found: str, expected: str) -> Violation:
    """A file that is missing or not of the documented form."""
    return Violation(
        code="FILE",
        place=name,
        found=found,
        expected=expected,
        message_nl=f"{name} kan niet gelezen worden: {found}.",
        message_en=f"{name} cannot be read: {found}.",
    )
