"""What one cell means: text in, value out, or what is wrong with it."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher.dataset.finding import Phrase
from matcher.dataset.schema import ColumnSchema, ColumnType

Value = str | float | int | bool | dt.date | tuple[str, ...] | None

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
)
_INTEGER = re.compile(r"[+-]?[0-9]+(?:[.,]0{1,2})?")
"""Programs write 3.0 for 3; "1.000" may mean a thousand, so it is refused."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BELGIAN_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_NOT_IN_A_WORD = re.compile(r"[|\t\r\n]")
_MAX_INTEGER_DIGITS = 15
MIN_DATE = dt.date(1900, 1, 1)
MAX_DATE = dt.date(2199, 12, 31)
MAX_MAGNITUDE = 1e12
_BOOLEANS: Mapping[str, bool] = MappingProxyType(
    {"true": True, "false": False, "waar": True, "onwaar": False}
)
"""Excel in Dutch writes WAAR and ONWAAR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a text cannot stand in a column.

    Attributes
    ----------
    code
        ``wrong_kind`` or ``out_of_range``.
    suggestion
        What it probably should be; "" where nobody can tell.
    """

    code: str
    suggestion: str = ""


def cell_value(text: str, column: ColumnSchema) -> Value | Fault:
    """Return the value of a cell that is not blank.

    Numbers take a decimal point or comma; lists lose blank and repeated
    entries.
    """
    return _PARSERS[column.type](text, column)


def blank_value(column: ColumnSchema) -> Value:
    """Return what a blank cell stands for: the default, else unknown."""
    if column.default:
        value = cell_value(column.default, column)
        if not isinstance(value, Fault):
            return value
    return () if column.type in ("list", "ids") else _BLANKS.get(column.type, "")


def canonical(value: Value) -> str:
    """Return the one text of a value, whatever way it was written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value + 0.0)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "|".join(value)
    return str(value)


def expected(column: ColumnSchema) -> Phrase:
    """Return in words what a column takes."""
    if column.allowed:
        allowed = ", ".join(column.allowed)
        if column.type == "list":
            return Phrase(
                nl=f"een of meer van {allowed}, met | ertussen",
                en=f"one or more of {allowed}, joined by |",
            )
        return Phrase(nl=f"een van {allowed}", en=f"one of {allowed}")
    kind = _KINDS[column.type]
    low, high = column.min_value, column.max_value
    if low is None or high is None:
        return kind
    return Phrase(
        nl=f"{kind.nl} van {low:.0f} tot {high:.0f}",
        en=f"{kind.en} from {low:.0f} to {high:.0f}",
    )


def _text(text: str, _: ColumnSchema) -> Value | Fault:
    return text


def _word(text: str, _: ColumnSchema) -> Value | Fault:
    return Fault(code="wrong_kind") if _NOT_IN_A_WORD.search(text) else text


def _choice(text: str, column: ColumnSchema) -> Value | Fault:
    if text in column.allowed:
        return text
    near = text.casefold()
    return Fault(code="wrong_kind", suggestion=near if near in column.allowed else "")


def _entries(text: str, column: ColumnSchema) -> Value | Fault:
    entries = tuple(dict.fromkeys(filter(None, map(str.strip, text.split("|")))))
    if not entries and column.is_required:
        return Fault(code="wrong_kind")
    if column.allowed and not set(entries) <= set(column.allowed):
        return Fault(code="wrong_kind", suggestion=_allowed_entries(text, column))
    return entries


def _allowed_entries(text: str, column: ColumnSchema) -> str:
    entries = [part.strip().casefold() for part in re.split(r"[|,;/ ]+", text)]
    return "|".join(entries) if set(entries) <= set(column.allowed) else ""


def _number(text: str, column: ColumnSchema) -> Value | Fault:
    if not _NUMBER.fullmatch(text):
        return Fault(code="wrong_kind")
    number = float(text.replace(",", "."))
    return number + 0.0 if _fits(number, column) else Fault(code="out_of_range")


def _integer(text: str, column: ColumnSchema) -> Value | Fault:
    if not _INTEGER.fullmatch(text):
        return Fault(code="wrong_kind")
    digits = re.split("[.,]", text)[0]
    if len(digits) > _MAX_INTEGER_DIGITS or not _fits(int(digits), column):
        return Fault(code="out_of_range")
    return int(digits)


def _fits(number: float, column: ColumnSchema) -> bool:
    low = -MAX_MAGNITUDE if column.min_value is None else column.min_value
    high = MAX_MAGNITUDE if column.max_value is None else column.max_value
    return low <= number <= high


def _date(text: str, _: ColumnSchema) -> Value | Fault:
    if not _DATE.fullmatch(text):
        return Fault(code="wrong_kind", suggestion=_iso_date(text))
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        return Fault(code="wrong_kind")
    return date if MIN_DATE <= date <= MAX_DATE else Fault(code="out_of_range")


def _iso_date(text: str) -> str:
    match = _BELGIAN_DATE.fullmatch(text)
    if match is None:
        return ""
    day, month, year = (int(part) for part in match.groups())
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _boolean(text: str, _: ColumnSchema) -> Value | Fault:
    value = _BOOLEANS.get(text.casefold())
    return Fault(code="wrong_kind") if value is None else value


_PARSERS: Mapping[ColumnType, Callable[[str, ColumnSchema], Value | Fault]] = (
    MappingProxyType(
        {
            "id": _word,
            "ids": _entries,
            "text": _text,
            "word": _word,
            "list": _entries,
            "choice": _choice,
            "integer": _integer,
            "number": _number,
            "date": _date,
            "boolean": _boolean,
        }
    )
)
_BLANKS: Mapping[ColumnType, Value] = MappingProxyType(
    {"integer": None, "number": None, "date": None}
)
_KINDS: Mapping[ColumnType, Phrase] = MappingProxyType(
    {
        "id": Phrase(
            nl='een code op één lijn, zonder "|"', en='an id on one line, without "|"'
        ),
        "ids": Phrase(nl="codes met | ertussen", en="ids joined by |"),
        "text": Phrase(nl="tekst", en="text"),
        "word": Phrase(
            nl='een woord op één lijn, zonder "|"', en='a word on one line, without "|"'
        ),
        "list": Phrase(nl="woorden met | ertussen", en="words joined by |"),
        "choice": Phrase(nl="een keuze", en="a choice"),
        "integer": Phrase(nl="een geheel getal", en="a whole number"),
        "number": Phrase(nl="een getal", en="a number"),
        "date": Phrase(
            nl="een datum als 2026-09-01, van 1900 tot 2199",
            en="a date like 2026-09-01, from 1900 to 2199",
        ),
        "boolean": Phrase(nl="true of false", en="true or false"),
    }
)
