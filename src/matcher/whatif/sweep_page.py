"""sweep.html: distributions and the robust choice, in one page that opens offline."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.dataset import Phrase
from matcher.dataset.card import is_synthetic
from matcher.dataset.finding import Language
from matcher.report.text import Rounded, shown
from matcher.whatif.page import rendered
from matcher.whatif.section import Cell, Difference, Section, plain
from matcher.whatif.statistics import Spread, Statistics
from matcher.whatif.text import said

if TYPE_CHECKING:
    from matcher.whatif.sweep import SweepOutcome

_WIDTH = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The draws of a choice at a point on one axis, in pixels.

    Attributes
    ----------
    low, high
        Ends of the confidence interval of the mean.
    """

    label: Phrase
    dots: tuple[float, ...]
    mean: float
    low: float
    high: float


def sweep_page(outcome: "SweepOutcome", language: Language) -> str:
    """Text of the page; the same sweep gives the same bytes."""
    return rendered(
        "sweep.html.j2",
        language,
        title=said("title", title=outcome.scenario.title),
        is_synthetic=is_synthetic(outcome.scenario.dataset),
        sections=sweep_sections(outcome),
        kicker=outcome.scenario.name,
        strips=_strips(outcome),
        strip_width=_WIDTH,
        ends=[Rounded(value=end, digits=0) for end in _ends(outcome)],
    )


def sweep_sections(outcome: "SweepOutcome") -> tuple[Section, ...]:
    """The question, the robust choice, the table of points."""
    found = outcome.statistics
    return (
        Section(key="question", lines=(outcome.scenario.question,)),
        Section(
            key="robust",
            lines=robust_lines(found),
            columns=("choice", "expected", "worst"),
            rows=tuple(
                (plain(each.choice), each.expected, each.worst) for each in found.robust
            ),
        ),
        Section(
            key="points",
            lines=(said("points_note"),),
            columns=(
                "choice",
                "point",
                "draws",
                "mean",
                "interval",
                "placed",
                "weeks",
                "against_first",
                "against_interval",
            ),
            rows=tuple(
                (
                    plain(each.choice),
                    _named(each.point),
                    each.objective.number,
                    each.objective.mean,
                    _interval(each.objective),
                    each.placed.mean,
                    each.weeks_without_place.mean,
                    _difference(each.against_first),
                    _interval(each.against_first),
                )
                for each in found.points
            ),
        ),
    )


def robust_lines(found: Statistics) -> tuple[Phrase, ...]:
    """Which choice is best expected, and which in the worst case."""
    if len(found.robust) == 1:
        return (said("one_choice"),)
    return tuple(
        said(
            f"{key}_{'sure' if verdict.is_told_apart else 'unsure'}",
            choice=verdict.choice,
        )
        for key, verdict in (
            ("expected_best", found.best_expected),
            ("worst_best", found.best_worst),
        )
    )


def _strips(outcome: "SweepOutcome") -> tuple[Strip, ...]:
    least, most = _ends(outcome)
    scale = _WIDTH / max(most - least, 1e-9)

    def at(value: float) -> float:
        return round((value - least) * scale, 1)

    strips = []
    for each in outcome.statistics.points:
        own = [
            at(variant.objective)
            for task, variant in zip(outcome.tasks, outcome.variants, strict=True)
            if (task.choice, task.point) == (each.choice, each.point)
        ]
        spread = each.objective
        is_single = spread.number == 1
        name = _named(each.point)
        strips.append(
            Strip(
                label=Phrase(
                    nl=f"{each.choice} {name.nl}", en=f"{each.choice} {name.en}"
                ),
                dots=tuple(own),
                mean=at(spread.mean),
                low=at(spread.mean if is_single else spread.low),
                high=at(spread.mean if is_single else spread.high),
            )
        )
    return tuple(strips)


def _ends(outcome: "SweepOutcome") -> tuple[float, float]:
    """Points at the ends of the axis: every draw and every interval lies between."""
    spreads = [each.objective for each in outcome.statistics.points]
    values = [each.objective for each in outcome.variants]
    for each in spreads:
        values += [] if each.number == 1 else [each.low, each.high]
    return min(values), max(values)


def _named(point: tuple[tuple[str, float | int | str], ...]) -> Phrase:
    words = [(name, shown(value)) for name, value in point]
    return Phrase(
        nl=", ".join(f"{name} {value.nl}" for name, value in words),
        en=", ".join(f"{name} {value.en}" for name, value in words),
    )


def _difference(spread: Spread | None) -> Cell:
    return None if spread is None else Difference(spread.mean)


def _interval(spread: Spread | None) -> Cell:
    if spread is None or spread.number == 1:
        return None
    return said(
        "interval_of", low=Rounded(value=spread.low), high=Rounded(value=spread.high)
    )
