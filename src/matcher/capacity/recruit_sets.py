"""Which steps to take together: the best set of two, of three, among the best steps.

What steps gain together is not what they gain one by one: two may mend the same
shortage, and one may work only beside the other. So sets are solved as a whole, the
most promising bound first, until no set that is left can gain more than one that was
solved. Only then the set is called the best, and only of the steps that were looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from matcher.capacity.candidate import Row
from matcher.capacity.recruit import (
    PROVEN_POINTS,
    Confirmed,
    Confirmer,
    Gain,
    Recruit,
)
from matcher.capacity.screening import Screen, Screened
from matcher.capacity.shadow_prices import RegionPrices
from matcher.errors import InternalError
from matcher.solvers import SolveParams
from matcher.suggestions import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParams:
    """How far to look.

    Attributes
    ----------
    largest
        Sets of 2 up to so many steps; 1 for none.
    most_steps
        Only so many of the first ranks are put together.
    most_confirmed
        At most so many sets of each size are solved.
    solve
        How each is solved; an optimum that is not proven in time gives a lower bound.
    """

    largest: int = 1
    most_steps: int = 6
    most_confirmed: int = 12
    solve: SolveParams = field(
        default_factory=lambda: SolveParams(gap=0.0, time_limit_seconds=60.0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitSet:
    """The set of one size that gains most of those that were solved.

    Attributes
    ----------
    steps
        By rank.
    gain_points
        Points by which the optimum falls when the rows of all are added; or surely
        falls.
    most_points
        Points by which it can fall at the most.
    helped
        Learners whose plan costs less then, in one of the best plans.
    num_steps, num_sets, num_confirmed
        Steps that were put together, sets of this size of them, sets solved.
    proof
        `best`: no other set of these steps and this size gains more; else
        `not_proven`.
    """

    steps: tuple[Recruit, ...]
    gain_points: float
    gain: Gain
    most_points: float
    helped: tuple[str, ...]
    num_steps: int
    num_sets: int
    num_confirmed: int
    proof: Literal["best", "not_proven"]


def best_sets(
    run: LoadedRun,
    prices: RegionPrices,
    recruits: tuple[Recruit, ...],
    params: SetParams,
) -> tuple[RecruitSet, ...]:
    """The best set of each size, from 2; of equal gains the first solved.

    Parameters
    ----------
    recruits
        Steps by rank; the first of them are put together.
    """
    steps = recruits[: params.most_steps]
    if min(params.largest, len(steps)) < 2:
        return ()
    screen = Screen(run, prices)
    confirmer = Confirmer(run, params.solve)
    return tuple(
        _best(screen, confirmer, steps, size, params.most_confirmed)
        for size in range(2, min(params.largest, len(steps)) + 1)
    )


def _best(
    screen: Screen,
    confirmer: Confirmer,
    steps: tuple[Recruit, ...],
    size: int,
    most_confirmed: int,
) -> RecruitSet:
    sets = list(combinations(steps, size))
    screened = [(_screened(screen, each), each) for each in sets]
    screened.sort(key=lambda each: -each[0].most_points)  # stable: first ranks first
    done: list[tuple[Confirmed, tuple[Recruit, ...]]] = []
    most_left = screened[0][0].most_points
    for at, (bounded, own) in enumerate(screened[:most_confirmed], start=1):
        done.append((confirmer.of(bounded), own))
        most_left = screened[at][0].most_points if at < len(screened) else 0.0
        if max(found.low for found, _ in done) >= most_left - PROVEN_POINTS:
            break
    best, own = max(done, key=lambda each: each[0].low)
    others = [found.high for found, _ in done if found is not best]
    is_best = best.low >= max([most_left, *others]) - PROVEN_POINTS
    return RecruitSet(
        steps=own,
        gain_points=best.low,
        gain="exact" if best.is_exact else "lower_bound",
        most_points=best.high,
        helped=best.helped,
        num_steps=len(steps),
        num_sets=len(sets),
        num_confirmed=len(done),
        proof="best" if is_best else "not_proven",
    )


def _screened(screen: Screen, steps: tuple[Recruit, ...]) -> Screened:
    found = screen.of(*(each.candidate for each in steps))
    if found is None:  # each of them gains, so that somebody can use it
        message = f"Nobody can use {[each.candidate.subject for each in steps]}."
        raise InternalError(message)
    return found


def rows_of_set(steps: tuple[Recruit, ...]) -> Mapping[str, tuple[Row, ...]]:
    """Per table the rows of all steps."""
    rows: dict[str, tuple[Row, ...]] = {}
    for each in steps:
        for name, own in each.candidate.rows.items():
            rows[name] = rows.get(name, ()) + own
    return rows


def set_to_json(found: RecruitSet) -> Mapping[str, Any]:
    """The entry of ``recruit_sets.json``."""
    return {
        "size": len(found.steps),
        "ranks": [each.rank for each in found.steps],
        "steps": [
            {
                "kind": each.candidate.kind,
                "subject": each.candidate.subject,
                "trajectory_id": each.candidate.trajectory_id or None,
            }
            for each in found.steps
        ],
        "rows": {
            name: [dict(row) for row in rows]
            for name, rows in rows_of_set(found.steps).items()
        },
        "gain_points": found.gain_points,
        "gain": found.gain,
        "most_points": found.most_points,
        "sum_of_gains": sum(each.gain_points for each in found.steps),
        "learners_helped": len(found.helped),
        "helped": list(found.helped),
        "proof": found.proof,
        "among": {
            "steps": found.num_steps,
            "sets": found.num_sets,
            "confirmed": found.num_confirmed,
        },
    }
