"""An empty workbook to fill in: a sheet per table, with choices and help."""

from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from matcher.dataset.cell import expected
from matcher.dataset.reference import column_values
from matcher.dataset.schema import ColumnSchema, TableSchema, schema

README_SHEET = "Leesmij"
COMMENT_AUTHOR = "matcher"
_LAST_ROW = 1_048_576
_HELP_WIDTH, _HELP_HEIGHT = 320, 140
_MAX_PROMPT = 250
"""Excel cuts a prompt at 255 characters."""
_REQUIRED = PatternFill("solid", start_color="FFE699", end_color="FFE699")
_OPTIONAL = PatternFill("solid", start_color="E7E6E6", end_color="E7E6E6")
_TEXT_FORMAT, _DATE_FORMAT = "@", "yyyy-mm-dd"
_PREAMBLE = (
    "Gegevens voor matcher",
    "",
    "Elk blad is een tabel; de eerste rij bevat de kolomnamen. Laat die staan.",
    "Een gele kolom is verplicht: vul ze in elke rij in. Een grijze mag leeg zijn.",
    "Zet de muis op een kolomnaam voor uitleg. Een leeg blad mag je laten staan.",
    "Datums: 2026-09-01, of zoals Excel ze zelf schrijft. Getallen: met komma of punt.",
    "Meer waarden in een cel: zet er | tussen, bijvoorbeeld nl|fr.",
    "Gebruik eigen codes voor leerlingen; een rijksregisternummer wordt geweigerd.",
    "Schrijf op wat een leerling nodig heeft, nooit een diagnose.",
    "Plak formules als waarden: formules worden niet uitgerekend.",
    "Kijk je gegevens na met: matcher check BESTAND.xlsx",
    "",
)


def write_template(path: Path) -> None:
    """Write an empty workbook for every table of the schema.

    Choices and ids of other sheets come as drop-downs; help stands in Dutch
    in a note on each column name and on the sheet ``Leesmij``, which reading
    ignores. An existing file is overwritten.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_readme(book.create_sheet(README_SHEET))
    for table in schema().values():
        _fill_table(book.create_sheet(table.name), table)
    book.active = 0
    book.save(path)


def _fill_readme(sheet: Worksheet) -> None:
    for line in _PREAMBLE:
        sheet.append([line])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(["blad", "kolom", "verplicht", "waarde", "leeg betekent", "uitleg"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for table in schema().values():
        needed = "verplicht" if table.is_required else ""
        sheet.append([table.name, "", needed, "", "", table.description.nl])
        for column in table.columns:
            sheet.append(list(_help_cells(column)))
    for letter, width in zip("ABCDEF", (16, 22, 11, 46, 14, 80), strict=True):
        sheet.column_dimensions[letter].width = width


def _help_cells(column: ColumnSchema) -> Iterator[str]:
    yield ""
    yield column.name
    yield "verplicht" if column.is_required else ""
    yield column_values(column, "nl")
    yield column.default
    yield column.description.nl


def _fill_table(sheet: Worksheet, table: TableSchema) -> None:
    sheet.freeze_panes = "A2"
    for position, column in enumerate(table.columns, 1):
        letter = get_column_letter(position)
        title = sheet.cell(1, position, column.name)
        title.font = Font(bold=True)
        title.fill = _REQUIRED if column.is_required else _OPTIONAL
        title.alignment = Alignment(vertical="top")
        title.comment = Comment(
            _help(column), COMMENT_AUTHOR, height=_HELP_HEIGHT, width=_HELP_WIDTH
        )
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(14, len(column.name) + 3)
        if column.type == "date":
            dimension.number_format = _DATE_FORMAT
        elif column.type not in ("integer", "number"):
            dimension.number_format = _TEXT_FORMAT  # ids keep their zeros
        choice = _validation(column)
        choice.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(choice)


def _help(column: ColumnSchema) -> str:
    lines = [
        column.description.nl,
        f"Waarde: {column_values(column, 'nl')}.",
        "Verplicht." if column.is_required else "",
        f"Leeg betekent {column.default}." if column.default else "",
    ]
    return "\n".join(filter(None, lines))


def _validation(column: ColumnSchema) -> DataValidation:
    """Return the drop-down or bounds of a column, with its help as a prompt.

    Lists of several values have no drop-down in Excel. An id may be looked up
    in one sheet only, and ids may be typed before their row is: such a choice
    is offered, never forced.
    """
    validation = DataValidation(allow_blank=True)
    validation.prompt = _help(column)[:_MAX_PROMPT]
    validation.promptTitle = column.name
    validation.showInputMessage = True
    if column.type in ("choice", "boolean"):
        choices = ",".join(column.allowed or ("true", "false"))
        validation.type = "list"
        validation.formula1 = f'"{choices}"'
        _refuse(validation, column)
    elif column.refers_to is not None and column.type == "id":
        validation.type = "list"
        validation.formula1 = _id_range(column.refers_to.tables[0])
        validation.showErrorMessage = False
    elif column.type in ("integer", "number") and column.min_value is not None:
        validation.type = "decimal" if column.type == "number" else "whole"
        validation.operator = "between"
        validation.formula1 = f"{column.min_value:.0f}"
        validation.formula2 = f"{column.max_value:.0f}"
        _refuse(validation, column)
    return validation


def _refuse(validation: DataValidation, column: ColumnSchema) -> None:
    validation.showErrorMessage = True
    validation.errorTitle = column.name
    validation.error = f"Verwacht: {expected(column).nl}."[:_MAX_PROMPT]


def _id_range(table: str) -> str:
    columns = [column.name for column in schema()[table].columns]
    letter = get_column_letter(columns.index(schema()[table].key[-1]) + 1)
    return f"{table}!${letter}$2:${letter}${_LAST_ROW}"
