"""A folder of CSV files."""

from pathlib import Path

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import RawTable, empty_table
from matcher.dataset.sources.csv_text import csv_table
from matcher.dataset.sources.naming import tables_by_name


def folder_tables(
    folder: Path, limits: Limits, findings: FindingList
) -> dict[str, RawTable]:
    """Return the tables in a folder; subfolders and other files are ignored.

    Raises
    ------
    OSError
        When the folder itself cannot be listed.
    """
    paths = {
        path.name: path
        for path in sorted(folder.iterdir())
        if path.suffix.casefold() == ".csv" and path.is_file()
    }
    found = tables_by_name(paths, findings)
    return {
        table: _table(table, paths[name], limits, findings)
        for table, name in found.items()
    }


def _table(name: str, path: Path, limits: Limits, findings: FindingList) -> RawTable:
    try:
        with path.open("rb") as file:
            content = file.read(limits.table_bytes + 1)
    except OSError as error:
        findings.add("file_unreadable", table=name, other=error.strerror or "")
        return empty_table(name, is_complete=False)
    if len(content) > limits.table_bytes:
        findings.add("table_too_large", table=name, expected=str(limits.table_bytes))
        return empty_table(name, is_complete=False)
    return csv_table(name, content, limits, findings)
