"""Sets of learners that have too few places: maximum flow and minimum cut.

Every learner wants one place. A place is a node of a forest (a mentor at a site of
an enterprise): whoever takes it takes one unit of it and of everything above it. A
maximum flow seats as many as can be. From a learner who is left over, everybody
reached in the residual network has full places alone; all but one of them are
seated. Take any one out and the rest can be seated, so each set is minimal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from ortools.graph.python import max_flow
from scipy.sparse.csgraph import breadth_first_order

from matcher.eligibility.position import Index
from matcher.errors import InternalError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who may take which place.

    Attributes
    ----------
    num_learners
        Learners; each wants one place.
    learner, node
        (edges,), a learner may take a place; an edge may stand there twice.
    capacity
        (nodes,), learners.
    parent
        (nodes,), the node above; -1 for none.
    """

    num_learners: int
    learner: Index
    node: Index
    capacity: Index
    parent: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A minimal set of learners with one place too few.

    Attributes
    ----------
    learners
        Ascending.
    nodes
        Ascending; the places that hold all that the set can reach.
    sharing
        Learners of all sets with these very places.
    """

    learners: Index
    nodes: Index
    sharing: int


def crowds_of(seating: Seating) -> list[Crowd]:
    """One minimal crowd per set of places that is too small; none if all are seated.

    Of several crowds with the same places the smallest stands here, then the one
    with the first learners. The learners without any place are crowds of one.
    """
    if not seating.num_learners:
        return []
    found: dict[bytes, list[Index]] = {}
    for learners, nodes in _leftover(seating):
        found.setdefault(nodes.tobytes(), []).append(learners)
    crowds = []
    for key, sets in found.items():
        nodes = np.frombuffer(key, dtype=np.int64)
        sets.sort(key=lambda each: (len(each), each.tolist()))
        sharing = len(np.unique(np.concatenate(sets)))
        # Nobody shares what is not there: each learner without a place is alone.
        kept = sets[:1] if len(nodes) else sets
        crowds += [
            Crowd(
                learners=each, nodes=nodes, sharing=sharing if len(nodes) else len(each)
            )
            for each in kept
        ]
    return sorted(crowds, key=lambda each: each.learners.tolist())


def _leftover(seating: Seating) -> Iterator[tuple[Index, Index]]:
    """Crowd and places of every learner whom a maximum flow leaves over."""
    tail, head, limit = _arcs(seating)
    num_learners, num_nodes = seating.num_learners, len(seating.capacity)
    sink = 1 + num_learners + 2 * num_nodes
    flow = _flow(tail, head, limit, sink)
    seated = flow[:num_learners] > 0
    if seated.all():
        return
    inner = tail > 0  # the source is no way back
    forward, backward = inner & (flow < limit), inner & (flow > 0)
    size = sink + 1
    ends = (
        np.concatenate([tail[forward], head[backward]]),
        np.concatenate([head[forward], tail[backward]]),
    )
    residual = sp.csr_array((np.ones(len(ends[0])), ends), shape=(size, size))
    for learner in np.flatnonzero(~seated):
        order = breadth_first_order(
            residual, 1 + int(learner), directed=True, return_predecessors=False
        )
        reached = np.zeros(size, dtype=bool)
        reached[order] = True
        first = 1 + num_learners
        enters = reached[first : first + num_nodes]
        leaves = reached[first + num_nodes : first + 2 * num_nodes]
        yield (
            np.flatnonzero(reached[1:first]),
            np.flatnonzero(enters & ~leaves).astype(np.int64),
        )


def _arcs(seating: Seating) -> tuple[Index, Index, Index]:
    """Source 0, learners, ways in and out of each node, sink; the learners' first."""
    num_learners, num_nodes = seating.num_learners, len(seating.capacity)
    learner = 1 + np.arange(num_learners)
    way_in = 1 + num_learners + np.arange(num_nodes)
    way_out = way_in + num_nodes
    sink = 1 + num_learners + 2 * num_nodes
    above = np.where(seating.parent >= 0, way_in[seating.parent], sink)
    capacity = np.minimum(seating.capacity, num_learners)
    tail = np.concatenate(
        [np.zeros(num_learners, int), learner[seating.learner], way_in, way_out]
    )
    head = np.concatenate([learner, way_in[seating.node], way_out, above])
    limit = np.concatenate(
        [np.ones(num_learners + len(seating.node), int), capacity, capacity]
    )
    return tail, head, limit


def _flow(tail: Index, head: Index, limit: Index, sink: int) -> Index:
    """(arcs,), a maximum flow from node 0 to the sink.

    Raises
    ------
    InternalError
        The solver calls it no maximum flow; there always is one.
    """
    graph = max_flow.SimpleMaxFlow()
    arcs = graph.add_arcs_with_capacity(tail, head, limit)
    # The solver must have seen its sink, even where no arc enters it.
    graph.add_arc_with_capacity(0, sink, 0)
    if graph.solve(0, sink) != graph.OPTIMAL:
        message = "Expected a maximum flow of learners to places, got none."
        raise InternalError(message)
    return np.asarray(graph.flows(arcs), dtype=np.int64)
