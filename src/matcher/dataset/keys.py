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
        distinct, _ = pd.factorize(np.array(column.texts, dtype=object))
        codes = distinct[column.codes]
        group, _ = pd.factorize(group * max(len(column.texts), 1) + codes)
    return group.astype(np.int64)


def check_keys(table: TypedTable, findings: FindingList) -> None:
    """Add a finding for each row whose key an earlier row has."""
    key = table.schema.key
    group = row_groups(table, key)
    is_repeated = pd.Series(group).duplicated().to_numpy()
    if not is_repeated.any():
        return
    _, first = np.unique(group, return_index=True)
    for position in np.flatnonzero(is_repeated):
        cells = [
            table.columns[name].texts[table.columns[name].codes[position]]
            for name in key
        ]
        findings.add(
            "duplicate_key",
            table=table.schema.name,
            row=int(table.rows[position]),
            column=key[-1] if len(key) == 1 else None,
            value=", ".join(cells),
            other=str(table.rows[first[group[position]]]),
        )
