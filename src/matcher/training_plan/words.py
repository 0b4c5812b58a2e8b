"""Words, numbers and days of a training plan, in the language of who reads it."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from matcher.dataset.finding import Language


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.training_plan") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def said(key: str, language: Language, *places: object, **facts: object) -> str:
    """Return the text of a key, facts filled in."""
    return _words()[key][language].format(*places, **facts)


def number(value: float | None, language: Language) -> str:
    """A number with one decimal at most; "" where it is not known."""
    if value is None:
        return ""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language == "nl" else text


def day_text(day: date, language: Language) -> str:
    """A day as people write it: 1 september 2026."""
    months = said("months", language).split()
    return f"{day.day} {months[day.month - 1]} {day.year}"
