"""A dataset as a folder of CSV files, which reading gives back as it was."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.schema import schema


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write every table that is required or has rows into `folder`, made if absent.

    What was read from the folder has the same digest as the dataset, but where a
    table was replaced since.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table in schema().values():
        rows: Any = getattr(dataset, table.name, None)
        if rows is None or not (table.is_required or len(rows)):
            continue
        names = [column.name for column in table.columns]
        columns = [cell_texts(getattr(rows, name)) for name in names]
        write_rows(folder / f"{table.name}.csv", names, zip(*columns, strict=True))


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write one table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def cell_texts(column: "np.ndarray[Any, Any]") -> list[str]:
    """Cells of a column as they are written; blank is ""."""
    return [cell_text(value) for value in column]


def cell_text(value: object) -> str:
    """One cell as it is written; blank is ""."""
    match value:
        case tuple():
            return "|".join(value)
        case bool() | np.bool_():
            return "true" if value else "false"
        case np.datetime64():
            return "" if np.isnat(value) else str(value)
        case float():
            return "" if np.isnan(value) else repr(float(value)).removesuffix(".0")
        case _:
            return str(value)
