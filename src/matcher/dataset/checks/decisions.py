"""Placements that people decided: complete, and one of a kind."""

import numpy as np

from matcher.dataset.checks.keys import repeats, row_groups
from matcher.dataset.findings import FindingList
from matcher.dataset.typed import TypedTable

_NEEDED = (
    ("signed", "period_id"),
    ("signed", "mentor_id"),
    ("proposed", "period_id"),
)


def check_placements(table: TypedTable, findings: FindingList) -> None:
    """Report placements that lack a period or mentor, and second ones."""
    status = table.text_array("status")
    for needed, column in _NEEDED:
        lacking = (status == needed) & (table.text_array(column) == "")
        for position in np.flatnonzero(lacking):
            findings.add(
                "placement_incomplete",
                table="placements",
                row=int(table.rows[position]),
                column=column,
                value="",
                other=needed,
            )
    _check_seconds(table, findings)


def _check_seconds(table: TypedTable, findings: FindingList) -> None:
    status = table.text_array("status")
    group = row_groups(table, ("learner_id", "period_id", "status"))
    is_whole_repeat = repeats(row_groups(table, table.schema.key))
    has_period = table.text_array("period_id") != ""
    is_second = repeats(group) & ~is_whole_repeat & has_period & (status != "refused")
    _, first = np.unique(group, return_index=True)
    for position in np.flatnonzero(is_second):
        findings.add(
            "placement_second",
            table="placements",
            row=int(table.rows[position]),
            column="status",
            value=str(status[position]),
            other=str(table.rows[first[group[position]]]),
        )
