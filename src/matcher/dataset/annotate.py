"""A copy of the data as a workbook, with each finding as a note on its cell."""

import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from matcher.dataset.finding import Finding, Language
from matcher.dataset.findings import FindingList
from matcher.dataset.limits import DEFAULT_LIMITS
from matcher.dataset.raw import RawTable, is_blank_record
from matcher.dataset.register_number import masked
from matcher.dataset.rendering import SEVERITY_WORDS, finding_to_text
from matcher.dataset.sources.source import is_workbook, source_tables
from matcher.dataset.sources.workbook import cell_text, is_harmless
from matcher.dataset.template import COMMENT_AUTHOR

FINDINGS_SHEET = "Bevindingen"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL = 32_767
"""Characters that a cell of Excel holds."""
_NOTE_WIDTH, _NOTE_HEIGHT = 360, 160
_TITLES = {
    "nl": ("ernst", "tabel", "rij", "kolom", "waarde", "bevinding", "te doen", "code"),
    "en": ("severity", "table", "row", "column", "value", "finding", "to do", "code"),
}
_WIDTHS = (10, 16, 7, 20, 24, 60, 60, 22)


def annotate_workbook(
    source: Path,
    findings: Sequence[Finding],
    out: Path,
    *,
    language: Language = "nl",
) -> None:
    """Write a copy of `source` to `out` with notes and a sheet of findings.

    A workbook keeps its sheets and formulas; a folder or zip becomes one. What
    cannot be opened becomes the sheet of findings alone. National register
    numbers are masked in the copy; text that Excel could take for a formula
    is written as text.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep
        book = _copied(source)
        if FINDINGS_SHEET in book.sheetnames:
            book.remove(book[FINDINGS_SHEET])
        for sheet in book.worksheets:
            about = [each for each in findings if each.table == _table(sheet)]
            _clean(sheet, about)
            _annotate(sheet, about, language)
        _add_findings(book, findings, language)
        book.save(out)


def _table(sheet: Worksheet) -> str:
    return sheet.title.strip().casefold().removesuffix(".csv")


def _copied(source: Path) -> Workbook:
    """Return the source as a workbook in memory; one without sheets if it fails."""
    if not is_workbook(source):
        tables = source_tables(source, DEFAULT_LIMITS, FindingList())
        return _from_tables((tables or {}).values())
    try:
        with zipfile.ZipFile(source) as archive:
            if is_harmless(archive, DEFAULT_LIMITS, FindingList()):
                with source.open("rb") as file:
                    return openpyxl.load_workbook(file, keep_links=False)
    except Exception:  # noqa: BLE001, S110 - openpyxl lets its parts' errors out; reported
        pass
    return _from_tables(())


def _from_tables(tables: Iterable[RawTable]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.name)
        for position, title in enumerate(table.header, 1):
            _write(sheet.cell(1, position), title)
        for position, column in enumerate(table.columns, 1):
            for row, code in zip(table.rows, column.codes, strict=True):
                if column.texts[code]:
                    _write(sheet.cell(int(row) + 1, position), column.texts[code])
    return book


def _write(cell: Cell, text: str) -> None:
    """Write text as text, also when Excel would take it for a formula.

    The quote prefix is what Excel itself sets for a typed apostrophe: the
    value stays the same, and stays text when somebody edits the cell.
    """
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)[
        :_MAX_CELL
    ]
    if text.startswith(_FORMULA_STARTS):
        cell.data_type = "s"
        cell.quotePrefix = True


def _clean(sheet: Worksheet, about: Sequence[Finding]) -> None:
    """Take away our notes of last time and every national register number."""
    is_private = any(found.code == "register_number" for found in about)
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell, Cell):
                continue  # a merged cell holds nothing
            if cell.comment is not None and cell.comment.author == COMMENT_AUTHOR:
                cell.comment = None
            is_plain_number = isinstance(cell.value, float) and cell.value % 1 != 0
            if is_private and cell.value is not None and not is_plain_number:
                text = cell_text(cell.value)
                if masked(text) != text:
                    _write(cell, masked(text))


def _annotate(sheet: Worksheet, about: Sequence[Finding], language: Language) -> None:
    records = ([cell_text(cell.value) for cell in row] for row in sheet.iter_rows())
    numbered = enumerate(records, 1)
    found_header = ((n, texts) for n, texts in numbered if not is_blank_record(texts))
    header_row, texts = next(found_header, (1, []))
    titles = [masked(text.strip()) for text in texts]
    notes: dict[tuple[int, int], list[str]] = defaultdict(list)
    for found in about:
        row = header_row + (found.row or 0)
        column = titles.index(found.column) + 1 if found.column in titles else 1
        notes[row, column].append(finding_to_text(found, language=language))
    for (row, column), lines in notes.items():
        cell = sheet.cell(row, column)
        if isinstance(cell, Cell):
            before = [cell.comment.text] if cell.comment is not None else []
            cell.comment = Comment(
                "\n\n".join([*before, *lines]),
                COMMENT_AUTHOR,
                height=_NOTE_HEIGHT,
                width=_NOTE_WIDTH,
            )


def _add_findings(
    book: Workbook, findings: Sequence[Finding], language: Language
) -> None:
    sheet = book.create_sheet(FINDINGS_SHEET, 0)
    sheet.freeze_panes = "A2"
    for position, title in enumerate(_TITLES[language], 1):
        sheet.cell(1, position, title).font = Font(bold=True)
        letter = sheet.cell(1, position).column_letter
        sheet.column_dimensions[letter].width = _WIDTHS[position - 1]
    for row, found in enumerate(findings, 2):
        texts = (
            SEVERITY_WORDS[language][found.severity],
            found.table or "",
            "",
            found.column or "",
            found.value or "",
            found.message.said_in(language),
            found.remedy.said_in(language),
            found.code,
        )
        for position, text in enumerate(texts, 1):
            if text:
                _write(sheet.cell(row, position), _neutral(text))
        if found.row is not None:
            sheet.cell(row, 3, found.row)
    book.active = 0


def _neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, however it is copied."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
