"""Words that occur on one side only: a typo there bars or hides silently."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.dataset.finding import Phrase
from matcher.dataset.findings import FindingList
from matcher.dataset.nearest import Nearest
from matcher.dataset.typed import TypedTable

_Side = Sequence[tuple[str, str]]
_ASKED_AND_GIVEN: tuple[tuple[_Side, _Side], ...] = (
    ((("support_needs", "need"),), (("sites", "supports"), ("mentors", "supports"))),
    ((("sites", "demands"),), (("abilities", "demand"),)),
)


def check_vocabulary(tables: Mapping[str, TypedTable], findings: FindingList) -> None:
    """Report each word of needs, supports and demands without a counterpart.

    Once per word and column, at the first row that holds it.
    """
    for asked, given in _ASKED_AND_GIVEN:
        for side, other in ((asked, given), (given, asked)):
            _check_side(tables, side, other, findings)


def _check_side(
    tables: Mapping[str, TypedTable], side: _Side, other: _Side, findings: FindingList
) -> None:
    if not all(tables[table].is_complete for table, _ in (*side, *other)):
        return
    known = {word for place in other for word in _first_rows(tables, place)}
    nearest = Nearest(known)
    names = " / ".join(f"{table}.{column}" for table, column in other)
    for table, column in side:
        for word, row in _first_rows(tables, (table, column)).items():
            if word not in known:
                findings.add(
                    "word_on_one_side",
                    table=table,
                    row=row,
                    column=column,
                    value=word,
                    other=Phrase(nl=names, en=names),
                    nearest=nearest.asked(word),
                )


def _first_rows(
    tables: Mapping[str, TypedTable], place: tuple[str, str]
) -> dict[str, int]:
    """Return each word of a column and the first row that holds it."""
    table, column = tables[place[0]], tables[place[0]].columns[place[1]]
    used, first = np.unique(column.codes, return_index=True)
    rows: dict[str, int] = {}
    for code, position in sorted(
        zip(used, first, strict=True), key=lambda pair: pair[1]
    ):
        for word in filter(None, column.texts[code].split("|")):
            rows.setdefault(word, int(table.rows[position]))
    return rows
