"""Tables as the service keeps them, row by row: to read a dataset takes seconds."""

import csv
from collections.abc import Iterator
from pathlib import Path


def kept_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a table that was checked when it came; none where there is no table."""
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
