"""What the commands say, in Dutch and English: ``words.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["nl", "en"]

LANGUAGE_VARIABLE = "MATCHER_LANGUAGE"


def chosen_language(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Language:
    """Language of a command line: `--language`, else the variable, else Dutch.

    Help is written before a command line is parsed, hence this look ahead.
    """
    asked = environment.get(LANGUAGE_VARIABLE, "nl")
    for at, word in enumerate(arguments):
        option, _, value = word.partition("=")
        if option == "--language":
            asked = value or "".join(arguments[at + 1 : at + 2])
    return "en" if asked == "en" else "nl"


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.cli") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def said(key: str, language: Language, **facts: object) -> str:
    """Return the text of a key, facts filled in."""
    return _texts()[key][language].format(**facts)


def number(value: float, decimals: int, language: Language) -> str:
    """Return a number as the language writes it: 1.234,5 or 1,234.5."""
    english = f"{value:,.{decimals}f}"
    if language == "en":
        return english
    return english.translate(str.maketrans(",.", ".,"))
