"""What page and workbook hold: a heading and a table, in both languages."""

import math
from dataclasses import dataclass

from matcher.capacity.words import both
from matcher.dataset import Phrase
from matcher.report.text import Rounded, shown

Cell = Phrase | str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of the report.

    Attributes
    ----------
    key, columns
        Of the words: heading, and heads of the columns.
    rows
        In the order that matters: a page shows the first alone.
    """

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers."""
        return any(isinstance(row[column], int | float) for row in self.rows)


def cell_phrase(cell: Cell) -> Phrase:
    """A cell in words; what nobody knows is a dash, what has no limit says so."""
    if isinstance(cell, Phrase):
        return cell
    if isinstance(cell, str):
        return Phrase(nl=cell, en=cell)
    if cell is None or math.isnan(cell):
        return Phrase(nl="–", en="–")  # noqa: RUF001 - a dash
    if math.isinf(cell):
        return both("unlimited")
    is_whole = isinstance(cell, int) or cell.is_integer()
    return shown(Rounded(value=cell, digits=0 if is_whole else 1))
