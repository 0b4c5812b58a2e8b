"""Workbooks: a sheet per section, Dutch and English side by side in headings."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from matcher.dataset import Phrase
from matcher.whatif.compare import Comparison
from matcher.whatif.section import Cell, Difference, Section, sections_of
from matcher.whatif.text import said

_HEADER = PatternFill("solid", start_color="DCE6EF", end_color="DCE6EF")
_FIRST_WIDTH, _WIDTH = 44, 22
_SIGNED = "+#,##0.0;-#,##0.0;0"
_SHEET_NAME = 31
"""Characters that Excel allows."""


def write_workbook(comparison: Comparison, path: Path, school_id: str | None) -> None:
    """Write every section in full; learners by id only those of one's own school."""
    write_sections(sections_of(comparison, school_id), path)


def write_sections(sections: tuple[Section, ...], path: Path) -> None:
    """Write a sheet for each section that says something."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for section in sections:
        if section.lines or section.rows:
            sheet = book.create_sheet(said(section.key).nl[:_SHEET_NAME])
            _fill(sheet, section)
    book.save(path)


def _fill(sheet: Worksheet, section: Section) -> None:
    _append(sheet, [_both(said(section.key))])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in section.lines:
        for text in dict.fromkeys((line.nl, line.en)):
            _append(sheet, [text])
    if section.rows:
        _append(sheet, [_both(said(column)) for column in section.columns])
        for cell in sheet[sheet.max_row]:
            cell.font, cell.fill = Font(bold=True), _HEADER
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in section.rows:
        _append(sheet, [_value(each) for each in row])
        for cell, each in zip(sheet[sheet.max_row], row, strict=True):
            if isinstance(each, Difference):
                cell.number_format = _SIGNED
    for at in range(1, max(len(section.columns), 1) + 1):
        width = _FIRST_WIDTH if at == 1 else _WIDTH
        sheet.column_dimensions[get_column_letter(at)].width = width


def _append(sheet: Worksheet, values: Sequence[str | float | None]) -> None:
    """Add a row; a text that begins like a formula stays a text."""
    sheet.append(list(values))
    for cell, value in zip(sheet[sheet.max_row], values, strict=True):
        if isinstance(value, str):
            cell.data_type = "s"


def _both(words: Phrase) -> str:
    return words.nl if words.nl == words.en else f"{words.nl} / {words.en}"


def _value(cell: Cell) -> str | float | None:
    if isinstance(cell, Phrase):
        return _both(cell)
    return None if cell is None or cell != cell else float(cell)
