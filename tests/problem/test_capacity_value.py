"""What all capacities are worth is the same to the last bit on every machine."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from matcher.problem.rows import Rows, capacity_value


@pytest.mark.parametrize("num_rows", [20_000, 150_000])
def test_it_does_not_depend_on_the_number_of_threads(num_rows):
    random = np.random.default_rng(num_rows)
    none = np.empty(0, dtype=np.int64)
    rows = Rows(
        site=none,
        enterprise=none,
        mentor=none,
        hours=none,
        unsigned=none,
        seat=none,
        limit=random.random(num_rows) * 100.0,
        gate_hours=none,
        gate_unsigned=none,
        gate_drop=np.empty(0),
        gate_lift=np.empty(0),
    )
    prices = random.random(num_rows) * 10.0
    values = set()
    for threads in (1, 2, 4):
        with threadpool_limits(limits=threads):
            values.add(capacity_value(rows, prices))
    assert len(values) == 1
