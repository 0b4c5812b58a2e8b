"""Sentences for people in both languages: a text of `text.toml`, facts filled in."""

import datetime as dt
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from matcher.dataset import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """A number as people read it: decimals of the language, thousands apart."""

    value: float
    digits: int = 1


Fact = str | int | float | Rounded | Phrase


@cache
def texts() -> Mapping[str, Phrase]:
    """Every sentence by its key, read once per process."""
    source = files("matcher.report") / "text.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return MappingProxyType({key: Phrase(**table) for key, table in tables.items()})


def said(key: str, **facts: Fact) -> Phrase:
    """Sentence of a key, numbers in the style of each language.

    Where `facts` holds `n`, a text of the form ``one // many`` gives its first
    half for 1 and its second for every other number.
    """
    text, number = texts()[key], facts.get("n")
    values = {name: shown(fact) for name, fact in facts.items()}
    return Phrase(
        nl=_chosen(text.nl, number).format(**{n: v.nl for n, v in values.items()}),
        en=_chosen(text.en, number).format(**{n: v.en for n, v in values.items()}),
    )


def said_reason(code: str) -> Phrase:
    """What a reason code of unplaced.csv means; an unknown code shows itself."""
    key = f"reason_{code}"
    return said(key) if key in texts() else said("other_reason", code=code)


def shown(fact: Fact) -> Phrase:
    """Return a fact as each language writes it: 1.234,5 and 1,234.5.

    A bare float has the decimals it needs, four at most; whole numbers have none.
    """
    if isinstance(fact, Phrase):
        return fact
    if isinstance(fact, str):
        return Phrase(nl=fact, en=fact)
    if isinstance(fact, Rounded):
        english = f"{round(fact.value, fact.digits) + 0.0:,.{fact.digits}f}"
    else:
        english = f"{round(fact, _DECIMALS):,}".removesuffix(".0")
    return Phrase(nl=english.translate(_DUTCH), en=english)


def said_day(day: np.datetime64) -> Phrase:
    """A day in words: 1 sep 2026."""
    date = day.astype(dt.date)
    months = texts()["months"]
    return Phrase(
        nl=f"{date.day} {months.nl.split()[date.month - 1]} {date.year}",
        en=f"{date.day} {months.en.split()[date.month - 1]} {date.year}",
    )


def rounded_down(value: float, digits: int) -> Rounded:
    """Round a lower limit so that the sentence about it stays true."""
    return Rounded(value=math.floor(value * 10**digits) / 10**digits, digits=digits)


def rounded_up(value: float, digits: int) -> Rounded:
    """Round an upper limit so that the sentence about it stays true."""
    return Rounded(value=math.ceil(value * 10**digits) / 10**digits, digits=digits)


_DECIMALS = 4
_DUTCH = str.maketrans(",.", ".,")
_ONE_OR_MANY = " // "


def _chosen(text: str, number: Fact | None) -> str:
    if number is None or _ONE_OR_MANY not in text:
        return text
    one, many = text.split(_ONE_OR_MANY)
    return one if number == 1 else many
