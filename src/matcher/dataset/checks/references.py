"""Ids that refer to a row that is not there."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.finding import Phrase
from matcher.dataset.findings import FindingList
from matcher.dataset.nearest import Nearest
from matcher.dataset.schema import ColumnSchema, Reference
from matcher.dataset.typed import TypedTable

Tables = Mapping[str, TypedTable]


def check_references(tables: Tables, findings: FindingList) -> None:
    """Report every id whose row is in none of the tables it may be in.

    What refers to a table that could not be read in full is left out.
    """
    for table in tables.values():
        for column in table.schema.columns:
            reference = column.refers_to
            if reference is None or not _is_readable(reference, table, tables):
                continue
            if reference.scope is None:
                _check_global(table, column, reference, tables, findings)
            else:
                _check_scoped(table, column, reference, tables, findings)
    _check_mentors(tables, findings)


def _is_readable(reference: Reference, table: TypedTable, tables: Tables) -> bool:
    needed = [
        *reference.tables,
        *(["learners"] if reference.scope == "learner_id" else []),
    ]
    return table.is_complete and all(tables[name].is_complete for name in needed)


def _check_global(
    table: TypedTable,
    column: ColumnSchema,
    reference: Reference,
    tables: Tables,
    findings: FindingList,
) -> None:
    (target,) = (tables[name] for name in reference.tables)
    known = _used_texts(target, target.schema.key[-1])
    typed = table.columns[column.name]
    unknown = [
        code
        for code, text in enumerate(typed.texts)
        if text and text not in known and code not in typed.faulty
    ]
    _report(
        _Unknown(table, column.name, reference, known), typed.codes, unknown, findings
    )


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Where unknown ids stand, and what they may have been."""

    table: TypedTable
    column: str
    reference: Reference
    known: set[str]


def _check_scoped(
    table: TypedTable,
    column: ColumnSchema,
    reference: Reference,
    tables: Tables,
    findings: FindingList,
) -> None:
    scopes = _trajectories(table, reference, tables)
    names, scope_codes = np.unique(scopes.astype(str), return_inverse=True)
    known = _known_pairs(reference, tables)
    typed = table.columns[column.name]
    num_texts = max(len(typed.texts), 1)
    pairs = scope_codes * num_texts + typed.codes
    trajectories = _used_texts(tables["trajectories"], "trajectory_id")
    unknown, elsewhere = [], []
    anywhere = {identity for _, identity in known}
    for pair in np.unique(pairs):
        trajectory, code = str(names[pair // num_texts]), int(pair % num_texts)
        if trajectory not in trajectories or code in typed.faulty:
            continue
        missing = [
            each
            for each in filter(None, typed.texts[code].split("|"))
            if (trajectory, each) not in known
        ]
        if missing and reference.scope == "learner_id" and set(missing) <= anywhere:
            elsewhere.append(int(pair))
        elif missing:
            unknown.append(int(pair))
    where = _Unknown(table, column.name, reference, anywhere)
    _report(where, pairs, unknown, findings)
    _report(where, pairs, elsewhere, findings, code="acquired_elsewhere")


def _trajectories(
    table: TypedTable, reference: Reference, tables: Tables
) -> NDArray[np.object_]:
    """Return per row the trajectory in which its id is looked up; "" for none."""
    if reference.scope != "learner_id":
        return table.text_array(str(reference.scope))
    learners = tables["learners"]
    of_learner = dict(
        zip(
            learners.text_array("learner_id"),
            learners.text_array("trajectory_id"),
            strict=True,
        )
    )
    column = table.columns["learner_id"]
    of_text = [of_learner.get(text, "") for text in column.texts]
    return np.array([*of_text, ""], dtype=object)[column.codes]


def _known_pairs(reference: Reference, tables: Tables) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for name in reference.tables:
        key = tables[name].schema.key
        pairs.update(
            zip(*(tables[name].text_array(column) for column in key), strict=True)
        )
    return pairs


def _used_texts(table: TypedTable, column: str) -> set[str]:
    typed = table.columns[column]
    return {typed.texts[code] for code in np.unique(typed.codes)}


def _report(
    where: _Unknown,
    codes: NDArray[np.int64],
    wrong: list[int],
    findings: FindingList,
    *,
    code: str = "unknown_reference",
) -> None:
    if not wrong:
        return
    table, name = where.table, where.table.schema.name
    nearest = Nearest(where.known)
    positions = np.flatnonzero(np.isin(codes, wrong))
    for position in findings.room_for(code, name, where.column, positions):
        text = table.text(where.column, position)
        findings.add(
            code,
            table=name,
            row=int(table.rows[position]),
            column=where.column,
            value=text,
            other=_target(where.reference),
            nearest=nearest.asked(text),
        )


def _target(reference: Reference) -> Phrase:
    tables = " / ".join(reference.tables)
    if reference.scope is None:
        return Phrase(nl=f"de tabel {tables}", en=f"the table {tables}")
    return Phrase(
        nl=f"de tabel {tables} bij dit traject",
        en=f"the table {tables} under this trajectory",
    )


def _check_mentors(tables: Tables, findings: FindingList) -> None:
    """Report placements whose mentor is of another site."""
    placements, mentors = tables["placements"], tables["mentors"]
    if not (placements.is_complete and mentors.is_complete):
        return
    site_of = dict(
        zip(mentors.text_array("mentor_id"), mentors.text_array("site_id"), strict=True)
    )
    rows = zip(
        placements.rows,
        placements.text_array("mentor_id"),
        placements.text_array("site_id"),
        strict=True,
    )
    for row, mentor, site in rows:
        if mentor in site_of and site and site_of[mentor] != site:
            findings.add(
                "mentor_elsewhere",
                table="placements",
                row=int(row),
                column="mentor_id",
                value=mentor,
                other=site_of[mentor],
                expected=site,
            )
