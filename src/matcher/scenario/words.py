"""Texts of ``words.toml``, in both languages."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from matcher.dataset import Phrase
from matcher.errors import ScenarioError

LANGUAGES = ("nl", "en")


@cache
def _texts() -> Mapping[str, Phrase]:
    source = files("matcher.scenario") / "words.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {key: Phrase(**table) for key, table in tables.items()}


def worded(key: str, /, **facts: Phrase) -> Phrase:
    """The text of a key in both languages, facts filled in."""
    text = _texts()[key]
    return Phrase(
        nl=text.nl.format(**{name: fact.nl for name, fact in facts.items()}),
        en=text.en.format(**{name: fact.en for name, fact in facts.items()}),
    )


def fault(key: str, /, **facts: object) -> ScenarioError:
    """The error that ``fault_<key>`` words: a part of a sentence, both languages."""
    said = worded(
        f"fault_{key}",
        **{
            name: fact if isinstance(fact, Phrase) else as_is(f"{fact}")
            for name, fact in facts.items()
        },
    )
    return ScenarioError(said.en, dutch=said.nl)


def refused(name: str, faults: Sequence[Phrase]) -> ScenarioError:
    """The error that holds all faults of the scenario of this name."""
    nl, en = ("; ".join(getattr(each, lang) for each in faults) for lang in LANGUAGES)
    return fault("scenario", name=name, faults=Phrase(nl=f"{nl}.", en=f"{en}."))


def as_is(text: str) -> Phrase:
    """A text that is the same in every language, such as an id."""
    return Phrase(nl=text, en=text)
