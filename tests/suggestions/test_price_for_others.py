"""The price for others against two solves of the whole region, by the benchmark."""

import pytest

from benchmarks.quality.price_for_others import (
    check,
    compared,
    drawn,
    loaded_region,
    solved,
)
from matcher.solvers import SolveParams
from matcher.suggestions import region_prices


def proven(folder, learners: int, count: int) -> int:
    """Suggestions of one region whose price is proven, and equal, both ways."""
    params = SolveParams(gap=0.0, time_limit_seconds=120.0)
    run = solved(loaded_region(folder, learners, learners, 8.0), params)
    prices, found = region_prices(run), []
    for each in drawn(run, prices, count, learners):
        found.append(compared(run, prices, each, params))
        check(found[-1])
    assert len(found) == count
    return sum(each.is_proven for each in found)


def test_price_is_what_two_solves_of_a_small_region_differ(tmp_path):
    assert proven(tmp_path, 24, 3) == 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_price_is_what_two_solves_of_a_region_differ(tmp_path):
    assert proven(tmp_path, 100, 4) >= 2
