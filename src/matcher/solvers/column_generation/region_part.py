"""Parts of a region that share no capacity: solved apart, they add up."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matcher.eligibility.position import Index
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, plan_use


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPart:
    """Learners who may want the same places, and the rows that they share.

    Attributes
    ----------
    learners
        Positions in the problem, ascending.
    rows
        Positions in `Rows`, ascending.
    """

    learners: Index
    rows: Index


def region_parts(problem: Problem, rows: Rows) -> list[RegionPart]:
    """Connected components of learners and rows, the largest first.

    Ties go to the part with the first learner. A learner without any shared row
    is a part of its own; those are joined into one part, whose plans are simply
    everyone's cheapest.
    """
    possible = problem.open_options.copy()
    signed = problem.pairs.signed_option
    learner, period = np.nonzero(signed >= 0)
    possible[signed[learner, period], period] = True
    option = np.flatnonzero(possible.any(axis=1))
    # Every option as a plan of its own that holds it wherever it may stand.
    held = np.where(possible[option], option[:, None], -1)
    alone = Plans(
        learner=problem.option_learner[option],
        option=held,
        course=np.full((len(option), problem.teaching.needed.shape[1]), -1),
    )
    use = plan_use(problem, rows, alone).tocoo()
    reach = problem.teaching
    sits = np.repeat(np.arange(problem.num_learners), np.diff(reach.reach_start))
    seat = rows.seat[reach.reach_course]
    gates = problem.num_learners + rows.gate_hours
    links = np.concatenate([alone.learner[use.coords[0]], sits[seat >= 0], gates])
    ends = np.concatenate([use.coords[1], seat[seat >= 0], rows.gate_unsigned])
    size = problem.num_learners + len(rows)
    graph = sp.csr_array(
        (np.ones(len(links)), (links, problem.num_learners + ends)), shape=(size, size)
    )
    _, label = connected_components(graph, directed=False)
    return _parts(label.astype(np.int64), problem.num_learners)


def _parts(label: Index, num_learners: int) -> list[RegionPart]:
    by_learner, by_row = label[:num_learners], label[num_learners:]
    shared = np.unique(by_row)
    alone = np.flatnonzero(~np.isin(by_learner, shared))
    parts = []
    for part in shared:
        learners = np.flatnonzero(by_learner == part)
        if len(learners):
            rows = np.flatnonzero(by_row == part)
            parts.append(RegionPart(learners=learners, rows=rows))
    if len(alone):
        parts.append(RegionPart(learners=alone, rows=np.empty(0, dtype=np.int64)))
    return sorted(parts, key=lambda part: (-len(part.learners), part.learners[0]))
