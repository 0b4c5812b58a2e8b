"""The differences of learners as bars, in pixels; nobody is named."""

from dataclasses import dataclass

from matcher.dataset import Phrase
from matcher.report.text import Rounded, shown
from matcher.whatif.compare import Comparison
from matcher.whatif.groups import TOLERANCE

WIDTH, HEIGHT = 900.0, 220.0
_LEFT, _TOP = 80.0, 12.0
_WIDEST = 26.0
"""Of a bar, so that a few learners do not look like a wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The difference of one learner; `tone` is ``better`` or ``worse``."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number on the axis of points."""

    y: float
    label: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Bars of learners whose points differ, the largest gain first.

    Attributes
    ----------
    zero
        Where nothing changes.
    best, worst
        Points of the first and the last bar.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    left: float
    zero: float
    best: Phrase
    worst: Phrase


def distribution(comparison: Comparison) -> Distribution | None:
    """The distribution; None where nobody's points differ."""
    differences = sorted(each.difference for each in comparison.learners)
    values = [each for each in differences if abs(each) > TOLERANCE]
    if not values:
        return None
    top, bottom = max(values[-1], 0.0), min(values[0], 0.0)
    scale = (HEIGHT - 2 * _TOP) / (top - bottom)
    step = min((WIDTH - _LEFT) / len(values), _WIDEST)

    def y(value: float) -> float:
        return round(_TOP + (top - value) * scale, 1)

    return Distribution(
        bars=tuple(
            Bar(
                x=round(_LEFT + at * step, 2),
                y=min(y(value), y(0.0)),
                width=round(0.86 * step, 2),
                height=max(round(abs(y(value) - y(0.0)), 1), 1.0),
                tone="better" if value < 0 else "worse",
            )
            for at, value in enumerate(values)
        ),
        ticks=tuple(
            Tick(y=y(value), label=_signed(value))
            for value in dict.fromkeys((top, 0.0, bottom))
        ),
        left=_LEFT,
        zero=y(0.0),
        best=_signed(values[0]),
        worst=_signed(values[-1]),
    )


def _signed(value: float) -> Phrase:
    text = shown(0 if value == 0 else Rounded(value=value))
    sign = "+" if value > 0 else ""
    return Phrase(nl=f"{sign}{text.nl}", en=f"{sign}{text.en}")
