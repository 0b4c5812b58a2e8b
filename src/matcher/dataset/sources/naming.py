"""Which file or sheet is which table."""

from collections.abc import Iterable
from difflib import get_close_matches

from matcher.dataset.findings import FindingList
from matcher.dataset.schema import IGNORED_TABLES, schema

OWN_SHEETS = ("leesmij", "keuzes", "bevindingen")
"""Sheets of our template and of annotated copies; no tables."""
_MAX_NAME = 64


def tables_by_name(names: Iterable[str], findings: FindingList) -> dict[str, str]:
    """Return the name that was found for each table.

    Capitals, spaces at either end and ".csv" do not matter. Other names are
    ignored, with a warning where one looks like a table; the first of two is
    used, with an error.
    """
    found: dict[str, str] = {}
    for name in names:
        table = name.strip().casefold().removesuffix(".csv")
        if table in IGNORED_TABLES and table not in found:
            findings.add("table_ignored", value=table)
            found[table] = name
        elif table in found:
            findings.add("table_duplicate", table=table, value=name)
        elif table in schema():
            found[table] = name
        elif table not in OWN_SHEETS:
            _report_other(name, table, findings)
    return found


def _report_other(name: str, table: str, findings: FindingList) -> None:
    near = get_close_matches(table[:_MAX_NAME], list(schema()), n=1, cutoff=0.8)
    if near:
        findings.add("table_misspelt", value=name, other=near[0])
    else:
        findings.add("file_ignored", value=name)
