"""What would have to change, in words of who has to decide it: no tables, no columns.

A change of a cell is told by the text ``way_TABLE_COLUMN``, of a row that is added by
``way_TABLE_COLUMN_new``; what has no text yet is told with its table and column.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from matcher.suggestions.text import adds_row, modes_added, sentence
from matcher_service.pages.names import Names

Json = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def part_told(
    names: Names, trajectory_id: str, part: Json, columns: Collection[str]
) -> str:
    """One part of a set of changes.

    Parameters
    ----------
    trajectory_id
        Of the learner whom the change is for.
    columns
        All that the set changes in the row of this part.
    """
    words, key = names.words, part["key"]
    if key is None:
        return words("part_not_shown")
    table, column = part["table"], part["column"]
    is_new = part["from"] is None and adds_row(table, columns)
    text = f"way_{table}_{column}{'_new' if is_new else ''}"
    if words.has(text):
        return words(text, **_facts(names, trajectory_id, part))
    return sentence(
        "change_row" if is_new else "change_part",
        words.language,
        table=table,
        row=" ".join(str(value) for value in key.values() if value),
        column=column,
        before=cell_told(names, part["from"]),
        after=cell_told(names, part["to"]),
    )


def cell_told(names: Names, cell: object) -> str:
    """A cell: days, numbers and lists as people write them."""
    words = names.words
    if cell is None or cell == []:
        return words("way_none")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return words.number(cell, 0 if cell == int(cell) else 1)
    text = str(cell).replace("|", ", ").replace("_", " ")
    return days_told(names, text)


def days_told(names: Names, text: str) -> str:
    """A text with its days in words."""
    return _DAY.sub(lambda found: names.words.day(found[0]), text)


def _facts(names: Names, trajectory_id: str, part: Json) -> dict[str, str]:
    key: Mapping[str, str] = part["key"]
    after = str(part["to"] or "")
    return {
        "site": names.site(key.get("site_id") or after),
        "mentor": key.get("mentor_id", ""),
        "course": key.get("course_id", ""),
        "training": names.trajectory(trajectory_id),
        "need": key.get("need", "").replace("_", " "),
        "demand": key.get("demand", "").replace("_", " "),
        "start": names.words.day(key.get("valid_from")) or names.words("way_none"),
        "modes": modes_added(part["from"], part["to"], names.words.language),
        "unit": names.competence(trajectory_id, after),
        "period": names.period(after),
        "before": cell_told(names, part["from"]),
        "after": cell_told(names, part["to"]),
    }
