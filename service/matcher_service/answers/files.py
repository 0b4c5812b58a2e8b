"""Rows as files that a spreadsheet opens, without a formula in any cell."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response
from openpyxl import Workbook

_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
Rows = Sequence[Mapping[str, Any]]


CSV_TYPE = "text/csv"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_of(rows: Rows) -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([safe_cell(value) for value in row.values()] for row in rows)
    return text.getvalue().encode()


def workbook_of(name: str, rows: Rows) -> bytes:
    """A table as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    if rows:
        sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([safe_cell(value) for value in row.values()])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep; `name` is one of ours, never one that somebody gave."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, media_type)


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        value = "|".join(map(str, value))
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_MARKS) else text
