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
from matcher.dataset.tables import Bools, Texts


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
    faulty
        Positions in `texts` of what is reported already.
    is_there
        False where the table lacks the column.
    """

    schema: ColumnSchema
    codes: Codes
    texts: tuple[str, ...]
    values: tuple[Value, ...]
    faulty: frozenset[int]
    is_there: bool

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

    def text(self, column: str, position: int) -> str:
        """Return the canonical text of one cell."""
        typed = self.columns[column]
        return typed.texts[int(typed.codes[position])]

    def text_array(self, column: str) -> Texts:
        """Return the canonical texts of a column per row."""
        typed = self.columns[column]
        texts: Texts = np.array([*typed.texts, ""], dtype=object)
        return texts[typed.codes]

    def is_sound(self, column: str) -> Bools:
        """Return per row whether nothing was found against the cell itself."""
        typed = self.columns[column]
        return ~np.isin(typed.codes, list(typed.faulty))


def typed_table(
    raw: RawTable, schema: TableSchema, findings: FindingList
) -> TypedTable:
    """Return the table of `raw` with every column of the schema."""
    by_name = dict(zip(raw.header, raw.columns, strict=True))
    columns = {
        column.name: _typed_column(raw, column, by_name.get(column.name), findings)
        for column in schema.columns
    }
    has_key = all(columns[name].is_there for name in _required_key(schema))
    return TypedTable(
        schema=schema,
        rows=raw.rows,
        columns=columns,
        is_complete=raw.is_complete and (has_key or not len(raw.rows)),
    )


def _required_key(schema: TableSchema) -> list[str]:
    return [each.name for each in schema.columns if each.is_key and each.is_required]


def typed_values(schema: ColumnSchema, values: tuple[Value, ...]) -> TypedColumn:
    """Return a column that holds one value per row."""
    return TypedColumn(
        schema=schema,
        codes=np.arange(len(values), dtype=np.int64),
        texts=tuple(canonical(value) for value in values),
        values=values,
        faulty=frozenset(),
        is_there=True,
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
        faulty=frozenset(faults),
        is_there=is_there,
    )


def _report(
    raw: RawTable,
    schema: ColumnSchema,
    column: TextColumn,
    faults: Mapping[int, Fault],
    findings: FindingList,
) -> None:
    for kind in dict.fromkeys(fault.code for fault in faults.values()):
        codes = [code for code, fault in faults.items() if fault.code == kind]
        positions = np.flatnonzero(np.isin(column.codes, codes))
        for position in findings.room_for(kind, raw.name, schema.name, positions):
            code = int(column.codes[position])
            findings.add(
                kind,
                table=raw.name,
                row=int(raw.rows[position]),
                column=schema.name,
                value=column.texts[code],
                expected=expected(schema),
                nearest=_meant(faults[code].suggestion),
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
