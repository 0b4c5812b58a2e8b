"""What the reports about capacity say to people, Dutch and English: ``words.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from matcher.dataset import Phrase
from matcher.report.text import Fact, shown

Language = Literal["nl", "en"]


def said(key: str, language: Language, /, **facts: object) -> str:
    """Return the text of a key, facts filled in."""
    return _texts()[key][language].format(**facts)


def both(key: str, /, **facts: Fact) -> Phrase:
    """Return the text of a key in both languages, numbers in the style of each."""
    values = {name: shown(fact) for name, fact in facts.items()}
    return Phrase(
        nl=said(key, "nl", **{name: fact.nl for name, fact in values.items()}),
        en=said(key, "en", **{name: fact.en for name, fact in values.items()}),
    )


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.capacity") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
