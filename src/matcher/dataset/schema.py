"""The schema: one CSV per table in ``schema/``, read once.

It drives reading, checking, the template and the table in the README.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast, get_args

from matcher.dataset.finding import Phrase

ColumnType = Literal[
    "id",
    "ids",
    "text",
    "word",
    "list",
    "choice",
    "integer",
    "number",
    "date",
    "boolean",
]
"""``ids`` and ``list`` are joined by ``|``; ``word`` is an entry of a list."""

IGNORED_TABLES = ("history",)
"""Tables that may be there, with any columns, and are no part of a dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where the ids of a column come from.

    Attributes
    ----------
    tables
        The id may stand in any of these.
    scope
        Column that names the trajectory within which the id is looked up
        (``learner_id``: the learner's trajectory); None where ids are global.
    """

    tables: tuple[str, ...]
    scope: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSchema:
    """One column of one table.

    Attributes
    ----------
    is_required
        The column exists and no cell of it is blank.
    default
        Text that a blank cell stands for; "" where blank means unknown.
    allowed
        The only values, in a list the only entries; empty for any.
    min_value, max_value
        Bounds of a number, both allowed; None for none.
    is_key
        The column is part of the key of its table.
    """

    name: str
    type: ColumnType
    unit: str
    is_required: bool
    default: str
    allowed: tuple[str, ...]
    min_value: float | None
    max_value: float | None
    refers_to: Reference | None
    is_key: bool
    description: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table; `columns` stand in the order of the contract."""

    name: str
    is_required: bool
    columns: tuple[ColumnSchema, ...]
    description: Phrase

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that together name a row."""
        return tuple(column.name for column in self.columns if column.is_key)


@cache
def schema() -> Mapping[str, TableSchema]:
    """Return every table of a dataset by name, in the order of the contract."""
    return MappingProxyType(
        {
            name: table
            for name, table in _every_table().items()
            if name not in IGNORED_TABLES
        }
    )


def history_schema() -> TableSchema:
    """Return the table of past agreements, which no dataset holds."""
    return _every_table()["history"]


def table_schema(name: str | None) -> TableSchema | None:
    """Return the table of that name, in a dataset or not; None for no table."""
    return _every_table().get(name or "")


@cache
def _every_table() -> Mapping[str, TableSchema]:
    return MappingProxyType(
        {
            row["table"]: TableSchema(
                name=row["table"],
                is_required=row["required"] == "yes",
                columns=tuple(_column(cells) for cells in _rows(row["table"])),
                description=_description(row),
            )
            for row in _rows("tables")
        }
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath("schema", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _column(row: Mapping[str, str]) -> ColumnSchema:
    if row["type"] not in get_args(ColumnType):
        raise ValueError(f'Expected a column type, got "{row["type"]}".')
    return ColumnSchema(
        name=row["column"],
        type=cast("ColumnType", row["type"]),
        unit=row["unit"],
        is_required=row["required"] == "yes",
        default=row["default"],
        allowed=tuple(filter(None, row["allowed"].split("|"))),
        min_value=float(row["min"]) if row["min"] else None,
        max_value=float(row["max"]) if row["max"] else None,
        refers_to=_reference(row["refers_to"]) if row["refers_to"] else None,
        is_key=row["key"] == "yes",
        description=_description(row),
    )


def _reference(text: str) -> Reference:
    match = re.fullmatch(r"([a-z_|]+)(?:\(([a-z_]+)\))?", text)
    if match is None:
        raise ValueError(f'Expected tables, as in "competences(scope)", got "{text}".')
    return Reference(tables=tuple(match[1].split("|")), scope=match[2])


def _description(row: Mapping[str, str]) -> Phrase:
    return Phrase(nl=row["description_nl"], en=row["description_en"])
