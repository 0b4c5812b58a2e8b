"""The schema and the codes as tables for a README."""

from matcher.dataset.cell import expected
from matcher.dataset.finding import Language
from matcher.dataset.findings import code_book
from matcher.dataset.schema import (
    ColumnSchema,
    TableSchema,
    history_schema,
    schema,
)

_TITLES = {
    "nl": ("kolom", "verplicht", "waarde", "leeg", "betekenis"),
    "en": ("column", "required", "value", "blank", "meaning"),
}
_CODE_TITLES = {
    "nl": ("code", "ernst", "betekenis"),
    "en": ("code", "severity", "meaning"),
}
_REQUIRED = {"nl": "verplicht", "en": "required"}
_KEY = {"nl": "sleutel", "en": "key"}


def schema_reference_markdown(*, language: Language = "en") -> str:
    """Return one Markdown table per table of the dataset, `history` as the last."""
    tables = (*schema().values(), history_schema())
    return "\n\n".join(_table(table, language) for table in tables) + "\n"


def codes_reference_markdown(*, language: Language = "en") -> str:
    """Return a Markdown table of every code that a finding may carry."""
    rows = [
        f"| `{entry.code}` | {entry.severity} | {entry.meaning.said_in(language)} |"
        for entry in code_book().values()
    ]
    return "\n".join([*_header(_CODE_TITLES[language]), *rows]) + "\n"


def _table(table: TableSchema, language: Language) -> str:
    required = f" ({_REQUIRED[language]})" if table.is_required else ""
    key = ", ".join(f"`{name}`" for name in table.key)
    return "\n".join(
        [
            f"### {table.name}{required}",
            "",
            f"{table.description.said_in(language)}. {_KEY[language].title()}: {key}.",
            "",
            *_header(_TITLES[language]),
            *(_row(column, language) for column in table.columns),
        ]
    )


def _header(titles: tuple[str, ...]) -> list[str]:
    return [f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}"]


def _row(column: ColumnSchema, language: Language) -> str:
    cells = (
        f"`{column.name}`",
        "*" if column.is_required else "",
        column_values(column, language),
        f"`{column.default}`" if column.default else "",
        column.description.said_in(language),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def column_values(column: ColumnSchema, language: Language) -> str:
    """Return what a column takes: kind, bounds, and the tables it refers to."""
    parts = [expected(column).said_in(language)]
    if column.unit:
        parts.append(column.unit)
    if column.refers_to is not None:
        parts.append(" / ".join(column.refers_to.tables))
    return "; ".join(parts)
