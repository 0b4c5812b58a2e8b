"""Text columns become typed columns; every cell that cannot is a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.cell import (
    Fault,
    Value,
    blank_value,
    canonical,
    cell_value,
    expected,
)
from matcher.dataset.finding import Phrase
from matcher.dataset.findings import FindingList
from matcher.dataset.raw import Codes, RawTable, TextColumn, blank_column
from matcher.dataset.schema import ColumnSchema, TableSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedColumn:
    """A column as its distinct values and, per row, which of them.

    Attributes
    ----------
    codes
        (rows,), positions in `texts` and `values`.
    texts
        The canonical text of each value; may repeat.
    values
        What the texts mean; a faulty cell has the value of a blank one.
    """

    schema: ColumnSchema
    codes: Codes
    texts: tuple[str, ...]
    values: tuple[Value, ...]

    def array(self) -> NDArray[Any]:
        """Return the values per row, read-only, in the type of `tables.py`."""
        distinct = _distinct(self.schema, self.values)
        array = distinct[self.codes]
        array.setflags(write=False)
        return array


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTable:
    """One table with all the columns of its schema.

    Attributes
    ----------
    rows
        Row numbers for findings, 1 after the header.
    is_complete
        False where rows are missing, so that references cannot be judged.
    """

    schema: TableSchema
    rows: NDArray[np.int64]
    columns: Mapping[str, TypedColumn]
    is_complete: bool


def typed_table(
    raw: RawTable | None, schema: TableSchema, findings: FindingList
) -> TypedTable:
    """Return the table of `raw`; without it, one without rows."""
    if raw is None:
        raw = RawTable(
            name=schema.name,
            header=(),
            rows=np.zeros(0, dtype=np.int64),
            columns=(),
            is_complete=not schema.is_required,
        )
    by_name = dict(zip(raw.header, raw.columns, strict=True))
    columns = {
        column.name: _typed_column(raw, column, by_name.get(column.name), findings)
        for column in schema.columns
    }
    return TypedTable(
        schema=schema, rows=raw.rows, columns=columns, is_complete=raw.is_complete
    )


def typed_values(schema: ColumnSchema, values: tuple[Value, ...]) -> TypedColumn:
    """Return a column that holds one value per row."""
    return TypedColumn(
        schema=schema,
        codes=np.arange(len(values), dtype=np.int64),
        texts=tuple(canonical(value) for value in values),
        values=values,
    )


def _typed_column(
    raw: RawTable,
    schema: ColumnSchema,
    column: TextColumn | None,
    findings: FindingList,
) -> TypedColumn:
    is_there = column is not None
    column = column or blank_column(len(raw.rows))
    values: list[Value] = []
    faults: dict[int, Fault] = {}
    for code, text in enumerate(column.texts):
        value = cell_value(text, schema) if text else blank_value(schema)
        if not text and schema.is_required and is_there:
            faults[code] = Fault(code="blank")
        if isinstance(value, Fault):
            faults[code] = value
            value = blank_value(schema)
        values.append(value)
    if faults:
        _report(raw, schema, column, faults, findings)
    return TypedColumn(
        schema=schema,
        codes=column.codes,
        texts=tuple(
            text if code in faults else canonical(value)
            for code, (text, value) in enumerate(zip(column.texts, values, strict=True))
        ),
        values=tuple(values),
    )


def _report(
    raw: RawTable,
    schema: ColumnSchema,
    column: TextColumn,
    faults: Mapping[int, Fault],
    findings: FindingList,
) -> None:
    for position in np.flatnonzero(np.isin(column.codes, list(faults))):
        code = int(column.codes[position])
        fault = faults[code]
        findings.add(
            fault.code,
            table=raw.name,
            row=int(raw.rows[position]),
            column=schema.name,
            value=column.texts[code],
            expected=expected(schema),
            nearest=_meant(fault.suggestion),
        )


def _meant(suggestion: str) -> Phrase:
    if not suggestion:
        return Phrase(nl="", en="")
    return Phrase(
        nl=f', bijvoorbeeld "{suggestion}"', en=f', for example "{suggestion}"'
    )


def _distinct(schema: ColumnSchema, values: tuple[Value, ...]) -> NDArray[Any]:
    if schema.type == "date":
        return np.array(values, dtype="datetime64[D]")
    if schema.type == "boolean":
        return np.array(values, dtype=np.bool_)
    if schema.type == "integer" and (schema.is_required or schema.default):
        return np.array([value or 0 for value in values], dtype=np.int64)
    if schema.type in ("integer", "number"):
        return np.array(
            [np.nan if value is None else value for value in values], dtype=np.float64
        )
    array = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        array[position] = value  # one by one: numpy would unfold equal-length tuples
    return array
