"""Mandatory contexts: ids of their own, and groups that agree with themselves."""

import numpy as np

from matcher.dataset.checks.keys import row_groups
from matcher.dataset.findings import FindingList
from matcher.dataset.typed import TypedTable

_SAME_IN_GROUP = ("at_least", "weight")


def check_contexts(
    contexts: TypedTable, competences: TypedTable, findings: FindingList
) -> None:
    """Report shared ids, groups that differ, and groups nobody can fulfil."""
    if not contexts.is_complete:
        return
    _check_shared_ids(contexts, competences, findings)
    group = row_groups(contexts, ("trajectory_id", "group_id"))
    _, first, sizes = np.unique(group, return_index=True, return_counts=True)
    for column in _SAME_IN_GROUP:
        texts = contexts.text_array(column)
        differs = (texts != texts[first[group]]) & contexts.is_sound(column)
        differs &= contexts.is_sound(column)[first[group]]
        for position in np.flatnonzero(differs):
            findings.add(
                "group_differs",
                table="contexts",
                row=int(contexts.rows[position]),
                column=column,
                value=str(texts[position]),
                expected=str(texts[first[group[position]]]),
                other=str(contexts.rows[first[group[position]]]),
            )
    at_least = contexts.columns["at_least"].array()
    for position in np.sort(first[at_least[first] > sizes]):
        findings.add(
            "context_out_of_reach",
            table="contexts",
            row=int(contexts.rows[position]),
            column="at_least",
            value=contexts.text("at_least", position),
            expected=str(sizes[group[position]]),
        )


def _check_shared_ids(
    contexts: TypedTable, competences: TypedTable, findings: FindingList
) -> None:
    row_of = dict(
        zip(
            zip(
                competences.text_array("trajectory_id"),
                competences.text_array("competence_id"),
                strict=True,
            ),
            competences.rows,
            strict=True,
        )
    )
    for position, row in enumerate(contexts.rows):
        context = contexts.text("context_id", position)
        key = (contexts.text("trajectory_id", position), context)
        if context and key in row_of:
            findings.add(
                "shared_id",
                table="contexts",
                row=int(row),
                column="context_id",
                value=context,
                other=str(row_of[key]),
            )
