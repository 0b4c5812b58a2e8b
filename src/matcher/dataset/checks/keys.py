"""Duplicate keys, as the contract lists them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.dataset.findings import FindingList
from matcher.dataset.typed import TypedTable


def row_groups(table: TypedTable, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return per row a number that rows share when `columns` agree."""
    group = np.zeros(len(table.rows), dtype=np.int64)
    for name in columns:
        column = table.columns[name]
        distinct, _ = pd.factorize(np.array([*column.texts, ""], dtype=object))
        codes = distinct[column.codes]
        group, _ = pd.factorize(group * len(distinct) + codes)
    return group.astype(np.int64)


def repeats(group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return per row whether an earlier row is of the same group."""
    return pd.Series(group).duplicated().to_numpy()


def check_keys(table: TypedTable, findings: FindingList) -> None:
    """Report each row whose key an earlier row has.

    Rows with a blank or faulty cell in the key are left out: that is reported.
    """
    key = table.schema.key
    if not table.is_complete and not all(table.columns[n].is_there for n in key):
        return
    group = row_groups(table, key)
    is_repeated = repeats(group)
    if not is_repeated.any():
        return
    for each in key:
        is_repeated = is_repeated & table.is_sound(each)
    _, first = np.unique(group, return_index=True)
    column = key[0] if len(key) == 1 else None
    name = table.schema.name
    positions = np.flatnonzero(is_repeated)
    for position in findings.room_for("duplicate_key", name, column, positions):
        findings.add(
            "duplicate_key",
            table=name,
            row=int(table.rows[position]),
            column=column,
            value=", ".join(table.text(each, position) for each in key),
            other=str(table.rows[first[group[position]]]),
        )
