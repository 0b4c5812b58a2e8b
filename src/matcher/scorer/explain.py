"""Why a pair has its chance: parts that add up, in words of growth."""

from dataclasses import dataclass

import numpy as np

from matcher.scorer.features import Features
from matcher.scorer.inputs import INPUTS
from matcher.scorer.scorer import Scorer
from matcher.scorer.words import Language, number, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one input does to the chance of one pair.

    Attributes
    ----------
    found
        The value as text; "" where nobody knows.
    points
        In hundredths of chance; with the base they add up to the chance.
    """

    input: str
    found: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A chance and what it is made of.

    Attributes
    ----------
    base
        Chance of a placement of average promise, in the history.
    contributions
        In the order of `INPUTS`; base + sum of points / 100 is the chance.
    """

    chance: float
    base: float
    horizon_days: int
    contributions: tuple[Contribution, ...]


def explain_chance(scorer: Scorer, features: Features, row: int) -> Explanation:
    """Explain the chance of one row."""
    one = features.take(np.array([row]))
    parts = scorer.chance_contributions(one)[0]
    return Explanation(
        chance=float(scorer.chance(one)[0]),
        base=scorer.base_chance,
        horizon_days=scorer.horizon_days,
        contributions=tuple(
            Contribution(
                input=each.name,
                found=_found(one, each.name),
                points=100.0 * float(part),
            )
            for each, part in zip(INPUTS, parts, strict=True)
        ),
    )


def explanation_to_text(explanation: Explanation, language: Language) -> str:
    """One line per part, the largest first, and what a chance is not."""
    ranked = sorted(explanation.contributions, key=lambda part: -abs(part.points))
    lines = [
        said(
            "chance",
            language,
            chance=number(100 * explanation.chance, ".1f", language),
            days=explanation.horizon_days,
        ),
        said("base", language, base=number(100 * explanation.base, ".1f", language)),
        *(
            said(
                "part" if part.found else "part_unknown",
                language,
                points=number(part.points, "+.1f", language),
                name=input_words(part.input, language),
                found=_found_words(part, language),
            )
            for part in ranked
        ),
        said("not_for", language),
    ]
    return "\n".join(lines)


def input_words(name: str, language: Language) -> str:
    """Words for an input; Dutch ones in Dutch."""
    each = next(each for each in INPUTS if each.name == name)
    return each.nl if language == "nl" else each.en


def _found_words(part: Contribution, language: Language) -> str:
    """What was found; a number to two decimals at most."""
    each = next(each for each in INPUTS if each.name == part.input)
    if each.is_category or not part.found:
        return part.found
    return number(float(part.found), ".2f", language).rstrip("0").rstrip(",.")


def _found(one: Features, name: str) -> str:
    if name == "sector":
        return one.sectors[one.sector[0]] if one.sector[0] >= 0 else ""
    value = float(one.column(name)[0])
    return "" if np.isnan(value) else f"{value:.4g}"
