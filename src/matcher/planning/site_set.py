"""Sets of sites that one plan may use: chosen first, searched one by one.

A plan uses few sites (P2), and which ones settles what it can cover. So all sets of
at most that many sites are gone through with a quick bound, and only those whose
bound is below the best plan are searched. The bound of a set adds up

* the cheapest sequence of blocks at sites of the set, with its rotations (before
  that, quicker: for each period the cheapest placement, and a rotation for each
  site after the first);
* the points of every unit that no site of the set can teach. A unit that takes more
  weeks than a period has counts as taught where a site offers it at all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.menu import EPSILON, Menu
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]


@inner
def signed_first(space: PlanSpace, learner: int, menu: Menu) -> tuple[Menu, int]:
    """The menu with the signed pairs in front, and how many they are."""
    signed = np.zeros(len(menu.pairs), dtype=np.bool_)
    for pair in range(len(menu.pairs)):
        for period in range(len(space.weeks)):
            signed[pair] |= space.signed_pair[learner, period] == menu.pairs[pair]
    order = np.concatenate((np.flatnonzero(signed), np.flatnonzero(~signed)))
    return sub_menu(menu, order), int(signed.sum())


@inner
def sub_menu(menu: Menu, kept: _Ints) -> Menu:
    """The menu with only these pairs, in this order."""
    return Menu(
        menu.pairs[kept],
        menu.costs[kept],
        menu.leave,
        menu.unit_points,
        menu.unit_seat,
        menu.seat,
        menu.seat_cost,
        menu.group,
        menu.group_at_least,
        menu.group_points,
    )


@inner
def period_floors(
    space: PlanSpace, menu: Menu, option_cost: _Floats, startup_cost: _Floats
) -> _Floats:
    """(pairs, periods), least cost of a placement; infinite where barred."""
    num_periods = len(space.weeks)
    floors = np.full((len(menu.pairs), num_periods), np.inf)
    for at in range(len(menu.pairs)):
        pair = menu.pairs[at]
        for option in range(space.option_start[pair], space.option_start[pair + 1]):
            for period in range(num_periods):
                cost = option_cost[option, period]
                cost += min(0.0, startup_cost[option, period])
                floors[at, period] = min(floors[at, period], cost)
    return floors


class Lesson(NamedTuple):
    """Which units each site may teach, as bits, and what the others cost.

    Attributes
    ----------
    bits
        (pairs, words), units that the pair alone, or with others, may reach.
    needed
        (words,), competences that are needed.
    points
        (bytes, 256), points of the units whose bits are set in a byte of `needed`.
    rest_bits, rest_floors
        (pairs + 1, words) and (pairs + 1, periods), bits and least cost of all
        pairs from this one on.
    """

    bits: NDArray[np.uint64]
    needed: NDArray[np.uint64]
    points: _Floats
    rest_bits: NDArray[np.uint64]
    rest_floors: _Floats


@inner
def lesson_of(space: PlanSpace, learner: int, menu: Menu, floors: _Floats) -> Lesson:
    """Lesson of a menu. A unit of more weeks than the shortest period counts as
    taught wherever it is offered at all.
    """
    num_periods = len(space.weeks)
    num_pairs = len(menu.pairs)
    num_units = len(menu.unit_points)
    unit_from = space.unit_start[space.trajectory[learner]]
    shortest = space.weeks.min() if num_periods else 0.0
    words = num_units // 64 + 1
    bits = np.zeros((num_pairs, words), dtype=np.uint64)
    needed = np.zeros(words, dtype=np.uint64)
    points = np.zeros((words * 8, 256))
    for unit in range(num_units):
        if not space.needed[learner, unit]:
            continue
        bit = np.uint64(1) << np.uint64(unit % 64)
        if menu.group[unit] < 0:
            needed[unit // 64] |= bit
            for byte in range(256):
                if byte >> (unit % 8) & 1:
                    points[unit // 8, byte] += menu.unit_points[unit]
        enough = space.unit_weeks[unit_from + unit]
        for pair in range(num_pairs):
            row = space.credit_start[space.pair_offering[menu.pairs[pair]]]
            weeks = 0.0
            for period in range(num_periods):
                if floors[pair, period] < np.inf:
                    weeks += space.credit[row + unit, period]
            if weeks >= enough or (weeks > 0 and enough > shortest):
                bits[pair, unit // 64] |= bit
    rest_bits = np.zeros((num_pairs + 1, words), dtype=np.uint64)
    rest_floors = np.full((num_pairs + 1, num_periods), np.inf)
    for pair in range(num_pairs - 1, -1, -1):
        rest_bits[pair] = rest_bits[pair + 1] | bits[pair]
        rest_floors[pair] = np.minimum(rest_floors[pair + 1], floors[pair])
    return Lesson(bits, needed, points, rest_bits, rest_floors)


class Walk(NamedTuple):
    """A walk through all sets, in the order of their first sites.

    Attributes
    ----------
    size
        (1,), sites in the set at hand; -2 before the first, -1 after the last.
    chosen
        (most sites,), the set at hand, positions in the menu.
    way
        (most sites + 1, periods), least cost of each period with the first sites.
    taught
        (most sites + 1, words), units that the first sites may teach.
    through
        (periods + 1,), room for a bound.
    together
        (pairs, pairs): the two may stand in one plan; see `pairs_together`.
    num_signed
        Sites that every set holds: they stand first in the menu.
    """

    size: _Ints
    chosen: _Ints
    way: _Floats
    taught: NDArray[np.uint64]
    through: _Floats
    together: _Bools
    num_signed: int


@inner
def begin_walk(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    lesson: Lesson,
    num_signed: int,
    together: _Bools,
) -> Walk:
    """A walk that stands before the smallest set: the signed sites alone."""
    most = min(max(space.max_sites[learner], num_signed), len(menu.pairs))
    walk = Walk(
        np.full(1, -2),
        np.full(most, -1),
        np.empty((most + 1, len(space.weeks))),
        np.zeros((most + 1, len(lesson.needed)), dtype=np.uint64),
        np.zeros(len(space.weeks) + 1),
        together,
        num_signed,
    )
    walk.way[0] = menu.leave
    return walk


@inner
def next_set(
    space: PlanSpace,
    menu: Menu,
    floors: _Floats,
    lesson: Lesson,
    walk: Walk,
    best: float,
) -> float:
    """Go on to the next set whose bound is below `best`.

    Returns
    -------
    float
        Its bound; infinite at the end of the walk. The set itself stands in
        ``walk.chosen[: walk.size[0]]``.
    """
    while walk.size[0] != -1:
        if walk.size[0] == -2:
            walk.size[0] = 0
            for pair in range(walk.num_signed):
                _join(floors, lesson, pair, walk)
        else:
            _step(space, menu, floors, lesson, walk, best)
        size = walk.size[0]
        if size >= 0:
            bound = space.rotation * max(size - 1, 0) + walk.way[size].sum()
            if not bound < best - EPSILON:
                continue
            untaught = untaught_points(menu, lesson, walk.taught[size])
            if not bound + untaught < best - EPSILON:
                continue
            kept = walk.chosen[:size]
            bound = untaught + _cheapest_blocks(space, menu, kept, walk.through)
            if bound < best - EPSILON:
                return bound
    return np.inf


@inner
def _step(
    space: PlanSpace,
    menu: Menu,
    floors: _Floats,
    lesson: Lesson,
    walk: Walk,
    best: float,
) -> None:
    """The next set: one site more, else another last site, else one site less.

    Sites are not added where no addition can bring the bound below `best`.
    """
    size = walk.size[0]
    last = walk.chosen[size - 1] if size > 0 else -1
    following = _following(walk, last)
    has_room = size < len(walk.chosen) and following < len(menu.pairs)
    if has_room and _may_grow(space, menu, lesson, walk, following, best):
        _join(floors, lesson, following, walk)
        return
    while size > walk.num_signed:
        size -= 1
        walk.size[0] = size
        following = _following(walk, walk.chosen[size])
        if following < len(menu.pairs):
            _join(floors, lesson, following, walk)
            return
    walk.size[0] = -1


@inner
def _following(walk: Walk, pair: int) -> int:
    """The next pair that may stand beside those of the set at hand."""
    num_pairs = len(walk.together)
    following = pair + 1
    while following < num_pairs:
        fits = True
        for at in range(walk.size[0]):
            fits &= walk.together[following, walk.chosen[at]]
        if fits:
            break
        following += 1
    return following


@inner
def _may_grow(
    space: PlanSpace, menu: Menu, lesson: Lesson, walk: Walk, rest: int, best: float
) -> bool:
    """Some set with these sites and others from `rest` on may be below `best`."""
    size = walk.size[0]
    bound = space.rotation * size
    for period in range(walk.way.shape[1]):
        bound += min(walk.way[size, period], lesson.rest_floors[rest, period])
    if not bound < best - EPSILON:
        return False
    taught = walk.taught[size] | lesson.rest_bits[rest]
    bound += untaught_points(menu, lesson, taught)
    return bool(bound < best - EPSILON)


@inner
def _join(floors: _Floats, lesson: Lesson, pair: int, walk: Walk) -> None:
    size = walk.size[0]
    walk.chosen[size] = pair
    for period in range(floors.shape[1]):
        walk.way[size + 1, period] = min(walk.way[size, period], floors[pair, period])
    for word in range(len(lesson.needed)):
        walk.taught[size + 1, word] = walk.taught[size, word] | lesson.bits[pair, word]
    walk.size[0] = size + 1


@inner
def _cheapest_blocks(
    space: PlanSpace, menu: Menu, kept: _Ints, through: _Floats
) -> float:
    """Cheapest sequence of blocks at these sites, whatever they teach.

    Every block pays a rotation, and one is given back.
    """
    num_periods = len(space.weeks)
    for first in range(num_periods - 1, -1, -1):
        cheapest = menu.leave[first] + through[first + 1]
        for pair in kept:
            for last in range(first, num_periods):
                cost = menu.costs[pair, first, last] + through[last + 1]
                cheapest = min(cheapest, cost + space.rotation)
        through[first] = cheapest
    return float(through[0] - space.rotation)


@inner
def untaught_points(menu: Menu, lesson: Lesson, taught: NDArray[np.uint64]) -> float:
    """Points of the needed units that are not taught."""
    points = 0.0
    for word in range(len(lesson.needed)):
        missing = lesson.needed[word] & ~taught[word]
        byte = word * 8
        while missing:
            points += lesson.points[byte, missing & np.uint64(255)]
            missing >>= np.uint64(8)
            byte += 1
    for group in range(len(menu.group_at_least)):
        lacks = menu.group_at_least[group]
        for unit in range(len(menu.unit_points)):
            if menu.group[unit] == group:
                bit = taught[unit // 64] >> np.uint64(unit % 64) & np.uint64(1)
                lacks -= np.int64(bit)
        points += max(lacks, 0) * menu.group_points[group]
    return points
