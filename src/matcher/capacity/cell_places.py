"""The places of one cell as a forest: mentors at sites of enterprises."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.capacity.certificate import PlaceKind, ShortPlace
from matcher.capacity.claimants import Cell
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem

Depth = Literal["sites", "all"]

_NO_LIMIT = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Places of one cell as the nodes of a forest; see `Seating`.

    Attributes
    ----------
    kind, place
        (nodes,), and the position in the table of that kind.
    of_option
        (options of the cell,), the node where an option begins.
    """

    kind: tuple[PlaceKind, ...]
    place: Index
    capacity: Index
    parent: Index
    of_option: Index


class CellPlaces:
    """Finds the places of cells, and how many learners each of them holds."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        pairs, dataset = problem.pairs, problem.dataset
        self._site = problem.option_site
        self._mentor = pairs.option_mentor
        self._hours: Floats = problem.scored.guidance_hours * min(
            1.0, problem.policy.guidance.startup_factor
        )
        own = dataset.mentors.hours_per_week
        self._mentor_hours = np.where(np.isnan(own), np.inf, own)
        self._enterprise_limit = _enterprise_limits(problem)

    def without_roomy(self, cell: Cell) -> Cell:
        """The cell without learners who find a place whatever the others do.

        A mentor who can take everybody who reaches her, at a site and an enterprise
        that can too, seats them all; they are in no minimal crowd. Without them other
        places may be roomy for those who are left. Nor are learners without any
        option left, each a crowd of one.
        """
        dataset = self._problem.dataset
        hours = self._hours[cell.option]
        mentors, mentor = _numbered(self._mentor[cell.option], len(dataset.mentors))
        sites, site = _numbered(self._site[cell.option], len(dataset.sites))
        owned = np.append(self._enterprise_limit, np.inf)  # the last is nobody's
        enterprises, enterprise = _numbered(
            self._problem.pairs.positions.site_enterprise[sites][site] % len(owned),
            len(owned),
        )
        most = dataset.mentors.max_learners[mentors]
        most_hours = self._mentor_hours[mentors] + TOLERANCE
        capacity, staff = dataset.sites.capacity[sites], owned[enterprises]
        whose = np.searchsorted(cell.learners, cell.owner)
        is_left = np.zeros(len(cell.learners), dtype=bool)
        is_left[whose] = True
        left = np.arange(len(cell.option))
        while len(left):
            by_mentor = np.bincount(mentor[left], minlength=len(mentors)) <= most
            asked = np.bincount(mentor[left], hours[left], len(mentors))
            by_mentor &= asked <= most_hours
            by_site = np.bincount(site[left], minlength=len(sites)) <= capacity
            by_staff = np.bincount(enterprise[left], minlength=len(staff)) <= staff
            roomy = by_mentor[mentor[left]] & by_site[site[left]]
            roomy &= by_staff[enterprise[left]]
            if not roomy.any():
                break
            is_left[whose[left[roomy]]] = False
            left = left[is_left[whose[left]]]
        return cell.narrowed(cell.learners[is_left])[0]

    def nodes(self, cell: Cell, depth: Depth) -> Nodes:
        """Sites alone, or mentors, sites and enterprises."""
        site, mentor = self._site[cell.option], self._mentor[cell.option]
        sites, site_node = np.unique(site, return_inverse=True)
        capacity = self._problem.dataset.sites.capacity[sites]
        kind: list[PlaceKind] = ["site" for _ in sites]
        if depth == "sites":
            return Nodes(
                kind=tuple(kind),
                place=sites,
                capacity=capacity,
                parent=np.full(len(sites), -1),
                of_option=site_node,
            )
        mentors, first_option, mentor_node = np.unique(
            mentor, return_index=True, return_inverse=True
        )
        enterprise = self._problem.pairs.positions.site_enterprise[sites]
        enterprises = np.unique(enterprise[enterprise >= 0])
        above = len(mentors) + len(sites)
        by_hours = self._most_by_hours(cell, mentors, mentor_node)
        by_count = self._problem.dataset.mentors.max_learners[mentors]
        weighs = by_hours < by_count
        heads: list[PlaceKind] = ["mentor_hours" if e else "mentor" for e in weighs]
        tops: list[PlaceKind] = ["enterprise" for _ in enterprises]
        most = np.minimum(self._enterprise_limit[enterprises], _NO_LIMIT)
        return Nodes(
            kind=(*heads, *kind, *tops),
            place=np.concatenate([mentors, sites, enterprises]),
            capacity=np.concatenate(
                [np.minimum(by_hours, by_count), capacity, most.astype(np.int64)]
            ),
            parent=np.concatenate(
                [
                    len(mentors) + site_node[first_option],
                    np.where(
                        enterprise >= 0,
                        above + np.searchsorted(enterprises, enterprise),
                        -1,
                    ),
                    np.full(len(enterprises), -1),
                ]
            ),
            of_option=mentor_node,
        )

    def _most_by_hours(self, cell: Cell, mentors: Index, node: Index) -> Index:
        """(mentors,), most learners of the cell whose least hours fit together."""
        limit = self._mentor_hours[mentors]
        _, mine, within = self._queues(cell, len(mentors), node)
        fits = within <= limit[mine] + TOLERANCE
        most = np.bincount(mine[fits], minlength=len(mentors))
        return np.where(np.isfinite(limit), most, _NO_LIMIT)

    def _queues(
        self, cell: Cell, count: int, node: Index
    ) -> tuple[Index, Index, Floats]:
        """Options by mentor, least hours first: order, node, hours up to there."""
        asked = self._hours[cell.option]
        order = np.lexsort((asked, node))
        mine, running = node[order], np.cumsum(asked[order])
        first = np.searchsorted(mine, np.arange(count))
        before = running[first] - asked[order][first]
        return order, mine, running - before[mine]

    def needed_by_hours(self, cell: Cell, nodes: Nodes) -> Bools:
        """(learners,): without this one some mentor may hold one learner fewer.

        A mentor holds those who ask least. Without one of them the next in line comes
        instead, who may ask more than is left.
        """
        count = sum(kind in ("mentor", "mentor_hours") for kind in nodes.kind)
        limit = self._mentor_hours[nodes.place[:count]]
        order, mine, within = self._queues(cell, count, nodes.of_option)
        first, last = (
            np.searchsorted(mine, np.arange(count), side=side)
            for side in ("left", "right")
        )
        fits = within <= limit[mine] + TOLERANCE
        held = np.bincount(mine[fits], minlength=count)
        with_next = np.append(within, np.inf)[
            np.where(held < last - first, first + held, -1)
        ]
        asked = self._hours[cell.option[order]]
        is_needed = fits & (with_next[mine] - asked > limit[mine] + TOLERANCE)
        is_needed &= np.isfinite(limit)[mine]
        needed = np.zeros(len(cell.learners), dtype=bool)
        owner = cell.owner[order][is_needed]
        needed[np.searchsorted(cell.learners, owner)] = True
        return needed

    def shown(self, cell: Cell, nodes: Nodes, node: int) -> ShortPlace:
        """A place as a certificate of all learners of the cell has it."""
        dataset, kind = self._problem.dataset, nodes.kind[node]
        place, capacity = int(nodes.place[node]), int(nodes.capacity[node])
        if kind == "site":
            name = dataset.sites.site_id[place]
            return ShortPlace(kind=kind, place_id=name, site_id="", capacity=capacity)
        if kind == "enterprise":
            name = self._problem.pairs.positions.enterprise_ids[place]
            return ShortPlace(kind=kind, place_id=name, site_id="", capacity=capacity)
        mentor_id = dataset.mentors.mentor_id[place]
        site_id = dataset.mentors.site_id[place]
        if kind == "mentor":
            return ShortPlace(
                kind=kind, place_id=mentor_id, site_id=site_id, capacity=capacity
            )
        here = self._mentor[cell.option] == place
        ids = dataset.learners.learner_id[cell.owner[here]].tolist()
        hours = self._hours[cell.option[here]].tolist()
        return ShortPlace(
            kind=kind,
            place_id=mentor_id,
            site_id=site_id,
            capacity=capacity,
            hours=float(self._mentor_hours[place]),
            asked=tuple(zip(ids, hours, strict=True)),
        )


def _numbered(places: Index, count: int) -> tuple[Index, Index]:
    """Those of `count` places that are named, ascending, and where each stands."""
    is_named = np.zeros(count, dtype=bool)
    is_named[places] = True
    named = np.flatnonzero(is_named)
    return named, (np.cumsum(is_named) - 1)[places]


def _enterprise_limits(problem: Problem) -> Floats:
    """(enterprises that sites name,), learners; infinite where nothing limits."""
    rows = problem.dataset.enterprises
    named = {
        enterprise_id: np.inf if np.isnan(most) else float(most)
        for enterprise_id, most in zip(
            rows.enterprise_id, rows.max_learners, strict=True
        )
    }
    ids = problem.pairs.positions.enterprise_ids
    return np.array([named.get(each, np.inf) for each in ids], dtype=float)
