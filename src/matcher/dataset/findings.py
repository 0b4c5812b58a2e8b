"""Findings made from the code book, and the list that gathers them."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.finding import Finding, Phrase, Severity
from matcher.dataset.register_number import masked
from matcher.dataset.schema import schema, table_schema

MAX_VALUE_CHARACTERS = 80
"""Longer values are cut in a finding."""
MAX_FINDINGS_OF_A_KIND = 500
"""Of one code in one column; the rest is counted in one `more` finding."""


_UNREAD_CELL = ("formula_cell", "excel_error", "row_ragged")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code: how bad it is, who finds it, and its words.

    Attributes
    ----------
    room
        ``dataset`` for what reading finds; else the room that finds it.
    meaning
        What the code stands for, for the list in the documentation.
    message, remedy
        Templates; facts stand between braces.
    """

    code: str
    severity: Severity
    room: str
    meaning: Phrase
    message: Phrase
    remedy: Phrase


@cache
def code_book() -> Mapping[str, CodeEntry]:
    """Return every code, in the order of ``codes.toml``."""
    text = files(__package__).joinpath("codes.toml").read_text("utf-8")
    return MappingProxyType(
        {code: _entry(code, entry) for code, entry in tomllib.loads(text).items()}
    )


def finding(
    code: str,
    *,
    table: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    **facts: str | Phrase,
) -> Finding:
    """Return the finding that the code book words.

    Parameters
    ----------
    facts
        What the templates of the code name, besides `value`.

    Notes
    -----
    National register numbers are masked in the value and in every fact.
    """
    entry = code_book()[code]
    shown = _shown(value) if value is not None else None
    words = {
        name: _both(fact) for name, fact in {"value": shown or "", **facts}.items()
    }
    return Finding(
        code=code,
        severity=entry.severity,
        table=table,
        row=row,
        column=_shown(column) if column is not None else None,
        value=shown,
        message=_filled(entry.message, words),
        remedy=_filled(entry.remedy, words),
    )


class FindingList:
    """Gathers findings, and counts what goes past the limit of a kind."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._shown: Counter[tuple[str, str | None, str | None]] = Counter()
        self._left_out: Counter[tuple[str, str | None, str | None]] = Counter()

    def add(
        self,
        code: str,
        *,
        table: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **facts: str | Phrase,
    ) -> None:
        """Add one finding; arguments as of `finding`."""
        kind = (code, table, column)
        if self._shown[kind] == MAX_FINDINGS_OF_A_KIND:
            self._left_out[kind] += 1
            return
        self._shown[kind] += 1
        self._findings.append(
            finding(code, table=table, row=row, column=column, value=value, **facts)
        )

    def room_for(
        self, code: str, table: str, column: str | None, positions: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the first of `positions` that are shown; the rest is counted."""
        kind = (code, table, column)
        room = MAX_FINDINGS_OF_A_KIND - self._shown[kind]
        self._left_out[kind] += len(positions[room:])
        return positions[:room]

    @property
    def num_errors(self) -> int:
        """How many findings are errors."""
        return sum(found.severity == "error" for found in self._findings)

    def sorted(self) -> tuple[Finding, ...]:
        """Return all findings by table, row and column of the contract."""
        more = [
            finding("more", table=table, column=column, value=str(count), other=code)
            for (code, table, column), count in self._left_out.items()
            if count
        ]
        return tuple(sorted([*self._without_echoes(), *more], key=_place))

    def _without_echoes(self) -> list[Finding]:
        """Leave out that a cell is blank where it could not be read at all."""
        unread = {
            (found.table, found.row, found.column)
            for found in self._findings
            if found.code in _UNREAD_CELL
        }
        return [
            found
            for found in self._findings
            if found.code != "blank"
            or (found.table, found.row, found.column) not in unread
        ]


def _place(found: Finding) -> tuple[int, float, int, str]:
    table = table_schema(found.table)
    place = list(schema()).index(table.name) if table and table.name in schema() else -1
    names = [column.name for column in table.columns] if table else []
    column = names.index(found.column) if found.column in names else -1
    row = found.row if found.row is not None else -1
    return place, float("inf") if found.code == "more" else row, column, found.code


def _entry(code: str, entry: Mapping[str, Any]) -> CodeEntry:
    return CodeEntry(
        code=code,
        severity=entry["severity"],
        room=entry["room"],
        meaning=Phrase(**entry["meaning"]),
        message=Phrase(**entry["message"]),
        remedy=Phrase(**entry["remedy"]),
    )


def _shown(text: str) -> str:
    text = masked(text)
    if len(text) > MAX_VALUE_CHARACTERS:
        text = f"{text[: MAX_VALUE_CHARACTERS - 3]}..."
    return "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def _both(fact: str | Phrase) -> Phrase:
    if isinstance(fact, str):
        return Phrase(nl=_shown(fact), en=_shown(fact))
    return Phrase(nl=masked(fact.nl), en=masked(fact.en))


def _filled(template: Phrase, words: Mapping[str, Phrase]) -> Phrase:
    return Phrase(
        nl=template.nl.format_map({name: word.nl for name, word in words.items()}),
        en=template.en.format_map({name: word.en for name, word in words.items()}),
    )
