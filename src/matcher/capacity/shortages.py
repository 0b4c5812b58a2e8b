"""Every shortage of a region that counting proves, as minimal certificates.

Sites alone are counted first: those certificates are the shortest to read. Then the
mentors, their hours and the enterprises count too; what they show on top is added.
Of a competence or context only what is no shortage of places at large.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matcher.capacity.cell_places import CellPlaces, Nodes
from matcher.capacity.certificate import Shortage, ShortPlace
from matcher.capacity.claimants import Cell, Claimants
from matcher.capacity.crowding import Crowd, Seating, crowds_of
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem


def find_shortages(problem: Problem) -> tuple[Shortage, ...]:
    """Certificates by training, any place first, then unit; then period; then set.

    Ties: certificates of one cell stand by the positions of their learners.
    """
    return tuple(_Finder(problem).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A crowd with the places it was found with."""

    learners: tuple[int, ...]
    places: tuple[ShortPlace, ...]
    reach: tuple[tuple[int, ...], ...]
    sharing: int


class _Finder:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._claimants = Claimants(problem)
        self._places = CellPlaces(problem)

    def all(self) -> Iterator[Shortage]:
        """Every certificate."""
        problem = self._problem
        for trajectory in range(len(problem.dataset.trajectories)):
            at_large: dict[int, list[set[int]]] = {}
            for period in range(problem.num_periods):
                cell = self._claimants.any_place(trajectory, period)
                found = self._in_cell(cell, [], cell.without_option)
                at_large[period] = [set(each.learners) for each in found]
                yield from (self._shortage(cell, each) for each in found)
            first, last = problem.units.start[[trajectory, trajectory + 1]]
            for unit in range(first, last):
                yield from self._of_unit(trajectory, unit, at_large)

    def _of_unit(
        self, trajectory: int, unit: int, at_large: dict[int, list[set[int]]]
    ) -> Iterator[Shortage]:
        told: set[int] = set()
        for cell in self._claimants.of_unit(trajectory, unit):
            known = at_large[cell.period]
            # Nobody in reach ever offers it: said once, not every period.
            without = {
                learner
                for learner in cell.learners[cell.is_decisive].tolist()
                if learner not in told and {learner} not in known
            }
            alone = [each for each in cell.without_option.tolist() if each in without]
            told.update(alone)
            for found in self._in_cell(cell, known, alone):
                yield self._shortage(cell, found)

    def _in_cell(
        self, cell: Cell, known: list[set[int]], alone: Iterable[int]
    ) -> list[_Found]:
        """Crowds that hold none of the sets that are known, sites before the rest.

        Parameters
        ----------
        alone
            Learners without any option who are told of; the others of them are not.
        """
        cell = self._places.without_roomy(cell)
        whole = self._places.nodes(cell, "all")
        with_all = crowds_of(_seating(cell, whole))
        kept = [_nowhere(each) for each in alone]
        if not with_all:  # who finds a place with a mentor finds one at a site
            return kept
        sites = self._places.nodes(cell, "sites")
        known = list(known)
        for nodes, crowds in (
            (sites, crowds_of(_seating(cell, sites))),
            (whole, with_all),
        ):
            for found in self._told(cell, nodes, crowds, known):
                kept.append(found)
                known.append(set(found.learners))
            if nodes is sites:
                kept.sort(key=lambda each: each.learners)
        return kept

    def _told(
        self, cell: Cell, nodes: Nodes, crowds: list[Crowd], known: list[set[int]]
    ) -> Iterator[_Found]:
        """Certificates of crowds that hold none of the sets known when asked."""
        for crowd in crowds:
            learners = cell.learners[crowd.learners]
            if "mentor_hours" in {nodes.kind[node] for node in crowd.nodes.tolist()}:
                for found in self._weighed(cell.narrowed(learners)[0]):
                    if not _holds_one(found.learners, known):
                        yield found
            elif not _holds_one(learners.tolist(), known):
                narrow, at = cell.narrowed(learners)
                yield self._found(narrow, nodes, nodes.of_option[at], crowd)

    def _weighed(self, cell: Cell) -> list[_Found]:
        """Certificates within a crowd, hours counted for the crowd alone.

        Fewer learners may ask more hours each, so that fewer of them fit: the set
        is narrowed until it is minimal under its own count.
        """
        nodes = self._places.nodes(cell, "all")
        for inner in crowds_of(_seating(cell, nodes)):
            if len(inner.learners) < len(cell.learners):
                return self._weighed(cell.narrowed(cell.learners[inner.learners])[0])
            # A flow has shown that all but one find a place, if no place shrinks.
            doubtful = self._places.needed_by_hours(cell, nodes)
            for left_out in np.flatnonzero(doubtful):
                fewer, _ = cell.narrowed(np.delete(cell.learners, left_out))
                held = crowds_of(_seating(fewer, self._places.nodes(fewer, "all")))
                if held:
                    crowd = fewer.learners[held[0].learners]
                    return self._weighed(fewer.narrowed(crowd)[0])
            return [self._found(cell, nodes, nodes.of_option, inner)]
        return []

    def _found(
        self, cell: Cell, nodes: Nodes, of_option: Index, crowd: Crowd
    ) -> _Found:
        """The certificate of all learners of a cell, who are a crowd.

        Parameters
        ----------
        of_option
            The nodes of the cell's options.
        """
        reach: list[set[int]] = [set() for _ in cell.learners]
        number = {int(node): at for at, node in enumerate(crowd.nodes, start=1)}
        whose = np.searchsorted(cell.learners, cell.owner)
        for at, node in zip(whose.tolist(), of_option.tolist(), strict=True):
            above = node
            while above >= 0:
                if above in number:
                    reach[at].add(number[above])
                above = int(nodes.parent[above])
        return _Found(
            learners=tuple(cell.learners.tolist()),
            places=tuple(
                self._places.shown(cell, nodes, int(node)) for node in crowd.nodes
            ),
            reach=tuple(tuple(sorted(each)) for each in reach),
            sharing=crowd.sharing,
        )

    def _shortage(self, cell: Cell, found: _Found) -> Shortage:
        dataset = self._problem.dataset
        own = np.isin(cell.learners, found.learners)
        unit = self._problem.units.ids[cell.unit] if cell.unit >= 0 else None
        return Shortage(
            trajectory_id=dataset.trajectories.trajectory_id[cell.trajectory],
            competence_id=unit,
            period_id=dataset.periods.period_id[cell.period],
            learners=tuple(dataset.learners.learner_id[list(found.learners)].tolist()),
            places=found.places,
            reach=found.reach,
            sharing=found.sharing,
            is_decisive=bool(cell.is_decisive[own].all()),
        )


def _nowhere(learner: int) -> _Found:
    """A learner without any place is a crowd of one."""
    return _Found(learners=(learner,), places=(), reach=((),), sharing=1)


def _holds_one(learners: Iterable[int], sets: list[set[int]]) -> bool:
    own = set(learners)
    return any(each <= own for each in sets)


def _seating(cell: Cell, nodes: Nodes) -> Seating:
    return Seating(
        num_learners=len(cell.learners),
        learner=np.searchsorted(cell.learners, cell.owner),
        node=nodes.of_option,
        capacity=nodes.capacity,
        parent=nodes.parent,
    )
