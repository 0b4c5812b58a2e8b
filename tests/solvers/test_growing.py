"""Arrays that grow hold the same as those joined anew each time."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from matcher.solvers.column_generation.growing import GrowingArray, GrowingMatrix

ADDITIONS = st.lists(st.integers(0, 7), min_size=1, max_size=12)


@given(ADDITIONS)
def test_array_holds_all_rows_and_leaves_what_was_read(sizes):
    random = np.random.default_rng(1)
    parts = [random.random((size, 3)) for size in sizes]
    growing = GrowingArray(parts[0])
    first = growing.rows.copy()
    for at, part in enumerate(parts[1:], start=2):
        before = growing.rows
        kept = before.copy()
        growing.add(part)
        assert (growing.rows == np.concatenate(parts[:at])).all()
        assert (before == kept).all()
    assert (parts[0] == first).all()


@given(ADDITIONS)
def test_matrix_holds_all_rows_and_leaves_what_was_read(sizes):
    parts = [
        sp.csr_array(np.random.default_rng(at).integers(0, 3, (size, 5)) * 0.5)
        for at, size in enumerate(sizes)
    ]
    growing = GrowingMatrix(parts[0])
    for at, part in enumerate(parts[1:], start=2):
        before, kept = growing.rows, growing.rows.toarray()
        growing.add(part)
        joined = np.concatenate([each.toarray() for each in parts[:at]])
        assert growing.rows.shape == joined.shape
        assert (growing.rows.toarray() == joined).all()
        assert (before.toarray() == kept).all()
