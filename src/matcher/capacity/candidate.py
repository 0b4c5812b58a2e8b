"""Something that a partnership could add: the rows that it would be in the data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matcher.dataset import Dataset
from matcher.dataset.cell import Fault, blank_value, cell_value
from matcher.dataset.schema import ColumnSchema, schema
from matcher.dataset.typed import typed_values
from matcher.errors import InternalError

RecruitKind = Literal[
    "prolonged_recognition",
    "mentor_training",
    "mentor_hours",
    "course_seats",
    "recognition",
    "new_site",
]

Row = Mapping[str, str]
"""Column name to the text of the cell; a column that is absent is blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One step that could be taken.

    Attributes
    ----------
    rows
        Per table the rows to add, as they would stand in its file.
    subject
        The site, mentor or course that it is about; of a new site the postcode.
    trajectory_id
        The training that it is for; "" for all.
    """

    kind: RecruitKind
    subject: str
    trajectory_id: str
    rows: Mapping[str, tuple[Row, ...]]


def with_candidates(dataset: Dataset, candidates: tuple[Candidate, ...]) -> Dataset:
    """The dataset with the rows of candidates after its own.

    The digest stays that of the dataset before: nothing was read.
    """
    added: dict[str, list[Row]] = {}
    for candidate in candidates:
        for name, rows in candidate.rows.items():
            added.setdefault(name, []).extend(rows)
    tables: dict[str, Any] = {}
    for name, new in added.items():
        before: Any = getattr(dataset, name)
        columns = {
            column.name: np.concatenate(
                [getattr(before, column.name), _cells(column, new)]
            )
            for column in schema()[name].columns
        }
        tables[name] = type(before)(**columns)
    return replace(dataset, **tables)


def _cells(column: ColumnSchema, rows: list[Row]) -> "np.ndarray[Any, Any]":
    texts = [row.get(column.name, "") for row in rows]
    values = []
    for text in texts:
        value = cell_value(text, column) if text else blank_value(column)
        if isinstance(value, Fault):
            message = f"A candidate holds {text!r} in {column.name}: {value.code}."
            raise InternalError(message)
        values.append(value)
    return typed_values(column, tuple(values)).array()
