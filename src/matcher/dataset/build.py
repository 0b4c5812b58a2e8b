"""Typed columns become the frozen tables that every room reads."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.typed import TypedColumn, TypedTable, typed_values

_DAYS_PER_WEEK = 7


def build_dataset(tables: Mapping[str, TypedTable], sha256: str) -> Dataset:
    """Return the dataset of tables in which no error was found."""
    classes = get_type_hints(Dataset)
    built: dict[str, Any] = {
        name: classes[name](
            **{column: typed.array() for column, typed in table.columns.items()}
        )
        for name, table in tables.items()
    }
    return Dataset(**built, sha256=sha256)


def ordered_periods(table: TypedTable) -> TypedTable:
    """Return the periods by start, then id, blank weeks derived from the dates."""
    starts = table.columns["start"].array()
    days = (table.columns["end"].array() - starts).astype(np.int64) + 1
    weeks = table.columns["weeks"].array()
    weeks = np.where(np.isnan(weeks), days // _DAYS_PER_WEEK, weeks)
    derived = typed_values(table.columns["weeks"].schema, tuple(map(float, weeks)))
    order = np.lexsort((table.columns["period_id"].array().astype(str), starts))
    columns = {**table.columns, "weeks": derived}
    return dataclasses.replace(
        table,
        rows=table.rows[order],
        columns={name: _taken(column, order) for name, column in columns.items()},
    )


def _taken(column: TypedColumn, order: np.ndarray[Any, Any]) -> TypedColumn:
    return dataclasses.replace(column, codes=column.codes[order])
