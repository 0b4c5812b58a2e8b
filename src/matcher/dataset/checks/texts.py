"""What no cell may hold, whatever its column: private numbers, garbage, novels."""

import re
from collections.abc import Callable

import numpy as np

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import RawTable
from matcher.dataset.register_number import holds_register_number
from matcher.dataset.schema import table_schema

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DECIMAL = re.compile(r"[+-]?[0-9]+[.,][0-9]+")
_MIN_REGISTER_CHARACTERS = 11


def check_texts(raw: RawTable, limits: Limits, findings: FindingList) -> None:
    """Look at every distinct text of a table, unknown columns included."""
    for name, column in zip(raw.header, raw.columns, strict=True):
        checks: tuple[tuple[str, Callable[[str], bool]], ...] = (
            ("register_number", _register_check(raw.name, name)),
            ("control_character", lambda text: bool(_CONTROL.search(text))),
            ("cell_too_long", lambda text: len(text) > limits.cell_characters),
        )
        for code, is_wrong in checks:
            wrong = [n for n, text in enumerate(column.texts) if is_wrong(text)]
            if not wrong:
                continue
            positions = np.flatnonzero(np.isin(column.codes, wrong))
            for position in findings.room_for(code, raw.name, name, positions):
                findings.add(
                    code,
                    table=raw.name,
                    row=int(raw.rows[position]),
                    column=name,
                    value=column.texts[column.codes[position]],
                    expected=str(limits.cell_characters),
                )


def _register_check(table: str, column: str) -> Callable[[str], bool]:
    """Return the test for a column; coordinates have many decimals, no secrets."""
    known = table_schema(table)
    is_number = known is not None and any(
        each.name == column and each.type == "number" for each in known.columns
    )

    def holds(text: str) -> bool:
        if len(text) < _MIN_REGISTER_CHARACTERS:
            return False
        if is_number and _DECIMAL.fullmatch(text):
            return False
        return holds_register_number(text)

    return holds
