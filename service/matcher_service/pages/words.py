"""What the pages say, Dutch and English: ``words.toml``; numbers and days in words."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from matcher.report.text import Fact, Rounded, said_day, shown

Language = Literal["nl", "en"]


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, read once per process."""
    source = files("matcher_service.pages") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


class Words:
    """Texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, key: str, **facts: object) -> str:
        """The text of a key, facts filled in.

        Where `facts` holds `n`, a text of the form ``one // many`` gives its first
        half for 1 and its second for every other number.
        """
        text = texts()[key][self.language]
        one, bar, many = text.partition(" // ")
        if bar:
            text = one if facts.get("n") == 1 else many
        return text.format(**facts)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in texts()

    def number(self, value: float, digits: int = 0) -> str:
        """A number as the language writes it: 1.234,5 or 1,234.5."""
        return self._in_language(Rounded(value=value, digits=digits))

    def signed(self, value: float, digits: int = 0) -> str:
        """A difference: with its sign, but for none."""
        text = self.number(value, digits)
        return f"+{text}" if round(value, digits) > 0 else text

    def day(self, day: date | str | None) -> str:
        """A day in words: 1 sep 2026."""
        if not day:
            return ""
        return str(getattr(said_day(np.datetime64(day)), self.language))

    def moment(self, text: str) -> str:
        """A moment of the database: day, hour and minute, UTC."""
        return f"{self.day(text[:10])}, {text[11:16]} UTC"

    def _in_language(self, fact: Fact) -> str:
        return str(getattr(shown(fact), self.language))
