"""Missing, unknown and repeated columns."""

from matcher.dataset.findings import FindingList
from matcher.dataset.nearest import Nearest
from matcher.dataset.raw import RawTable
from matcher.dataset.register_number import holds_register_number
from matcher.dataset.schema import TableSchema


def check_header(raw: RawTable, table: TableSchema, findings: FindingList) -> None:
    """Compare the header of a table that could be opened with its schema."""
    if not raw.header:
        return
    names = [column.name for column in table.columns]
    nearest = Nearest(names)
    for column in table.columns:
        if column.is_required and column.name not in raw.header:
            findings.add(
                "column_missing",
                table=table.name,
                column=column.name,
                value=column.name,
            )
    for position, name in enumerate(raw.header):
        code = _fault(raw, position, names)
        if code:
            findings.add(
                code,
                table=table.name,
                column=name,
                value=name,
                nearest=nearest.asked(name),
            )


def _fault(raw: RawTable, position: int, names: list[str]) -> str:
    """Return what is wrong with one title; "" for nothing."""
    name = raw.header[position]
    if holds_register_number(name):
        return "register_number"
    if name and name in raw.header[:position]:
        return "column_duplicate"
    is_unknown = name not in names and not _is_blank(raw, position)
    return "column_unknown" if is_unknown else ""


def _is_blank(raw: RawTable, position: int) -> bool:
    """Return whether the column has neither a name nor a cell."""
    return not raw.header[position] and set(raw.columns[position].texts) <= {""}
