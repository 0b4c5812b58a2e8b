"""CSV as schools have it: bytes in, a table of texts out."""

import csv
import io

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import (
    RawTable,
    empty_table,
    fitted_records,
    is_blank_record,
    raw_table,
)
from matcher.dataset.schema import table_schema

_SEPARATORS = ",;"
_EXCEL_HINT = "sep="
"""Excel understands a first line that names the separator."""


def csv_table(
    name: str, content: bytes, limits: Limits, findings: FindingList
) -> RawTable:
    """Return the table in `content`, incomplete where it cannot be read.

    UTF-8 with or without BOM, else cp1252 with a warning; separated by commas
    or semicolons, whichever gives more known column names. The header is the
    first row that is not blank.
    """
    text = _decoded(name, content, findings)
    if text is None:
        return empty_table(name, is_complete=False)
    text = _without_hint(text)
    rows, is_complete = _records(name, text, limits, findings)
    first = next((n for n, row in enumerate(rows) if not is_blank_record(row)), None)
    if first is None:
        if is_complete:
            findings.add("table_empty", table=name)
        return empty_table(name, is_complete=False)
    header = rows[first]
    while not header[-1].strip():
        header.pop()
    if len(header) > limits.columns:
        findings.add(
            "too_many_columns",
            table=name,
            value=str(len(header)),
            expected=str(limits.columns),
        )
        return empty_table(name, is_complete=False)
    records = fitted_records(name, rows[first + 1 :], len(header), findings)
    return raw_table(name, header, records, is_complete=is_complete)


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


def _without_hint(text: str) -> str:
    first, _, rest = text.partition("\n")
    is_hint = first.strip().strip('"').casefold().startswith(_EXCEL_HINT)
    return rest if is_hint else text


def _separator(name: str, text: str) -> str:
    table = table_schema(name)
    known = {column.name for column in table.columns} if table else set()
    header = next((line for line in io.StringIO(text) if line.strip(" ,;\r\n")), "")

    def num_known(separator: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').strip() for cell in header.split(separator)]
        return sum(cell in known for cell in cells), len(cells)

    return max(_SEPARATORS, key=num_known)


def _records(
    name: str, text: str, limits: Limits, findings: FindingList
) -> tuple[list[list[str]], bool]:
    """Return the records, and whether these are all."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_separator(name, text), strict=True
    )
    records: list[list[str]] = []
    try:
        for record in reader:
            if len(records) > limits.rows:
                findings.add("too_many_rows", table=name, expected=str(limits.rows))
                return records, False
            records.append(record)
    except csv.Error as error:
        is_long = "field limit" in str(error)
        findings.add(
            "cell_too_long" if is_long else "csv_quote",
            table=name,
            row=len(records) or None,
            expected=str(csv.field_size_limit()),
        )
        return records, False
    return records, True
