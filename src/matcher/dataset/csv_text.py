"""CSV as schools have it: bytes in, a table of texts out."""

import csv
import io
from collections.abc import Iterator

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import MAX_COLUMNS, MAX_ROWS
from matcher.dataset.raw import RawTable, raw_table
from matcher.dataset.schema import schema

_SEPARATORS = ",;"
_EXCEL_HINT = "sep="
"""Excel may open a file with a line that names the separator."""


def read_csv_table(name: str, content: bytes, findings: FindingList) -> RawTable | None:
    """Return the table in `content`; None where nothing can be read from it.

    UTF-8 with or without BOM, else cp1252 with a warning; separated by commas
    or semicolons, whichever fits more known column names.
    """
    text = _decoded(name, content, findings)
    if text is None:
        return None
    lines = text.split("\n", 1)
    if lines[0].strip().strip('"').casefold().startswith(_EXCEL_HINT):
        text = lines[1] if len(lines) > 1 else ""
    records = _Records(name, text, _separator(name, text), findings)
    header = next((record for record in records if any(map(str.strip, record))), None)
    if header is None:
        findings.add("table_empty", table=name)
        return None
    while not header[-1].strip():
        header.pop()
    if len(header) > MAX_COLUMNS:
        findings.add(
            "too_many_columns",
            table=name,
            value=str(len(header)),
            expected=str(MAX_COLUMNS),
        )
        return None
    rows = records.under(len(header))
    return raw_table(name, header, rows, is_complete=records.is_complete)


def _decoded(name: str, content: bytes, findings: FindingList) -> str | None:
    if b"\0" in content:
        before = content[: content.index(b"\0")]
        findings.add("nul_byte", table=name, row=before.count(b"\n") or None)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        findings.add("encoding_unknown", table=name)
        return None
    findings.add("encoding_cp1252", table=name)
    return text


def _separator(name: str, text: str) -> str:
    known = (
        {column.name for column in schema()[name].columns} if name in schema() else ()
    )
    header = next((line for line in io.StringIO(text) if line.strip()), "")

    def num_known(separator: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').strip() for cell in header.split(separator)]
        return sum(cell in known for cell in cells), len(cells)

    return max(_SEPARATORS, key=num_known)


class _Records:
    """The records of one CSV text; what goes wrong on the way is a finding."""

    def __init__(
        self, name: str, text: str, separator: str, findings: FindingList
    ) -> None:
        self._name = name
        self._reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator, strict=True
        )
        self._findings = findings
        self.is_complete = True

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        try:
            return next(self._reader)
        except csv.Error:
            self._findings.add("csv_quote", table=self._name)
            self.is_complete = False
            raise StopIteration from None

    def under(self, width: int) -> list[list[str]]:
        """Return the rows below the header, cut or filled to `width` cells."""
        rows: list[list[str]] = []
        try:
            for record in self._reader:
                rows.append(record)
                if len(rows) > MAX_ROWS:
                    rows.pop()
                    self._findings.add(
                        "too_many_rows", table=self._name, expected=str(MAX_ROWS)
                    )
                    self.is_complete = False
                    break
        except csv.Error as error:
            code = "cell_too_long" if "limit" in str(error) else "csv_quote"
            self._findings.add(code, table=self._name, row=len(rows) + 1)
            self.is_complete = False
        if set(map(len, rows)) - {width}:
            return [self._fitted(row, width, n) for n, row in enumerate(rows, 1)]
        return rows

    def _fitted(self, row: list[str], width: int, number: int) -> list[str]:
        is_blank = not any(map(str.strip, row))
        too_many = any(map(str.strip, row[width:]))
        if too_many or (len(row) < width and not is_blank):
            self._findings.add(
                "row_ragged",
                table=self._name,
                row=number,
                value=str(len(row)),
                expected=str(width),
            )
        return [*row[:width], *[""] * (width - len(row))]
