"""Arrays that grow by rows: each addition costs what it adds, on average."""

from typing import Generic, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Kind = TypeVar("Kind", np.int32, np.int64, np.float64)


class GrowingArray(Generic[Kind]):
    """Rows of an array, with spare room behind them.

    Parameters
    ----------
    rows
        The first ones; not copied until some are added.
    """

    def __init__(self, rows: NDArray[Kind]) -> None:
        self._room: NDArray[Kind] = rows
        self._size = len(rows)

    @property
    def rows(self) -> NDArray[Kind]:
        """All rows; a view that later additions leave as it is."""
        rows: NDArray[Kind] = self._room[: self._size]
        return rows

    def add(self, rows: NDArray[Kind]) -> None:
        """Put rows behind the others."""
        size = self._size + len(rows)
        if size > len(self._room):
            room = np.empty((2 * size, *self._room.shape[1:]), dtype=self._room.dtype)
            room[: self._size] = self.rows
            self._room = room
        self._room[self._size : size] = rows
        self._size = size


class GrowingMatrix:
    """Rows of a sparse matrix, with spare room behind them.

    Attributes
    ----------
    rows
        All rows; later additions leave it as it is.
    """

    def __init__(self, rows: sp.csr_array) -> None:
        self.rows = rows
        self._ends = GrowingArray(rows.indptr[1:])
        self._columns = GrowingArray(rows.indices)
        self._amounts: GrowingArray[np.float64] = GrowingArray(rows.data)

    def add(self, rows: sp.csr_array) -> None:
        """Put rows behind the others."""
        self._ends.add(rows.indptr[1:] + len(self._columns.rows))
        self._columns.add(rows.indices)
        self._amounts.add(rows.data)
        starts = np.concatenate([[0], self._ends.rows], dtype=self._ends.rows.dtype)
        self.rows = sp.csr_array(
            (self._amounts.rows, self._columns.rows, starts),
            shape=(len(self._ends.rows), self.rows.shape[1]),
        )
