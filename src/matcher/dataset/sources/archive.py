"""A zip of CSV files, unpacked in memory under limits that its header cannot lift."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from matcher.dataset.findings import FindingList
from matcher.dataset.limits import Limits
from matcher.dataset.raw import RawTable, empty_table
from matcher.dataset.schema import schema
from matcher.dataset.sources.csv_text import csv_table
from matcher.dataset.sources.naming import tables_by_name

ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,  # a way of packing that zipfile cannot read
    RuntimeError,  # a password is asked for
    ValueError,
)
"""What `zipfile` raises over a damaged, encrypted or exotic archive."""
_CHUNK_BYTES = 1024 * 1024
_IS_ENCRYPTED = 0x1
_SYSTEM_FOLDER = "__MACOSX"


class ArchiveTooLargeError(Exception):
    """An entry unpacks past the limits."""


def archive_tables(
    archive: zipfile.ZipFile, limits: Limits, findings: FindingList
) -> dict[str, RawTable]:
    """Return the tables in a zip, at its root or in its one top folder."""
    entries = _csv_entries(archive)
    names = [PurePosixPath(entry.filename).name for entry in entries]
    found = tables_by_name(names, findings)
    budget = Budget(limits)
    return {
        table: _table(table, archive, entries[names.index(name)], budget, findings)
        for table, name in found.items()
    }


class Budget:
    """Counts what an archive unpacks to, entry by entry.

    Parameters
    ----------
    limits
        Checked while reading: the sizes that an archive states may lie.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._left = limits.archive_bytes

    def chunks(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most_bytes: int
    ) -> Iterator[bytes]:
        """Yield the content of an entry.

        Raises
        ------
        ArchiveTooLargeError
            When the entry, or all entries together, unpack past a limit.
        """
        num_bytes = 0
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK_BYTES):
                num_bytes += len(chunk)
                self._left -= len(chunk)
                is_bomb = (
                    num_bytes > self.limits.small_entry_bytes
                    and num_bytes
                    > self.limits.compression_ratio * max(entry.compress_size, 1)
                )
                if is_bomb or self._left < 0 or num_bytes > most_bytes:
                    raise ArchiveTooLargeError
                yield chunk


def has_too_many_entries(archive: zipfile.ZipFile, limits: Limits) -> bool:
    """Return whether the archive lists more entries than allowed."""
    return len(archive.infolist()) > limits.archive_entries


def _csv_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the CSV entries of the folder that holds the tables."""
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and entry.filename.casefold().endswith(".csv")
        and not entry.filename.startswith(_SYSTEM_FOLDER)
    ]
    parents = {PurePosixPath(entry.filename).parent for entry in entries}
    tops = {parent for parent in parents if len(parent.parts) == 1}
    at_root = [entry for entry in entries if "/" not in entry.filename.strip("/")]
    has_table = any(
        PurePosixPath(entry.filename).stem.casefold() in schema() for entry in at_root
    )
    if has_table or len(tops) != 1:
        return at_root
    top = tops.pop()
    return [entry for entry in entries if PurePosixPath(entry.filename).parent == top]


def _table(
    name: str,
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    budget: Budget,
    findings: FindingList,
) -> RawTable:
    if entry.flag_bits & _IS_ENCRYPTED:
        findings.add("file_encrypted", table=name, value=entry.filename)
        return empty_table(name, is_complete=False)
    limit = budget.limits.table_bytes
    try:
        content = b"".join(budget.chunks(archive, entry, limit))
    except ArchiveTooLargeError:
        findings.add("table_too_large", table=name, expected=str(limit))
        return empty_table(name, is_complete=False)
    except ARCHIVE_ERRORS as error:
        findings.add("file_unreadable", table=name, other=type(error).__name__)
        return empty_table(name, is_complete=False)
    return csv_table(name, content, budget.limits, findings)
