"""The training plan as an Excel workbook: a sheet per section, one to hand back."""

import io
import math
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from matcher.dataset.finding import Language
from matcher.training_plan.planned import TrainingPlan
from matcher.training_plan.section import (
    Section,
    Table,
    all_competences,
    sections_of,
)
from matcher.training_plan.words import said

COMPETENCE_SHEET = "competenties"
"""Name of the sheet that is read back, in every language."""

_SHEETS = {
    "overview": "overzicht",
    "periods": "periodes",
    "competences": COMPETENCE_SHEET,
    "contexts": "contexten",
    "qualifications": "kwalificaties",
    "checklist": "voor de start",
    "signatures": "afspraken",
}
_HEADER = PatternFill("solid", start_color="DCE6EF", end_color="DCE6EF")
_TO_FILL_IN = PatternFill("solid", start_color="FFF2CC", end_color="FFF2CC")
_LINE = Side(style="thin", color="A9B4BF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FONT, _INK = "Calibri", "12507B"
_NARROW, _WIDEST, _TEXT_WIDTH = 10, 60, 100
_LINE_HEIGHT, _FORM_HEIGHT = 16, 28
_A4 = 9


def workbook(plan: TrainingPlan, language: Language) -> bytes:
    """Content of the .xlsx file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    title, *sections = sections_of(plan, language)
    for section in sections:
        name = _SHEETS.get(section.key) or section.key.replace("page", "mentor")
        sheet = book.create_sheet(name)
        if section.key == "competences":
            _fill_to_hand_back(sheet, all_competences(plan, language), language)
        elif section.key == "overview":
            note = said("competences_note", language)
            _fill(sheet, section, (title.title, *title.lines), (note,))
        else:
            _fill(sheet, section, (section.title,))
        _set_page(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(
    sheet: Worksheet,
    section: Section,
    head: tuple[str, ...],
    foot: tuple[str, ...] = (),
) -> None:
    """Lines, then tables below each other."""
    mark = "\u2610 " if section.key == "checklist" else ""
    texts = (*head, *(f"{mark}{each}" for each in section.lines), *foot)
    for at, text in enumerate(texts, start=1):
        _append(sheet, (text,))
        cell = sheet.cell(row=at, column=1)
        cell.font = Font(name=_FONT)
        if not section.tables:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            lines = math.ceil(len(text) / _TEXT_WIDTH)
            sheet.row_dimensions[at].height = _LINE_HEIGHT * lines
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14, color=_INK)
    sheet.row_dimensions[1].height = 2 * _LINE_HEIGHT
    if not section.tables:
        sheet.column_dimensions["A"].width = _TEXT_WIDTH * 1.1
    for table in section.tables:
        sheet.append([])
        _add_table(sheet, table)


def _fill_to_hand_back(sheet: Worksheet, section: Section, language: Language) -> None:
    """The table of competences begins in the first row: it is read back."""
    (table,) = section.tables
    _add_table(sheet, table)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _ask_reached(sheet, language)


def _add_table(sheet: Worksheet, table: Table) -> None:
    _append(sheet, table.header)
    head = sheet.max_row
    for row in table.rows:
        _append(sheet, row)
    for row_number in range(head, sheet.max_row + 1):
        for at in range(1, len(table.header) + 1):
            cell = sheet.cell(row=row_number, column=at)
            cell.font = Font(name=_FONT, bold=row_number == head)
            cell.border = _BOX
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row_number == head:
                cell.fill = _HEADER
        if table.is_form and row_number > head:
            sheet.row_dimensions[row_number].height = _FORM_HEIGHT
    for at in range(len(table.header)):
        texts = [table.header[at], *(row[at] for row in table.rows)]
        width = max(map(len, texts)) + 2
        if not any(texts[1:]) and table.is_form:
            width = _WIDEST // 2
        letter = get_column_letter(at + 1)
        sheet.column_dimensions[letter].width = min(max(width, _NARROW), _WIDEST)


def _append(sheet: Worksheet, cells: tuple[str, ...]) -> None:
    """Add a row of texts; none of them is a formula, whatever it begins with."""
    sheet.append(cells)
    for cell in sheet[sheet.max_row]:
        if cell.value is not None:
            cell.data_type = "s"


def _set_page(sheet: Worksheet) -> None:
    """A4 on its side, as wide as one page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.5)


def _ask_reached(sheet: Worksheet, language: Language) -> None:
    choice: Any = DataValidation(
        type="list", formula1=f'"{said("yes", language)}"', allow_blank=True
    )
    sheet.add_data_validation(choice)
    choice.add(f"A2:A{max(sheet.max_row, 2)}")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row=row, column=1).fill = _TO_FILL_IN
