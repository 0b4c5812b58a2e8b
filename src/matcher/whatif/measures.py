"""Figures of one side that people ask for, and those of a comparison by name."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from matcher.dataset.tables import Floats
from matcher.errors import ScenarioError
from matcher.problem.plans import coverage_of
from matcher.scenario import Expectation
from matcher.suggestions import LoadedRun

if TYPE_CHECKING:
    from matcher.whatif.compare import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures of one side; NaN where nobody has any.

    Attributes
    ----------
    weeks_without_place
        Of active periods, over all learners.
    gaps, contexts_lacking
        Competences that stay open; contexts that groups lack.
    tail_points
        Mean points of the tenth of the learners with the most.
    minutes, minutes_tail
        Mean of the longest journey of placed learners; one in ten travels longer.
    mentor_hours
        Guidance hours, summed over mentors and weeks.
    full_mentors
        Mentors without an hour left in some period.
    seats
        Course seats taken.
    """

    placed: float
    fully_covered: float
    weeks_without_place: float
    gaps: float
    contexts_lacking: float
    tail_points: float
    minutes: float
    minutes_tail: float
    mentor_hours: float
    full_mentors: float
    seats: float


def measures_of(run: LoadedRun, tail: float) -> Measures:
    """Figures of a run.

    Parameters
    ----------
    tail
        Share of the learners that are the tail, at least one of them.
    """
    problem, plans = run.problem, run.plans
    placed = plans.option >= 0
    is_open = problem.pairs.calendar.active & ~placed
    coverage = coverage_of(problem, plans)
    points = np.sort(run.points.sum(axis=1))[::-1]
    number = max(1, math.ceil(tail * len(points)))
    minutes = _longest(run)
    limits = run.dataset.mentors.hours_per_week
    full = run.mentor_hours >= limits[:, None] - 1e-6
    return Measures(
        placed=float(placed.any(axis=1).sum()),
        fully_covered=float(run.summary.fully_covered),
        weeks_without_place=float((is_open * problem.weeks).sum()),
        gaps=float(coverage.gap.sum()),
        contexts_lacking=float(coverage.lacking.sum()),
        tail_points=float(points[:number].mean()) if len(points) else math.nan,
        minutes=float(minutes.mean()) if len(minutes) else math.nan,
        minutes_tail=float(np.percentile(minutes, 90)) if len(minutes) else math.nan,
        mentor_hours=float((run.mentor_hours @ problem.weeks).sum()),
        full_mentors=float((full & (run.mentor_hours > 0)).any(axis=1).sum()),
        seats=float((plans.course >= 0).sum()),
    )


def named_measures(comparison: "Comparison") -> Mapping[str, float]:
    """Every figure that an expectation may name.

    ``<figure>`` is that of the scenario, ``<figure>_difference`` scenario minus base.
    """
    found = {
        "objective_difference": comparison.difference,
        "told_apart": float(comparison.told_apart),
        "better": float(comparison.better),
        "worse": float(comparison.worse),
        "same": float(comparison.same),
        "moved_placements": float(comparison.moves.moved),
        "learners_difference": float(comparison.new - comparison.gone),
        "shortages_appear": float(sum(e.appears for e in comparison.shortages)),
        "shortages_vanish": float(sum(not e.appears for e in comparison.shortages)),
    }
    for field in fields(Measures):
        after = float(getattr(comparison.scenario_measures, field.name))
        found[field.name] = after
        found[f"{field.name}_difference"] = after - float(
            getattr(comparison.base_measures, field.name)
        )
    found |= {f"{term}_points": value for term, value in comparison.terms.items()}
    return found


def unmet(
    comparison: "Comparison", expectations: tuple[Expectation, ...]
) -> tuple[str, ...]:
    """A sentence per expectation that does not hold; none if all do.

    Raises
    ------
    ScenarioError
        An expectation names no figure.
    """
    found = named_measures(comparison)
    faults = []
    for each in expectations:
        if each.measure not in found:
            message = (
                f'"expect.{each.measure}" is no figure. Expected one of '
                f"{', '.join(found)}."
            )
            raise ScenarioError(message)
        value = found[each.measure]
        low = -math.inf if each.at_least is None else each.at_least
        high = math.inf if each.at_most is None else each.at_most
        if not low - 1e-6 <= value <= high + 1e-6:
            faults.append(f"{each.measure} is {value:g}, expected {low:g} to {high:g}.")
    return tuple(faults)


def _longest(run: LoadedRun) -> Floats:
    """Longest known journey of every placed learner."""
    plans, pairs = run.plans, run.problem.pairs
    longest = np.full(len(plans), np.nan)
    row, period = np.nonzero(plans.option >= 0)
    if len(row):
        minutes = pairs.minutes[pairs.option_pair[plans.option[row, period]]]
        np.fmax.at(longest, row, minutes)
    known: Floats = longest[~np.isnan(longest)]
    return known
