"""The inputs of the scorer: few, known before the start, and of the pair.

Every input can be told from the dataset alone before anything is planned, and all
but the sector say something of the place or of how it fits, not of the person.
"""

from dataclasses import dataclass
from typing import Literal

from matcher.dataset.forbidden import is_forbidden_input
from matcher.errors import MatcherError
from matcher.scorer.words import said

Direction = Literal[-1, 0, 1]


class ForbiddenInputError(MatcherError):
    """A score was to be built on something that may never count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input.

    Attributes
    ----------
    direction
        1 where more never lowers the chance, -1 where more never raises it, 0
        where the history may say either.
    is_category
        The values are words, not numbers.
    """

    name: str
    direction: Direction
    unit: str
    nl: str
    en: str
    is_category: bool = False


INPUTS = (
    Input(
        name="sector",
        direction=0,
        unit="",
        nl="sector van de opleiding",
        en="sector of the training",
        is_category=True,
    ),
    Input(
        name="travel_minutes",
        direction=-1,
        unit="min",
        nl="reistijd",
        en="travel time",
    ),
    Input(
        name="support_unmet",
        direction=-1,
        unit="levels",
        nl="ondersteuning die de plek nog niet biedt",
        en="support that the place does not give yet",
    ),
    Input(
        name="learners_per_mentor",
        direction=-1,
        unit="learners",
        nl="leerlingen per mentor",
        en="learners per mentor",
    ),
    Input(
        name="mentor_years",
        direction=1,
        unit="years",
        nl="jaren sinds de mentoropleiding",
        en="years since the mentor training",
    ),
    Input(
        name="coverage",
        direction=1,
        unit="share",
        nl="deel van de competenties op de plek",
        en="share of the competences on offer",
    ),
    Input(
        name="places",
        direction=0,
        unit="learners",
        nl="plaatsen voor leerlingen op de vestiging",
        en="places for learners at the site",
    ),
)
"""In the order of every matrix of features."""


def check_inputs(names: tuple[str, ...]) -> None:
    """Let only inputs of `INPUTS` pass.

    Raises
    ------
    ForbiddenInputError
        A name may never count in a score, or is no input; the message names it.
    """
    known = {each.name for each in INPUTS}
    for name in names:
        if is_forbidden_input(name):
            raise _refusal("forbidden_input", name=name)
        if name not in known:
            raise _refusal("unknown_input", name=name, known=", ".join(sorted(known)))


def _refusal(key: str, **facts: object) -> ForbiddenInputError:
    return ForbiddenInputError(said(key, "en", **facts), said(key, "nl", **facts))
