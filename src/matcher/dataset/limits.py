"""How large the data may be: what goes past a limit is a finding, not a hang."""

from dataclasses import dataclass

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits on what is read; the defaults hold ten times the Flemish region.

    Attributes
    ----------
    table_bytes
        Of one CSV file.
    rows, columns
        Of one table.
    sheet_cells
        Of one sheet, the blank ones between others included.
    cell_characters
        Of one cell.
    archive_entries
        Of one zip or workbook.
    archive_bytes
        Of one zip or workbook, unpacked.
    compression_ratio
        Unpacked to packed bytes of one entry past `small_entry_bytes`.
    small_entry_bytes
        Entries up to this size are harmless, however well they are packed.
    """

    table_bytes: int = 256 * _MEBIBYTE
    rows: int = 3_000_000
    columns: int = 200
    sheet_cells: int = 50_000_000
    cell_characters: int = 10_000
    archive_entries: int = 2_000
    archive_bytes: int = 512 * _MEBIBYTE
    compression_ratio: int = 250
    small_entry_bytes: int = 32 * _MEBIBYTE


DEFAULT_LIMITS = Limits()
