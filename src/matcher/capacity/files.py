"""The folder of `matcher capacity`: tables and JSON, each written whole."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError
from matcher.report.run_files import write_text

MARK = "capacity.json"
"""The file that tells a folder of this command from any other."""


class CapacityFolderError(MatcherError):
    """The folder for the report holds something else."""


def check_folder(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier report.

    Raises
    ------
    CapacityFolderError
        It is a file, or a folder with files but no `capacity.json`.
    """
    if out.is_file():
        raise CapacityFolderError(
            f'"{out}" is a file. Expected a folder to write the report into.',
            f'"{out}" is een bestand. Verwacht: een map voor het verslag.',
        )
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise CapacityFolderError(
            f'Folder "{out}" holds something else than a capacity report. Expected a '
            "new folder, an empty one, or an earlier report. Give another --out.",
            f'In de map "{out}" staat iets anders dan een verslag over de capaciteit. '
            "Verwacht: een nieuwe map, een lege, of een vroeger verslag. Geef een "
            "andere --out.",
        )


def write_json(path: Path, content: object) -> None:
    """Write JSON with an indent of two and a last line end."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    write_text(path, text + "\n")


def write_table(path: Path, shape: type, rows: Sequence[Any]) -> None:
    """Write dataclass rows as CSV; columns are the fields of `shape`.

    Infinite numbers (no limit) and those that nobody knows are blank.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in fields(shape)]
    writer.writerow(names)
    writer.writerows([[_cell(getattr(row, name)) for name in names] for row in rows])
    write_text(path, text.getvalue())


def row_json(row: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any dataclass
    """Fields of a row; what is infinite or unknown is null."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return list(value) if isinstance(value, tuple) else value


def _cell(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0") if math.isfinite(value) else ""
        case tuple():
            return "|".join(map(str, value))
        case None:
            return ""
        case _:
            return str(value)
