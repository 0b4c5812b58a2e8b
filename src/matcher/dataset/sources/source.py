"""Whatever path a user names: folder, zip or workbook, told by its content."""

import zipfile
from pathlib import Path

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import RawTable
from matcher.dataset.sources.archive import (
    ARCHIVE_ERRORS,
    archive_tables,
    has_too_many_entries,
)
from matcher.dataset.sources.folder import folder_tables
from matcher.dataset.sources.workbook import workbook_tables

_WORKBOOK_ENTRY = "xl/workbook.xml"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""Begins an .xls of before 2007, and a workbook behind a password."""
_ZIP_MAGIC = b"PK"


def source_tables(
    path: Path, limits: Limits, findings: FindingList
) -> dict[str, RawTable] | None:
    """Return the tables at `path` as text; None where there is no dataset."""
    try:
        if path.is_dir():
            return folder_tables(path, limits, findings)
        if not path.is_file():
            findings.add("path_missing", value=str(path))
            return None
        if path.stat().st_size > limits.archive_bytes:
            findings.add("archive_too_large", expected=str(limits.archive_bytes))
            return None
        return _file_tables(path, limits, findings)
    except (OSError, ValueError) as error:
        findings.add("file_unreadable", other=type(error).__name__)
        return None


def is_workbook(path: Path) -> bool:
    """Return whether `path` is a workbook, by its content."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK_ENTRY in archive.namelist()
    except ARCHIVE_ERRORS:
        return False


def _file_tables(
    path: Path, limits: Limits, findings: FindingList
) -> dict[str, RawTable] | None:
    with path.open("rb") as file:
        magic = file.read(len(_OLE_MAGIC))
    if magic == _OLE_MAGIC:
        findings.add("file_encrypted", value=path.name)
        return None
    if not magic.startswith(_ZIP_MAGIC):
        findings.add("path_unsupported", value=path.name)
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            if has_too_many_entries(archive, limits):
                findings.add("archive_too_large", expected=str(limits.archive_entries))
                return None
            if _WORKBOOK_ENTRY in archive.namelist():
                return workbook_tables(path, archive, limits, findings)
            return archive_tables(archive, limits, findings)
    except ARCHIVE_ERRORS as error:
        findings.add("file_unreadable", other=type(error).__name__)
        return None
