"""Tables as text, written the same on every machine."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a dataset: `cells` holds a list of texts per column."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[list[str], ...]

    def __len__(self) -> int:
        return len(self.cells[0])

    def to_csv(self) -> bytes:
        """Header and rows: comma, UTF-8, LF, quoted only where needed."""
        text = StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*self.cells, strict=True))
        return text.getvalue().encode()


def table(name: str, /, **columns: Iterable[str]) -> Table:
    """Build a table from its columns, in the order given."""
    return Table(
        name=name,
        columns=tuple(columns),
        cells=tuple(list(cells) for cells in columns.values()),
    )


def digest(content: bytes) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def numbers(values: ArrayLike, decimals: int = 2) -> list[str]:
    """Numbers as short as `decimals` allows; NaN is blank."""
    rounded = np.round(np.asarray(values, dtype=np.float64), decimals)
    distinct, where = np.unique(rounded, return_inverse=True)
    texts = np.array([_number(value, decimals) for value in distinct], dtype=object)
    return _listed(texts[where])


def _number(value: float, decimals: int) -> str:
    if np.isnan(value):
        return ""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dates(values: NDArray[np.datetime64]) -> list[str]:
    """ISO dates; NaT is blank."""
    texts = np.datetime_as_string(values.astype("datetime64[D]")).astype(object)
    return _listed(np.where(np.isnat(values), "", texts))


def ids(prefix: str, positions: ArrayLike, digits: int = 5) -> list[str]:
    """Ids such as L00012; a position below 0 is blank."""
    return [
        "" if position < 0 else f"{prefix}{position:0{digits}d}"
        for position in np.asarray(positions, dtype=np.int64).tolist()
    ]


def lists(chosen: NDArray[np.bool_], words: tuple[str, ...]) -> list[str]:
    """Join per row the words that `chosen` (rows, words) marks, by ``|``."""
    patterns, where = np.unique(chosen, axis=0, return_inverse=True)
    texts = np.array(
        [
            "|".join(w for w, c in zip(words, row, strict=True) if c)
            for row in patterns.tolist()
        ],
        dtype=object,
    )
    return _listed(texts[where.reshape(-1)])


def taken(words: Iterable[str], positions: ArrayLike) -> list[str]:
    """Words at `positions`."""
    where = np.asarray(positions, dtype=np.int64)
    return _listed(np.array(list(words), dtype=object)[where])


def _listed(texts: NDArray[np.object_]) -> list[str]:
    listed: list[str] = texts.tolist()
    return listed
