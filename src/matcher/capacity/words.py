"""What the reports about capacity say to people, Dutch and English: ``words.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["nl", "en"]


def said(key: str, language: Language, **facts: object) -> str:
    """Return the text of a key, facts filled in."""
    return _texts()[key][language].format(**facts)


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.capacity") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
