"""Which tables to ask, so that every pair is in one and few cells are for nothing."""

from collections.abc import Iterator

import numpy as np

from matcher.travel.provider import Index

_WORST_WASTE = 1.5
"""Cells asked per cell needed, at most, before origins get tables of their own."""


def blocks(
    origin: Index, destination: Index, batch_size: int
) -> Iterator[tuple[Index, Index]]:
    """Cover pairs with blocks of origins x destinations.

    Learners of one trajectory need the same sites: origins are ordered by what
    they need, so that neighbours in that order share their tables.

    Parameters
    ----------
    origin, destination
        (num_pairs,), different pairs.
    batch_size
        Origins and destinations together in one block, at most.

    Yields
    ------
    origins, destinations
        Different values of each; every pair lies in exactly one block.
    """
    if not len(origin):
        return
    order = np.lexsort((destination, origin))
    names, first = np.unique(origin[order], return_index=True)
    needs = dict(
        zip(names.tolist(), np.split(destination[order], first[1:]), strict=True)
    )
    # Big-endian bytes sort as the numbers do, without a Python object per pair.
    ranked = sorted(needs, key=lambda name: needs[name].astype(">u8").tobytes())
    group: list[int] = []
    wanted = np.empty(0, dtype=np.int64)
    num_needed = 0
    for name in ranked:
        union = np.union1d(wanted, needs[name])
        total = num_needed + len(needs[name])
        is_full = len(group) >= batch_size // 2
        if group and (is_full or len(union) * (len(group) + 1) > _WORST_WASTE * total):
            yield from _tables(group, wanted, batch_size)
            group, union, total = [], needs[name], len(needs[name])
        group.append(name)
        wanted, num_needed = union, total
    yield from _tables(group, wanted, batch_size)


def _tables(
    group: list[int], wanted: Index, batch_size: int
) -> Iterator[tuple[Index, Index]]:
    width = batch_size - len(group)
    for start in range(0, len(wanted), width):
        yield np.array(group, dtype=np.int64), wanted[start : start + width]
