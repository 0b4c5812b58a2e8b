"""The training plan as a Word document: WordprocessingML, written straight.

A .docx is a zip of a few XML files. This document needs headings, paragraphs, lists
and tables only, which take fewer lines than a library would take to install.
"""

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from matcher.dataset.finding import Language
from matcher.training_plan.planned import TrainingPlan
from matcher.training_plan.section import Section, Table, sections_of

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The same plan gives the same bytes."""

_PAGE_WIDTH = 15_400
"""Twentieths of a point between the margins of A4 on its side."""

_SIGN_WIDTH, _PADDING, _LONG, _TO_FILL_IN = 115, 3, 60, 30
"""Width of a sign in a cell; signs of room beside the text, of a text from which a
column gets no wider, and of a column that is to be filled in."""

_KEPT_TOGETHER = 12
"""Rows of a table up to which it is not split over pages."""

_FORM_HEIGHT = 560
"""Least height of a row to write in by hand."""


def word_document(plan: TrainingPlan, language: Language) -> bytes:
    """Content of the .docx file."""
    title, *sections = sections_of(plan, language)
    body = [_paragraph(title.title, "Title")]
    body += [_paragraph(line) for line in title.lines]
    for section in sections:
        body += _section(section)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relationships("officeDocument", "word/document.xml"),
        "word/document.xml": _document("".join(body)),
        "word/styles.xml": _STYLES,
        "word/_rels/document.xml.rels": _relationships("styles", "styles.xml"),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return buffer.getvalue()


def _section(section: Section) -> Iterator[str]:
    yield _paragraph(section.title, "Heading1", starts_page=section.starts_page)
    mark = "\u2610 " if section.key == "checklist" else ""
    for line in section.lines:
        yield _paragraph(f"{mark}{line}", keeps_next=bool(section.tables))
    for table in section.tables:
        if table.caption:
            yield _paragraph(table.caption, "Heading2")
        if table.rows:
            yield from _table(table)


def _paragraph(
    text: str, style: str = "", *, starts_page: bool = False, keeps_next: bool = False
) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:keepNext/>" if keeps_next else ""
    properties += "<w:pageBreakBefore/>" if starts_page else ""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _table(table: Table) -> Iterator[str]:
    widths = _widths(table)
    yield '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
    yield f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/></w:tblPr><w:tblGrid>'
    yield "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield "</w:tblGrid>"
    yield _row(table.header, widths, "<w:tblHeader/>")
    height = f'<w:trHeight w:val="{_FORM_HEIGHT}"/>' if table.is_form else ""
    stays_whole = len(table.rows) <= _KEPT_TOGETHER
    for row in table.rows:
        keeps = stays_whole and row is not table.rows[-1]
        yield _row(row, widths, height, keeps_next=keeps)
    yield "</w:tbl>"
    yield _paragraph("")


def _widths(table: Table) -> list[int]:
    """Widths of columns: no word is broken, the rest goes to the longest texts."""
    words, texts = [], []
    for header, *cells in zip(table.header, *table.rows, strict=True):
        longest = max(
            len(word) for cell in (header, *cells) for word in [*cell.split(), ""]
        )
        text = max(map(len, (header, *cells))) if any(cells) else _TO_FILL_IN
        words.append((longest + _PADDING) * _SIGN_WIDTH)
        texts.append((min(text, _LONG) + _PADDING) * _SIGN_WIDTH)
    left = _PAGE_WIDTH - sum(words)
    if left <= 0:
        return [round(_PAGE_WIDTH * word / sum(words)) for word in words]
    wished = [max(text - word, 0) for text, word in zip(texts, words, strict=True)]
    share = left / max(sum(wished), 1)
    return [
        round(word + more * share) for word, more in zip(words, wished, strict=True)
    ]


def _row(
    cells: tuple[str, ...], widths: list[int], marks: str, *, keeps_next: bool = True
) -> str:
    is_header = "tblHeader" in marks
    keep = "<w:keepNext/>" if keeps_next else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="DCE6EF"/>' if is_header else ""
    bold = "<w:rPr><w:b/></w:rPr>" if is_header else ""
    content = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Cell"/>{keep}</w:pPr><w:r>{bold}'
        f'<w:t xml:space="preserve">{escape(cell)}</w:t></w:r></w:p></w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{marks}</w:trPr>{content}</w:tr>"


def _document(body: str) -> str:
    return (
        f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr>'
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="720" w:right="720" w:bottom="720" w:left="720" '
        'w:header="360" w:footer="360" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )


def _relationships(kind: str, target: str) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        "</Relationships>"
    )


_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    "</Types>"
)


def _style(style_id: str, name: str, run: str, spacing: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{spacing}</w:pPr><w:rPr>{run}</w:rPr>'
        "</w:style>"
    )


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A9B4BF"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="21"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/><w:pPr><w:spacing w:after="80"/></w:pPr></w:style>'
    + _style(
        "Title",
        "Title",
        '<w:b/><w:color w:val="12507B"/><w:sz w:val="36"/>',
        '<w:spacing w:after="120"/>',
    )
    + _style(
        "Heading1",
        "heading 1",
        '<w:b/><w:color w:val="12507B"/><w:sz w:val="26"/>',
        '<w:keepNext/><w:spacing w:before="280" w:after="100"/>'
        '<w:outlineLvl w:val="0"/>',
    )
    + _style(
        "Heading2",
        "heading 2",
        '<w:b/><w:sz w:val="21"/>',
        '<w:keepNext/><w:spacing w:before="160" w:after="60"/>'
        '<w:outlineLvl w:val="1"/>',
    )
    + _style("Cell", "Cell", '<w:sz w:val="17"/>', '<w:spacing w:after="0"/>')
    + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
    f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr></w:style></w:styles>"
)
