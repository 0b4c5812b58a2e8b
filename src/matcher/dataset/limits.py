"""How large the data may be: what goes past a limit is a finding, not a hang."""

MAX_TABLE_BYTES = 512 * 1024 * 1024
"""Of one CSV file."""
MAX_ROWS = 3_000_000
"""Of one table."""
MAX_COLUMNS = 200
"""Of one table."""
MAX_CELL_CHARACTERS = 10_000
"""Of one cell."""
MAX_ARCHIVE_ENTRIES = 2_000
"""Of one zip or workbook."""
MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
"""Of one zip or workbook, unpacked."""
MAX_COMPRESSION_RATIO = 250
"""Unpacked to packed bytes of one entry; looked at past `MIN_BOMB_BYTES`."""
MIN_BOMB_BYTES = 32 * 1024 * 1024
"""Entries smaller than this are harmless, however well they are packed."""
