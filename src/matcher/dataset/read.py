"""Reads a dataset: files in, a checked dataset or findings out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.dataset.build import build_dataset, ordered_periods
from matcher.dataset.checks.contexts import check_contexts
from matcher.dataset.checks.decisions import check_placements
from matcher.dataset.checks.header import check_header
from matcher.dataset.checks.keys import check_keys
from matcher.dataset.checks.places import check_places
from matcher.dataset.checks.references import check_references
from matcher.dataset.checks.texts import check_texts
from matcher.dataset.checks.vocabulary import check_vocabulary
from matcher.dataset.checks.windows import check_periods, check_windows
from matcher.dataset.dataset import Dataset
from matcher.dataset.digest import content_digest
from matcher.dataset.finding import DatasetError, Finding
from matcher.dataset.findings import FindingList
from matcher.dataset.limits import DEFAULT_LIMITS, Limits
from matcher.dataset.raw import RawTable, empty_table
from matcher.dataset.schema import schema
from matcher.dataset.sources.source import source_tables
from matcher.dataset.typed import TypedTable, typed_table


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


def read_dataset(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Dataset:
    """Return the dataset in a folder, zip or workbook (contract section 1).

    Raises
    ------
    DatasetError
        When anything found is an error; it holds all findings.
    """
    outcome = read_tables(path, limits=limits)
    if outcome.dataset is None:
        raise DatasetError(outcome.findings)
    return outcome.dataset


def read_tables(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> ReadOutcome:
    """Return the dataset and all findings; never raises over bad data."""
    findings = FindingList()
    raw = source_tables(Path(path), limits, findings)
    dataset = None
    if raw is not None:
        for each in raw.values():
            check_texts(each, limits, findings)
        tables = _typed_tables(raw, findings)
        _check(tables, findings)
        dataset = None if findings.num_errors else _dataset(tables)
    return ReadOutcome(dataset=dataset, findings=findings.sorted())


def _typed_tables(
    raw: Mapping[str, RawTable], findings: FindingList
) -> dict[str, TypedTable]:
    tables = {}
    for name, table in schema().items():
        found = raw.get(name)
        if found is None:
            if table.is_required:
                findings.add("table_missing", table=name, value=name)
            found = empty_table(name, is_complete=not table.is_required)
        check_header(found, table, findings)
        tables[name] = typed_table(found, table, findings)
    return tables


def _check(tables: Mapping[str, TypedTable], findings: FindingList) -> None:
    for table in tables.values():
        check_keys(table, findings)
    check_references(tables, findings)
    check_windows(tables, findings)
    check_periods(tables["periods"], findings)
    check_places(tables, findings)
    check_placements(tables["placements"], findings)
    check_contexts(tables["contexts"], tables["competences"], findings)
    check_vocabulary(tables, findings)


def _dataset(tables: dict[str, TypedTable]) -> Dataset:
    ordered = {**tables, "periods": ordered_periods(tables["periods"])}
    return build_dataset(ordered, content_digest(ordered))
