"""``capacity.xlsx``: a sheet per table, Dutch and English side by side in headings."""

import math
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from matcher.capacity.section import Cell, Section
from matcher.capacity.words import both
from matcher.dataset import Phrase

_HEADER = PatternFill("solid", start_color="DCE6EF", end_color="DCE6EF")
_FIRST_WIDTH, _WIDTH = 34, 18


def write_workbook(sections: Sequence[Section], path: Path) -> None:
    """Write a sheet for each section, in full; a text stays a text, whatever it is."""
    book = Workbook(write_only=True)  # a report of all Flanders has many rows
    for section in sections:
        sheet = book.create_sheet(both(f"sheet_{section.key}").nl)
        _fill(sheet, section)
    book.save(path)


def _fill(sheet: Worksheet, section: Section) -> None:
    sheet.freeze_panes = "A2"
    for at in range(1, len(section.columns) + 1):
        width = _FIRST_WIDTH if at == 1 else _WIDTH
        sheet.column_dimensions[get_column_letter(at)].width = width
    heads = []
    for column in section.columns:
        head = _cell(sheet, both(f"column_{column}"))
        head.font, head.fill = Font(bold=True), _HEADER
        head.alignment = Alignment(wrap_text=True, vertical="top")
        heads.append(head)
    sheet.append(heads)
    for row in section.rows:
        sheet.append([_cell(sheet, each) for each in row])


def _cell(sheet: Worksheet, value: Cell) -> SheetCell:
    """A cell; a text that begins like a formula stays a text."""
    cell = WriteOnlyCell(sheet, None)
    if isinstance(value, Phrase | str):
        text = value if isinstance(value, str) else _told(value)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
    elif value is not None and math.isfinite(value):
        cell.value = value
    elif value is not None and math.isinf(value):
        cell.value = _told(both("unlimited"))
    return cell


def _told(words: Phrase) -> str:
    return words.nl if words.nl == words.en else f"{words.nl} / {words.en}"
