"""Sentences of a comparison in both languages: ``words.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from matcher.dataset import Phrase
from matcher.report.text import Fact, shown


@cache
def _texts() -> Mapping[str, Phrase]:
    source = files("matcher.whatif") / "words.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {key: Phrase(**table) for key, table in tables.items()}


def said(key: str, /, **facts: Fact) -> Phrase:
    """The text of a key in both languages, facts filled in."""
    text = _texts()[key]
    values = {name: shown(fact) for name, fact in facts.items()}
    return Phrase(
        nl=text.nl.format(**{name: fact.nl for name, fact in values.items()}),
        en=text.en.format(**{name: fact.en for name, fact in values.items()}),
    )
