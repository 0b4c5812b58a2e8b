"""The card beside the tables, ``dataset.toml``: whether the data are made up."""

import tomllib
import zipfile
from pathlib import Path, PurePosixPath

from matcher.dataset.sources.archive import ARCHIVE_ERRORS

CARD = "dataset.toml"
_MOST_BYTES = 65_536
_MOST_DEPTH = 2
"""At the root of a zip, or in its top folder: where its tables may be."""


def is_synthetic(source: Path) -> bool:
    """Whether the card of a folder or a zip says so; a workbook has no card."""
    try:
        card = tomllib.loads(_content(source).decode("utf-8"))
    except ARCHIVE_ERRORS:  # also of a folder without a card, and of what is no TOML
        return False
    return card.get("synthetic") is True


def carry_card(source: Path, folder: Path) -> None:
    """Say it in `folder` too, of what was made from a synthetic source."""
    if is_synthetic(source):
        (folder / CARD).write_text("synthetic = true\n", encoding="utf-8")


def _content(source: Path) -> bytes:
    if source.is_dir():
        with (source / CARD).open("rb") as file:
            return file.read(_MOST_BYTES)
    with zipfile.ZipFile(source) as archive:
        found = [
            name
            for name in archive.namelist()
            if PurePosixPath(name).name == CARD
            and len(PurePosixPath(name).parts) <= _MOST_DEPTH
        ]
        with archive.open(min(found, key=len)) as file:
            return file.read(_MOST_BYTES)
