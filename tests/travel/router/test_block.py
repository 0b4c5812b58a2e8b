import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.travel.router.block import blocks

PAIRS = st.sets(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=150)


def cover(pairs, batch_size):
    columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return [
        (origins.tolist(), destinations.tolist())
        for origins, destinations in blocks(columns[:, 0], columns[:, 1], batch_size)
    ]


def test_no_pairs_need_no_blocks():
    assert cover(set(), 10) == []


def test_same_needs_share_a_block():
    pairs = {(home, site) for home in (1, 5, 9) for site in (2, 3)}
    assert cover(pairs, 10) == [([1, 5, 9], [2, 3])]


def test_separate_needs_get_blocks_of_their_own():
    pairs = {
        (home, site) for home in range(8) for site in range(8) if (home ^ site) % 2
    }
    assert sorted(cover(pairs, 20)) == [
        ([0, 2, 4, 6], [1, 3, 5, 7]),
        ([1, 3, 5, 7], [0, 2, 4, 6]),
    ]


@given(PAIRS, st.integers(2, 12))
def test_every_pair_lies_in_exactly_one_block_of_the_size_allowed(pairs, batch_size):
    found = cover(pairs, batch_size)
    cells = [(home, site) for homes, sites in found for home in homes for site in sites]
    assert len(cells) == len(set(cells))
    assert pairs <= set(cells)
    assert all(len(homes) + len(sites) <= batch_size for homes, sites in found)


@given(PAIRS)
def test_at_most_half_of_what_is_needed_is_asked_for_nothing(pairs):
    asked = sum(len(homes) * len(sites) for homes, sites in cover(pairs, 80))
    assert asked <= 1.5 * len(pairs)
