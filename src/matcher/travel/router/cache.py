"""Answers of routers on disk, so that a second run asks nothing.

One SQLite file, shared by all processes of the user. It holds rounded points
and seconds, never an id of anybody. It may be deleted at any time.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs

from matcher.travel.point import Floats
from matcher.travel.provider import Index

logger = logging.getLogger(__name__)

T = TypeVar("T")

_WAIT_SECONDS = 30.0
_FETCHED_ROWS = 100_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS leg (
    route TEXT NOT NULL, origin INTEGER NOT NULL, destination INTEGER NOT NULL,
    seconds REAL, PRIMARY KEY (route, origin, destination)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Legs:
    """Answers of a router, one row per pair of places.

    Attributes
    ----------
    origin, destination
        (num_legs,), keys of `Places`.
    seconds
        (num_legs,), on the road; NaN where none connects.
    """

    origin: Index
    destination: Index
    seconds: Floats


_NO_LEGS = Legs(
    origin=np.empty(0, dtype=np.int64),
    destination=np.empty(0, dtype=np.int64),
    seconds=np.empty(0),
)


class LegCache:
    """What routers answered before, kept in a folder.

    A file that proves corrupt is left for a fresh one with the next number in
    its name: two processes that find the fault together end up in the same new
    file, and neither deletes what the other has begun. Where the folder cannot
    be used at all the cache stays empty, with a warning; a run never fails for it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder or platformdirs.user_cache_path("matcher") / "routers"

    def read(self, route: str, origins: Index) -> Legs:
        """Legs of a route that start at these keys (different, any order)."""
        return self._use(lambda connection: _read(connection, route, origins), _NO_LEGS)

    def write(self, route: str, legs: Legs) -> None:
        """Add legs of a route; those that are there already are replaced."""
        self._use(lambda connection: _write(connection, route, legs), None)

    def _use(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Result of the work, on a fresh file if need be."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for _ in range(2):
                number = self._number()
                try:
                    with closing(_open(self._path(number))) as connection:
                        return work(connection)
                except sqlite3.OperationalError:
                    raise  # locked, full, read-only: a new file would not help
                except (sqlite3.DatabaseError, _StrangeRowsError):
                    logger.warning("router cache was unreadable, a new one is begun")
                    self._replace(number)
        except (OSError, sqlite3.Error) as error:
            logger.warning("router cache cannot be used: %s", error)
        return otherwise

    def _path(self, number: int) -> Path:
        return self._folder / f"legs-v1-{number}.sqlite"

    def _number(self) -> int:
        names = [path.stem for path in self._folder.glob("legs-v1-*.sqlite")]
        numbers = [name.rpartition("-")[2] for name in names]
        return max((int(n) for n in numbers if n.isdecimal()), default=0)

    def _replace(self, number: int) -> None:
        self._path(number + 1).touch(mode=0o600)
        for rest in ("", "-wal", "-shm"):
            with suppress(OSError):  # another process on Windows may hold it open
                Path(f"{self._path(number)}{rest}").unlink(missing_ok=True)


class _StrangeRowsError(Exception):
    """Rows that no version of this module has written."""


def _open(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        with suppress(sqlite3.OperationalError):  # another process is setting it
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _read(connection: sqlite3.Connection, route: str, origins: Index) -> Legs:
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE TEMP TABLE wanted (origin INTEGER PRIMARY KEY)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO wanted VALUES (?)", zip(origins.tolist(), strict=True)
    )
    cursor = connection.execute(
        "SELECT origin, destination, seconds FROM wanted JOIN leg USING (origin)"
        " WHERE route = ?",
        (route,),
    )
    parts = []
    while rows := cursor.fetchmany(_FETCHED_ROWS):
        parts.append(_columns(rows))
    connection.execute("COMMIT")
    if not parts:
        return _NO_LEGS
    columns = np.concatenate(parts)
    return Legs(
        origin=columns[:, 0].astype(np.int64),
        destination=columns[:, 1].astype(np.int64),
        seconds=columns[:, 2].copy(),
    )


def _columns(rows: list[tuple[int, int, float | None]]) -> Floats:
    """Rows as floats, which hold every key exactly; null becomes NaN."""
    try:
        columns = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _StrangeRowsError from error
    if np.isinf(columns[:, 2]).any() or (columns[:, 2] < 0).any():
        raise _StrangeRowsError
    return columns


def _write(connection: sqlite3.Connection, route: str, legs: Legs) -> None:
    rows = zip(
        legs.origin.tolist(),
        legs.destination.tolist(),
        [None if value != value else value for value in legs.seconds.tolist()],
        strict=True,
    )
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT OR REPLACE INTO leg VALUES (?, ?, ?, ?)",
        ((route, *row) for row in rows),
    )
    connection.execute("COMMIT")
