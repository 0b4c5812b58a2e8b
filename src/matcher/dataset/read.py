"""Reads a dataset: files in, a checked dataset or findings out."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from matcher.dataset.build import build_dataset, ordered_periods
from matcher.dataset.csv_text import read_csv_table
from matcher.dataset.dataset import Dataset
from matcher.dataset.digest import content_digest
from matcher.dataset.finding import DatasetError, Finding, Phrase
from matcher.dataset.findings import FindingList
from matcher.dataset.keys import check_keys
from matcher.dataset.raw import RawTable
from matcher.dataset.schema import IGNORED_TABLES, TableSchema, schema
from matcher.dataset.typed import typed_table


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutcome:
    """What reading gave.

    Attributes
    ----------
    dataset
        None when a finding is an error.
    findings
        Errors, warnings and infos, by table, row and column of the contract.
    """

    dataset: Dataset | None
    findings: tuple[Finding, ...]


def read_dataset(path: Path) -> Dataset:
    """Return the dataset in a folder, zip or workbook (contract section 1).

    Raises
    ------
    DatasetError
        When anything found is an error; it holds all findings.
    """
    outcome = read_tables(path)
    if outcome.dataset is None:
        raise DatasetError(outcome.findings)
    return outcome.dataset


def read_tables(path: Path) -> ReadOutcome:
    """Return the dataset and all findings; never raises over bad data."""
    findings = FindingList()
    raw = _raw_tables(Path(path), findings)
    dataset = _checked(raw, findings) if raw is not None else None
    found = findings.sorted()
    if any(each.severity == "error" for each in found):
        dataset = None
    return ReadOutcome(dataset=dataset, findings=found)


def _raw_tables(path: Path, findings: FindingList) -> dict[str, RawTable | None] | None:
    if not path.is_dir():
        findings.add("path_missing", value=str(path))
        return None
    tables: dict[str, RawTable | None] = {}
    for file in sorted(path.iterdir()):
        name = file.stem.casefold()
        if file.suffix.casefold() == ".csv" and file.is_file():
            if name in schema():
                tables[name] = read_csv_table(name, file.read_bytes(), findings)
            elif name in IGNORED_TABLES:
                findings.add("table_ignored", value=name)
    return tables


def _checked(
    raw: Mapping[str, RawTable | None], findings: FindingList
) -> Dataset | None:
    for name, table in schema().items():
        if table.is_required and name not in raw:
            findings.add("table_missing", table=name, value=name)
        found = raw.get(name)
        if found is not None:
            _check_header(found, table, findings)
    tables = {
        name: typed_table(raw.get(name), table, findings)
        for name, table in schema().items()
    }
    for typed in tables.values():
        check_keys(typed, findings)
    if findings.num_errors:
        return None
    tables["periods"] = ordered_periods(tables["periods"])
    return build_dataset(tables, content_digest(tables))


def _check_header(raw: RawTable, table: TableSchema, findings: FindingList) -> None:
    names = [column.name for column in table.columns]
    for column in table.columns:
        if column.is_required and column.name not in raw.header:
            findings.add(
                "column_missing",
                table=table.name,
                column=column.name,
                value=column.name,
            )
    for position, name in enumerate(raw.header):
        if name in raw.header[:position]:
            findings.add("column_duplicate", table=table.name, column=name, value=name)
        elif name not in names:
            findings.add(
                "column_unknown",
                table=table.name,
                column=name,
                value=name,
                nearest=_nearest(name, names),
            )


def _nearest(name: str, names: list[str]) -> Phrase:
    near = get_close_matches(name.casefold(), names, n=1)
    if not near:
        return Phrase(nl="", en="")
    return Phrase(nl=f'; bedoel je "{near[0]}"?', en=f'; is "{near[0]}" meant?')
