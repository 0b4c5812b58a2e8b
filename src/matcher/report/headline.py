"""What the plan reaches, in a few numbers, and what is proven about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.dataset import Dataset, Phrase
from matcher.problem.run_record import RunRecord, Summary
from matcher.report.coverage import LearnerCoverage
from matcher.report.text import Rounded, rounded_down, rounded_up, said, shown

STOP_REASONS = ("time", "work", "memory", "crash", "exhausted", "interrupted")
"""Reasons of summary.json to stop before the goal that have a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number of the headline and what it counts."""

    value: Phrase
    label: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Sentences and numbers at the top.

    Attributes
    ----------
    proof
        What is proven; roundings never say more than that.
    stopped
        Why the run ended before its goal; None where it did not.
    """

    reached: Phrase
    covered: Phrase
    tiles: tuple[Tile, ...]
    proof: Phrase
    stopped: Phrase | None


def headline_of(
    dataset: Dataset, record: RunRecord, covered: Mapping[str, LearnerCoverage]
) -> Headline:
    """Headline of a run."""
    summary = record.summary
    weeks = dict(zip(dataset.periods.period_id, dataset.periods.weeks, strict=True))
    num_open = sum(len(each.open_ids) for each in covered.values())
    open_weeks = float(sum(weeks[row.period_id] for row in record.unplaced))
    placed_always = summary.learners - len({row.learner_id for row in record.unplaced})
    numbers = {
        "tile_learners": summary.learners,
        "tile_placed": summary.placed,
        "tile_placed_all": placed_always,
        "tile_weeks": open_weeks,
        "tile_full": summary.fully_covered,
        "tile_open": num_open,
    }
    return Headline(
        reached=_reached(summary),
        covered=_covered(summary, covered),
        tiles=tuple(
            Tile(value=shown(number), label=said(key))
            for key, number in numbers.items()
        ),
        proof=_proof(summary),
        stopped=_stopped(summary),
    )


def _stopped(summary: Summary) -> Phrase | None:
    if summary.status in ("optimal", "gap"):
        return None
    reason = summary.stop_reason
    return said(f"stopped_{reason if reason in STOP_REASONS else 'other'}")


def _reached(summary: Summary) -> Phrase:
    if summary.placed == summary.learners:
        return said("reached_all")
    return said("reached", placed=summary.placed, learners=summary.learners)


def _covered(summary: Summary, covered: Mapping[str, LearnerCoverage]) -> Phrase:
    if summary.fully_covered == summary.learners:
        return said("covered_all")
    num_all = sum(each.num_competences for each in covered.values())
    num_covered = sum(each.num_covered for each in covered.values())
    share = 100 * num_covered / num_all if num_all else 100.0
    return said("covered", share=rounded_down(share, 0), n=summary.fully_covered)


def _proof(summary: Summary) -> Phrase:
    bound = rounded_down(summary.bound, 1)
    if summary.status == "optimal":
        return said("proof_optimal", bound=bound)
    if summary.bound <= 0:
        objective = Rounded(value=summary.objective)
        return said("proof_points", bound=bound, objective=objective)
    above = 100 * (summary.objective - summary.bound) / summary.bound
    return said("proof_gap", bound=bound, percent=rounded_up(above, 2))
