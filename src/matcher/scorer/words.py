"""What the scorer says to people, in Dutch and English: ``words.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["nl", "en"]


def said(key: str, language: Language, **facts: object) -> str:
    """Return the text of a key, facts filled in."""
    return _texts()[key][language].format(**facts)


def number(value: float, form: str, language: Language) -> str:
    """Write a number as the language does, with a decimal comma in Dutch."""
    text = format(value, form)
    return text.replace(".", ",") if language == "nl" else text


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.scorer") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
