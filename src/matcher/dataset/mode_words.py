"""Ways to travel in words: the cells hold codes, people read these."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.dataset.finding import Phrase

_WORDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "walk": Phrase(nl="te voet", en="on foot"),
        "bike": Phrase(nl="met de fiets", en="by bike"),
        "ebike": Phrase(nl="met de elektrische fiets", en="by e-bike"),
        "moped": Phrase(nl="met de bromfiets", en="by moped"),
        "pt": Phrase(nl="met bus, tram of trein", en="by public transport"),
        "car": Phrase(nl="met de auto", en="by car"),
    }
)


def mode_said(mode: str) -> Phrase:
    """By what somebody travels; a mode that a policy adds is called by its own name."""
    return _WORDS.get(mode, Phrase(nl=mode, en=mode))
