"""A training plan to a file, by the ending of its name; and what was reached, back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from matcher.dataset.finding import Language
from matcher.errors import MatcherError
from matcher.training_plan.calendar_file import calendar_file
from matcher.training_plan.planned import Reached, TrainingPlan
from matcher.training_plan.section import COMPETENCE_COLUMNS
from matcher.training_plan.web_page import web_page
from matcher.training_plan.word_document import word_document
from matcher.training_plan.workbook import COMPETENCE_SHEET, workbook

SCHEMA_VERSION = 1
_YES = ("ja", "yes", "x", "1", "true", "waar")


class TrainingPlanFileError(MatcherError):
    """A file is not of a kind that is written, or no training plan."""


def plan_json(plan: TrainingPlan, _language: Language = "nl") -> str:
    """The plan as JSON: facts and codes, days as ISO."""
    content = {"schema_version": SCHEMA_VERSION, **asdict(plan)}
    return json.dumps(content, ensure_ascii=False, indent=2, default=_day) + "\n"


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    message = f"Expected a day, got {value!r}."
    raise TypeError(message)


_WRITERS: Mapping[str, Callable[[TrainingPlan, Language], str | bytes]] = {
    ".xlsx": workbook,
    ".docx": word_document,
    ".html": web_page,
    ".json": plan_json,
    ".ics": calendar_file,
}


def check_ending(path: Path) -> None:
    """Refuse a file of another kind.

    Raises
    ------
    TrainingPlanFileError
        The ending is none that is written.
    """
    if path.suffix.casefold() not in _WRITERS:
        endings = ", ".join(_WRITERS)
        raise TrainingPlanFileError(
            f'File "{path}": found the ending "{path.suffix}". Expected one of '
            f"{endings}.",
            f'Bestand "{path}": het eindigt op "{path.suffix}". Verwacht: een van '
            f"{endings}.",
        )


def write_training_plan(plan: TrainingPlan, path: Path, language: Language) -> None:
    """Write the plan; the same plan gives the same file, but for .xlsx its time.

    Raises
    ------
    TrainingPlanFileError
        The ending is none that is written.
    """
    check_ending(path)
    content = _WRITERS[path.suffix.casefold()](plan, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.write_bytes(data)


def read_reached(path: Path) -> Reached:
    """What an earlier plan says was reached, and when the rest was planned.

    Reads the .xlsx, in which somebody wrote "ja" beside competences, or the .json.

    Raises
    ------
    TrainingPlanFileError
        It is no training plan.
    """
    rows = _json_rows(path) if path.suffix.casefold() == ".json" else _sheet_rows(path)
    return Reached(
        reached=frozenset(unit for unit, _, is_reached in rows if is_reached),
        period_of={unit: period for unit, period, _ in rows if period},
    )


def competence_rows(path: Path) -> list[dict[str, str]]:
    """The table of competences of a workbook, by the names of `COMPETENCE_COLUMNS`.

    Raises
    ------
    TrainingPlanFileError
        It is no training plan.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book[COMPETENCE_SHEET]
        found = [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(min_row=2, values_only=True)
        ]
        book.close()
    except (OSError, KeyError, BadZipFile, InvalidFileException) as error:
        raise _no_plan(path) from error
    width = len(COMPETENCE_COLUMNS)
    if any(len(row) < width for row in found):
        raise _no_plan(path)
    return [
        dict(zip(COMPETENCE_COLUMNS, row[:width], strict=True))
        for row in found
        if any(row)
    ]


def _sheet_rows(path: Path) -> list[tuple[str, str, bool]]:
    return [
        (
            row["competence"].strip(),
            row["period"].strip(),
            row["reached"].strip().casefold() in _YES,
        )
        for row in competence_rows(path)
    ]


def _json_rows(path: Path) -> list[tuple[str, str, bool]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [
            (row["competence_id"], row["period_id"], row["place"] == "acquired")
            for row in content["competences"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_plan(path) from error


def _no_plan(path: Path) -> TrainingPlanFileError:
    return TrainingPlanFileError(
        f'File "{path}" is no training plan. Expected an .xlsx or .json that '
        "`matcher training-plan` wrote.",
        f'Bestand "{path}" is geen opleidingsplan. Verwacht: een .xlsx of .json die '
        "`matcher training-plan` schreef.",
    )
