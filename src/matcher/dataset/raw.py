"""Tables as text, before any meaning: what every source of data turns into."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.dataset.findings import FindingList

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """A column as its distinct texts and, per row, which of them.

    Tables of 700,000 rows hold few distinct texts, so whatever is asked of a
    text is asked once.

    Attributes
    ----------
    codes
        (rows,), positions in `texts`.
    texts
        Distinct, in order of first occurrence, without spaces at either end.
    """

    codes: Codes
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One table as read.

    Attributes
    ----------
    header
        Column names as they stand there, without spaces at either end.
    rows
        Per row its number, 1 after the header; blank rows are left out.
    columns
        As many as `header`.
    is_complete
        False where part of the table could not be read, so that what refers
        to it cannot be judged.
    """

    name: str
    header: tuple[str, ...]
    rows: NDArray[np.int64]
    columns: tuple[TextColumn, ...]
    is_complete: bool


def text_column(cells: Sequence[str]) -> TextColumn:
    """Return `cells` as distinct texts, spaces at either end taken away."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    codes, distinct = pd.factorize(array)
    stripped = [text.strip() for text in distinct]
    place = {text: code for code, text in enumerate(dict.fromkeys(stripped))}
    if len(place) < len(stripped):
        codes = np.array([place[text] for text in stripped], dtype=np.int64)[codes]
    return TextColumn(codes=codes.astype(np.int64), texts=tuple(place))


def blank_column(num_rows: int) -> TextColumn:
    """Return a column of blank cells."""
    return TextColumn(codes=np.zeros(num_rows, dtype=np.int64), texts=("",))


def empty_table(name: str, *, is_complete: bool) -> RawTable:
    """Return a table without columns or rows."""
    return RawTable(
        name=name,
        header=(),
        rows=np.zeros(0, dtype=np.int64),
        columns=(),
        is_complete=is_complete,
    )


def raw_table(
    name: str,
    header: Sequence[str],
    records: Sequence[Sequence[str]],
    *,
    is_complete: bool,
) -> RawTable:
    """Return a table from records that all have the length of `header`."""
    columns = tuple(
        text_column(list(map(itemgetter(position), records)))
        for position in range(len(header))
    )
    is_blank = np.ones(len(records), dtype=np.bool_)
    for column in columns:
        blank = column.texts.index("") if "" in column.texts else -1
        is_blank &= column.codes == blank
    kept = np.flatnonzero(~is_blank)
    if is_blank.any():
        columns = tuple(replace(each, codes=each.codes[kept]) for each in columns)
    return RawTable(
        name=name,
        header=tuple(title.strip() for title in header),
        rows=kept + 1,
        columns=columns,
        is_complete=is_complete,
    )


def is_blank_record(record: Iterable[str]) -> bool:
    """Return whether every cell is blank."""
    return not any(map(str.strip, record))


def fitted_records(
    name: str, records: Sequence[Sequence[str]], width: int, findings: FindingList
) -> Sequence[Sequence[str]]:
    """Return the records cut or filled to `width` cells.

    A record of another length is a finding, unless what is cut or the whole
    record is blank.
    """
    lengths = set(map(len, records))
    if lengths <= {width}:
        return records
    fitted: list[Sequence[str]] = []
    for number, record in enumerate(records, 1):
        if len(record) == width:
            fitted.append(record)
            continue
        cut, is_short = record[width:], len(record) < width
        if not is_blank_record(record if is_short else cut):
            findings.add(
                "row_ragged",
                table=name,
                row=number,
                value=str(len(record)),
                expected=str(width),
            )
        fitted.append([*record[:width], *[""] * (width - len(record))])
    return fitted
