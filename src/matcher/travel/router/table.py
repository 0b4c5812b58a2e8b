"""Tables of durations: what is asked of a router, and how the reply is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from matcher.errors import RouterError
from matcher.travel.point import Floats
from matcher.travel.router.place import Places


class TableTooLargeError(RouterError):
    """The router takes fewer locations at a time."""


class PlacesUnreachableError(RouterError):
    """The router refuses the whole table for want of a road somewhere in it."""


class IllFormedError(ValueError):
    """A reply is not a table of the size that was asked; says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One question: every origin to every destination.

    Attributes
    ----------
    profile
        Profile (OSRM) or costing (Valhalla).
    """

    profile: str
    origins: Places
    destinations: Places

    @property
    def shape(self) -> tuple[int, int]:
        """Origins, destinations."""
        return len(self.origins), len(self.destinations)


def seconds_of_rows(rows: object, shape: tuple[int, int]) -> Floats:
    """Matrix of nested lists of seconds; null (no connection) becomes NaN.

    Raises
    ------
    IllFormedError
        Not lists of that size, or a cell that is no duration.
    """
    num_rows, num_columns = shape
    if not isinstance(rows, list) or len(rows) != num_rows:
        _ill_formed(f"{_size(rows)} rows, not {num_rows}")
    for row in rows:
        if not isinstance(row, list) or len(row) != num_columns:
            _ill_formed(f"a row of {_size(row)} cells, not {num_columns}")
    return seconds_of_cells([cell for row in rows for cell in row]).reshape(shape)


def seconds_of_cells(cells: Sequence[Any]) -> Floats:
    """Column of seconds; null (no connection) becomes NaN.

    Raises
    ------
    IllFormedError
        A cell is neither null nor a number of 0 or more.
    """
    for cell in cells:
        if type(cell) not in (int, float, type(None)):
            _ill_formed(f"a duration of kind {type(cell).__name__}")
    try:
        seconds = np.array(cells, dtype=np.float64)
    except OverflowError:
        _ill_formed("a duration without end")
    if (seconds < 0).any() or np.isinf(seconds).any():
        _ill_formed("a duration below 0 or without end")
    return seconds


def _size(value: object) -> str:
    return str(len(value)) if isinstance(value, list) else "no"


def _ill_formed(found: str) -> NoReturn:
    raise IllFormedError(found)
