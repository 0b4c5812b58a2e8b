"""Backup and restore of all that is kept: the database and the folders it speaks of."""

import io
import json
import tarfile
from pathlib import Path

from sqlalchemy import insert, select

from matcher_service import audit
from matcher_service.service import Service, build_service
from matcher_service.settings import Settings
from matcher_service.store import Database
from matcher_service.store.models import AuditHead, Base

ROWS_FILE = "rows.json"
_FOLDERS = ("uploads", "work")


class BackupError(Exception):
    """A backup cannot be made or put back; the message says why."""


def back_up(service: Service, out: Path) -> str:
    """Write all rows, as they are at one moment, and then the folders they name.

    The rows go first: a folder that a row names was whole before the row was.
    The same file restores into SQLite and into PostgreSQL.
    """
    if out.exists():
        message = f'"{out}" exists. Give another file.'
        raise BackupError(message)
    rows = _all_rows(service.database)
    part = out.with_name(out.name + ".part")
    with tarfile.open(part, "w:gz") as archive:
        content = json.dumps(rows).encode()
        entry = tarfile.TarInfo(ROWS_FILE)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        for name in _FOLDERS:
            folder = service.settings.folder / name
            if folder.is_dir():
                archive.add(folder, arcname=name)
    part.chmod(0o600)
    part.replace(out)
    return f"{sum(map(len, rows.values()))} rows written to {out}"


def restore(settings: Settings, file: Path) -> str:
    """Put a backup back where nothing is kept yet.

    Raises
    ------
    BackupError
        Something is kept there already, the file is no backup, or the audit log in it
        does not hold.
    """
    if settings.folder.exists() and any(settings.folder.iterdir()):
        message = (
            f'Folder "{settings.folder}" is not empty. Give another MATCHER_FOLDER.'
        )
        raise BackupError(message)
    try:
        with tarfile.open(file, "r:gz") as archive:
            member = archive.extractfile(ROWS_FILE)
            rows = json.load(member) if member else {}
            settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            archive.extractall(settings.folder, _folders_of(archive), filter="data")
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        message = f'"{file}" is no backup of this service.'
        raise BackupError(message) from error
    return _rows_back(settings, rows)


def _folders_of(archive: tarfile.TarFile) -> list[tarfile.TarInfo]:
    return [each for each in archive.getmembers() if each.name != ROWS_FILE]


def _rows_back(settings: Settings, rows: dict[str, list[dict[str, object]]]) -> str:
    service = build_service(settings)
    with service.database.writing() as session:
        if session.scalars(select(AuditHead.number)).one():
            message = "The database holds something already. Give an empty one."
            raise BackupError(message)
        for table in Base.metadata.sorted_tables:
            session.execute(table.delete())  # the first line that a migration made
            if rows.get(table.name):
                session.execute(insert(table), rows[table.name])
    with service.database.reading() as session:
        verdict = audit.verify_chain(session)
    service.database.close()
    if not verdict.holds:
        message = f"The audit log in it does not hold from line {verdict.broken_at}."
        raise BackupError(message)
    return f"{verdict.lines} lines of the audit log hold; head {verdict.head}"


def _all_rows(database: Database) -> dict[str, list[dict[str, object]]]:
    with database.reading() as session:
        if not database.is_sqlite:  # which sees one moment from the first read on
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
