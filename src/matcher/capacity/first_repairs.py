"""First repairs of many drop-outs at once: who is hit gets what is left.

What `RoomSearch` answers without a branch, for all drop-outs together: the cheapest
plans of those who are hit, each alone; where they overfill a place, one after the
other, each the cheapest beside those before, the dearest first.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.capacity.drop_out import DropOut
from matcher.capacity.lone_plans import LoneSearch, Questions
from matcher.capacity.places_taken import PlacesTaken
from matcher.capacity.room_search import Answer, RoomSearch
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans
from matcher.suggestions import LoadedRun


def first_answers(
    run: LoadedRun, drops: Sequence[DropOut], workers: int = 1
) -> list[Answer | None]:
    """Per drop-out plans of those who are hit; None where signed placements forbid it.

    Parameters
    ----------
    workers
        Threads; the answers do not depend on them.
    """
    search = LoneSearch(run, workers=workers)
    asked = search.asked([each.hit for each in drops], drops)
    found = search.plans(asked)
    answered = ~_named(asked, ~found.found) & _are_simple(run, drops)
    over = search.overfull(asked, found.plans) & answered
    start = np.searchsorted(asked.question, np.arange(len(drops) + 1))
    crowded = np.flatnonzero(over & (np.diff(start) > 1))
    in_turn = _in_turn(run, search, asked, found.plans, found.costs, crowded)
    answers: list[Answer | None] = []
    for at in range(len(drops)):
        rows = np.arange(start[at], start[at + 1])
        bound = float(found.bounds[rows].sum())
        if not answered[at]:
            answers.append(None)
        elif at in in_turn:
            fitting = in_turn[at]
            answers.append(fitting and replace(fitting, bound=bound))
        else:
            points = float(found.costs[rows].sum())
            plans = found.plans.take(rows)
            answers.append(Answer(plans=plans, points=points, bound=bound))
    return answers


def _in_turn(
    run: LoadedRun,
    search: LoneSearch,
    asked: Questions,
    alone: Plans,
    costs: Floats,
    crowded: Index,
) -> dict[int, Answer | None]:
    """Of questions whose learners crowd: plans one after the other, the dearest first.

    Parameters
    ----------
    alone, costs
        One per row: the plan of each alone, and its points.
    """
    own = np.flatnonzero(np.isin(asked.question, crowded))
    question = asked.question[own]
    order = own[np.lexsort((own, -costs[own], question))]
    start = np.searchsorted(question, crowded)
    turn = np.arange(len(own)) - np.repeat(start, np.diff(np.append(start, len(own))))
    option, course = alone.option.copy(), alone.course.copy()
    points = np.zeros(len(asked.drops))
    stuck = np.zeros(len(asked.drops), dtype=bool)
    # The dearest has the room of a plan alone, and so that very plan.
    dearest = order[turn == 0]
    points[asked.question[dearest]] = costs[dearest]
    room = asked.room.and_(
        PlacesTaken.of(run.problem, alone.take(dearest), asked.question[dearest], 1.0)
    )
    for number in range(1, int(turn.max(initial=0)) + 1):
        rows = order[turn == number]
        rows = rows[~stuck[asked.question[rows]]]
        now = replace(
            asked,
            question=asked.question[rows],
            learner=asked.learner[rows],
            room=room,
        )
        found = search.plans(now)
        option[rows], course[rows] = found.plans.option, found.plans.course
        stuck[now.question[~found.found]] = True
        points[now.question] += found.costs
        taken = PlacesTaken.of(run.problem, found.plans, now.question, 1.0)
        room = room.and_(taken)
    plans = Plans(learner=alone.learner, option=option, course=course)
    rows_of = np.split(own, start[1:]) if len(crowded) else []
    return {
        int(at): None
        if stuck[at]
        else Answer(plans=plans.take(rows), points=float(points[at]), bound=-np.inf)
        for at, rows in zip(crowded, rows_of, strict=True)
    }


def _named(asked: Questions, rows: Bools) -> Bools:
    """(questions,): one of these rows is of it."""
    named = np.zeros(len(asked.drops), dtype=bool)
    named[asked.question[rows]] = True
    return named


def _are_simple(run: LoadedRun, drops: Sequence[DropOut]) -> Bools:
    """(drop-outs,): signed placements of the hit bind nothing beyond themselves."""
    problem, search = run.problem, RoomSearch(run)
    doubtful: Bools = np.zeros(problem.num_learners, dtype=bool)
    doubtful[np.nonzero(problem.pairs.signed_option >= 0)[0]] = True
    gated = problem.capacities.hours_gated.any(axis=1)
    is_gated = np.asarray(gated)[problem.pairs.option_mentor]
    doubtful[problem.option_learner[is_gated]] = True
    return np.array(
        [
            not doubtful[each.hit].any() or search.is_simple(each.hit, each)
            for each in drops
        ],
        dtype=bool,
    )
