"""The files of a run folder: written whole, read back checked (section 8)."""

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, get_args, get_origin
from typing import get_type_hints as type_hints

from matcher.errors import InternalError, RunError
from matcher.problem.run_record import (
    COMPONENTS,
    Assignment,
    CoverageRow,
    QualificationRow,
    RunRecord,
    Seat,
    Summary,
    UnplacedRow,
)

SUMMARY_FILE = "summary.json"
SUCCESS_FILE = "success.csv"
LIST_SEPARATOR = "|"
_NOT_PROMISED = ("engine", "stop_reason")
"""Keys of summary.json that the contract does not name."""


class _IsDataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


_Row = TypeVar("_Row", bound=_IsDataclass)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessRow:
    """The chance of success that a run used for an assigned pair.

    Attributes
    ----------
    success
        The shortest text that reads back as the same number.
    """

    learner_id: str
    site_id: str
    success: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """What the files of a run folder hold, rows in the order of the files.

    Attributes
    ----------
    success
        None where the run used no success model.
    """

    assignments: tuple[Assignment, ...]
    seats: tuple[Seat, ...]
    coverage: tuple[CoverageRow, ...]
    qualifications: tuple[QualificationRow, ...]
    unplaced: tuple[UnplacedRow, ...]
    success: tuple[SuccessRow, ...] | None = None
    summary: Summary


def write_run_files(
    record: RunRecord, folder: Path, success: tuple[SuccessRow, ...] | None = None
) -> None:
    """Write the tables and summary.json into `folder`, made where absent.

    Without `success` there is no success.csv, also where an older run left one.
    Every file appears whole or not at all. An older summary.json goes first and
    the new one comes last: a folder that holds one holds all of one run.

    Raises
    ------
    InternalError
        When a number of the summary is not finite.
    """
    summary = _summary_text(record.summary)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMMARY_FILE).unlink(missing_ok=True)
    write_text(folder / "assignments.csv", _csv_text(Assignment, record.assignments))
    write_text(folder / "seats.csv", _csv_text(Seat, record.seats))
    write_text(folder / "coverage.csv", _csv_text(CoverageRow, record.coverage))
    write_text(
        folder / "qualifications.csv",
        _csv_text(QualificationRow, record.qualifications),
    )
    write_text(folder / "unplaced.csv", _csv_text(UnplacedRow, record.unplaced))
    if success is None:
        (folder / SUCCESS_FILE).unlink(missing_ok=True)
    else:
        write_text(folder / SUCCESS_FILE, _csv_text(SuccessRow, success))
    write_text(folder / SUMMARY_FILE, summary)


def read_run_files(folder: Path) -> RunFiles:
    """Files of a run folder.

    Further columns and keys are ignored, for files of other programs may hold
    more; `engine` and `stop_reason` may be absent and are "" then.

    Raises
    ------
    RunError
        A file is absent or cannot be read; the message names file, row, column,
        what was found and what is expected.
    """
    return RunFiles(
        assignments=_rows(Assignment, folder / "assignments.csv"),
        seats=_rows(Seat, folder / "seats.csv"),
        coverage=_rows(CoverageRow, folder / "coverage.csv"),
        qualifications=_rows(QualificationRow, folder / "qualifications.csv"),
        unplaced=_rows(UnplacedRow, folder / "unplaced.csv"),
        success=_rows(SuccessRow, folder / SUCCESS_FILE)
        if (folder / SUCCESS_FILE).exists()
        else None,
        summary=_summary(folder / SUMMARY_FILE),
    )


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF so that `path` never holds half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _csv_text(shape: type[_Row], rows: Iterable[_Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in fields(shape)]
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return text.getvalue()


def _cell(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return LIST_SEPARATOR.join(value) if isinstance(value, tuple) else value


def _rows(shape: type[_Row], path: Path) -> tuple[_Row, ...]:
    hints = type_hints(shape)
    try:
        reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
        header = next(reader, [])
        if missing := [name for name in hints if name not in header]:
            raise RunError(
                f'{path.name}: column "{missing[0]}" is missing.',
                f'{path.name}: kolom "{missing[0]}" ontbreekt.',
            )
        at = {name: header.index(name) for name in hints}
        rows = []
        for number, cells in enumerate(reader, start=1):
            if len(cells) != len(header):
                raise RunError(
                    f"{path.name}, row {number}: found {len(cells)} cells, expected "
                    f"{len(header)} as in the header.",
                    f"{path.name}, rij {number}: {len(cells)} cellen gevonden, "
                    f"{len(header)} verwacht zoals in de hoofding.",
                )
            where = f"{path.name}, row {number}, column "
            values = {
                name: _value(cells[at[name]], hint, where + name)
                for name, hint in hints.items()
            }
            rows.append(shape(**values))
    except csv.Error as error:
        raise RunError(
            f"{path.name} cannot be read as CSV: {error}.",
            f"{path.name} is niet te lezen als CSV: {error}.",
        ) from error
    return tuple(rows)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(
            f'Run folder "{path.parent}": {path.name} cannot be read ({error}). '
            "Give the folder that a run wrote.",
            f'Map "{path.parent}": {path.name} is niet te lezen ({error}). '
            "Geef de map die een run schreef.",
        ) from error


def _value(cell: str, hint: object, where: str) -> str | bool | tuple[str, ...]:
    if hint is bool:
        return _one_of(cell, ("true", "false"), where) == "true"
    if get_origin(hint) is Literal:
        return _one_of(cell, get_args(hint), where)
    if get_origin(hint) is tuple:
        return tuple(cell.split(LIST_SEPARATOR)) if cell else ()
    return cell


def _one_of(cell: str, allowed: tuple[str, ...], where: str) -> str:
    if cell not in allowed:
        raise RunError(
            f'{where}: found "{cell}". Expected one of {", ".join(allowed)}.',
            f'{where}: "{cell}" gevonden. Verwacht: een van {", ".join(allowed)}.',
        )
    return cell


def _summary_text(summary: Summary) -> str:
    content = {field.name: getattr(summary, field.name) for field in fields(Summary)}
    content["components"] = {term: summary.components[term] for term in COMPONENTS}
    content["versions"] = dict(sorted(summary.versions.items()))
    try:
        text = json.dumps(
            content, indent=2, ensure_ascii=False, allow_nan=False, default=dict
        )
    except ValueError as error:
        message = f"A number of the summary is not finite: {error}."
        raise InternalError(message) from error
    return text + "\n"


def _summary(path: Path) -> Summary:
    try:
        content = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise RunError(
            f"{path.name} cannot be read as JSON: {error}.",
            f"{path.name} is niet te lezen als JSON: {error}.",
        ) from error
    if not isinstance(content, dict):
        raise RunError(
            f"{path.name}: found no JSON object. Expected the keys of a summary.",
            f"{path.name}: geen JSON-object gevonden. Verwacht: de sleutels van een "
            "samenvatting.",
        )
    found = dict.fromkeys(_NOT_PROMISED, "") | content
    values: dict[str, Any] = {
        name: _summary_value(found, name, hint, path.name)
        for name, hint in type_hints(Summary).items()
    }
    return Summary(**values)


def _summary_value(
    found: Mapping[str, Any], name: str, hint: object, file_name: str
) -> object:
    if name not in found:
        raise RunError(
            f'{file_name}: key "{name}" is missing.',
            f'{file_name}: sleutel "{name}" ontbreekt.',
        )
    value = found[name]
    expected, dutch, is_of_kind = _KINDS.get(hint, _STATUS)
    if not is_of_kind(value):
        raise RunError(
            f'{file_name}: key "{name}" holds {value!r}. Expected {expected}.',
            f'{file_name}: bij sleutel "{name}" staat {value!r}. Verwacht: {dutch}.',
        )
    return float(found[name]) if hint is float else value


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and -sys.float_info.max <= value <= sys.float_info.max
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_table_of(is_of_kind: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, dict) and all(map(is_of_kind, value.values()))
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_STATUSES = get_args(type_hints(Summary)["status"])
_STATUS = (
    "one of " + ", ".join(_STATUSES),
    "een van " + ", ".join(_STATUSES),
    _STATUSES.__contains__,
)
_KINDS: Mapping[object, tuple[str, str, Callable[[Any], bool]]] = {
    float: ("a number", "een getal", _is_number),
    int: ("a whole number", "een geheel getal", _is_count),
    str: ("text", "tekst", _is_text),
    Mapping[str, float]: (
        "an object of numbers",
        "een object met getallen",
        _is_table_of(_is_number),
    ),
    Mapping[str, str]: (
        "an object of texts",
        "een object met teksten",
        _is_table_of(_is_text),
    ),
    Mapping[str, Any]: ("an object", "een object", _is_table_of(lambda _: True)),
}
"""What a value should be, in English and Dutch, and whether it is."""
