"""Datasets as plain rows of text: what the oracle reads and the builders write.

No part of `matcher` is used here: the oracle must not share a reading fault
with the engines that it judges.
"""

import csv
import hashlib
import json
from pathlib import Path

Row = dict[str, str]
"""One row: column name to the text of the cell; a blank cell is ""."""

Tables = dict[str, list[Row]]
"""A dataset: table name to its rows, in the order of the file."""


def read_tables(folder: Path) -> Tables:
    """Every CSV file of a folder that is clean UTF-8 with commas."""
    tables = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            tables[file.stem] = list(csv.DictReader(stream))
    return tables


def write_tables(tables: Tables, folder: Path) -> Path:
    """One CSV file per table with rows; the columns are those of any row."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def copy_tables(tables: Tables) -> Tables:
    """Rows that may be changed without touching the original."""
    return {name: [dict(row) for row in rows] for name, rows in tables.items()}


def digest(tables: Tables, policy: str) -> str:
    """SHA-256 over all rows in their order and the text of the policy."""
    text = json.dumps([tables, policy], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
