"""A dataset as a folder of CSV files, which reading gives back as it was."""

import csv
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
        columns = [_cells(getattr(rows, name)) for name in names]
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(zip(*columns, strict=True))


def _cells(column: "np.ndarray[Any, Any]") -> list[str]:
    return [_cell(value) for value in column]


def _cell(value: object) -> str:
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
