"""Changes of single cells of a dataset, and the dataset with them applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.cell import Fault, Value, blank_value, canonical, cell_value
from matcher.dataset.dataset import Dataset
from matcher.dataset.schema import ColumnSchema, TableSchema, schema
from matcher.dataset.typed import typed_values
from matcher.errors import MatcherError

Cell = str | float | int | None
"""A cell as JSON has it: lists joined by "|", days as ISO, None for blank."""


class ChangeError(MatcherError):
    """A change does not fit the tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One cell that would hold another value.

    Attributes
    ----------
    key
        Columns and values that name the row; where no row has them, the change
        adds one. Parts that add the same row add it once.
    before, after
        The cell now and then (`from` and `to` of the contract); `before` is None
        for a row that is added.
    """

    table: str
    key: tuple[tuple[str, str], ...]
    column: str
    before: Cell
    after: Cell

    @property
    def row(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What names the row that the part changes."""
        return self.table, self.key


def part(
    dataset: Dataset, table: str, key: Mapping[str, str], column: str, after: Cell
) -> Part:
    """The part that puts a value into a cell, with what stands there now."""
    at = _row_of(dataset, schema()[table], tuple(key.items()))
    before = None if at is None else _cell(getattr(getattr(dataset, table), column)[at])
    return Part(
        table=table,
        key=tuple(key.items()),
        column=column,
        before=before,
        after=after,
    )


def with_parts(dataset: Dataset, parts: Iterable[Part]) -> Dataset:
    """The dataset in which all these cells hold their new value.

    The digest stays that of the dataset: whoever writes it and reads it back gets
    the new one. References are not checked.

    Raises
    ------
    ChangeError
        A value is not of its column's kind, or a row that is added lacks a cell
        that may not be blank.
    """
    by_row: dict[tuple[str, tuple[tuple[str, str], ...]], list[Part]] = {}
    for each in parts:
        by_row.setdefault(each.row, []).append(each)
    for (table, key), own in by_row.items():
        cells = {each.column: each.after for each in own}
        changed: Any = _with_row(dataset, schema()[table], key, cells)
        dataset = replace(dataset, **{table: changed})
    return dataset


def _with_row(
    dataset: Dataset,
    table: TableSchema,
    key: tuple[tuple[str, str], ...],
    cells: Mapping[str, Cell],
) -> object:
    rows: Any = getattr(dataset, table.name)
    at = _row_of(dataset, table, key)
    columns = {}
    for column in table.columns:
        array = getattr(rows, column.name)
        if at is None:
            text = {**dict(key), **cells}.get(column.name)
            array = np.append(array, _array(column, text, is_new=True))
        elif column.name in cells:
            array = array.copy()
            array[at : at + 1] = _array(column, cells[column.name], is_new=False)
        array.setflags(write=False)
        columns[column.name] = array
    changed: object = type(rows)(**columns)
    return changed


def _array(column: ColumnSchema, cell: Cell, *, is_new: bool) -> NDArray[Any]:
    value = blank_value(column) if cell in (None, "") else _value(column, cell)
    if is_new and column.is_required and cell in (None, ""):
        message = f"Column {column.name} is blank. Expected a value in a new row."
        raise ChangeError(message)
    return typed_values(column, (value,)).array()


def _value(column: ColumnSchema, cell: Cell) -> Value:
    text = canonical(cell).removesuffix(".0")
    value = cell_value(text, column)
    if isinstance(value, Fault):
        message = f'Column {column.name}: found "{text}", which it cannot hold.'
        raise ChangeError(message)
    return value


def _row_of(
    dataset: Dataset, table: TableSchema, key: tuple[tuple[str, str], ...]
) -> int | None:
    rows: Any = getattr(dataset, table.name)
    is_it = np.ones(len(rows), dtype=bool)
    for column, wanted in key:
        values = getattr(rows, column)
        if values.dtype.kind == "M":
            day = np.datetime64(wanted or "NaT", "D")
            is_it &= np.isnat(values) if np.isnat(day) else values == day
        else:
            is_it &= values == wanted
    found = np.flatnonzero(is_it)
    return int(found[0]) if len(found) else None


def _cell(value: object) -> Cell:
    match value:
        case tuple():
            return "|".join(value) or None
        case bool() | np.bool_():
            return "true" if value else "false"
        case np.datetime64():
            day: date | None = value.tolist()
            return None if day is None else day.isoformat()
        case float():
            return None if np.isnan(value) else float(value)
        case int() | np.integer():
            return int(value)
        case _:
            return str(value) or None
