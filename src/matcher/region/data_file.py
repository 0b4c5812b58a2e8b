"""The data files that ship with this room."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable


def rows(folder: str, file: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file in a folder of this room."""
    return csv_rows(files("matcher.region") / folder / file)


def csv_rows(place: Traversable) -> Iterator[dict[str, str]]:
    """Rows of a CSV file that ships with the package."""
    yield from csv.DictReader(place.read_text(encoding="utf-8").splitlines())
