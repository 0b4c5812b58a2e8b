"""A PostgreSQL server of our own for the tests, from Debian's packages."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUIRED = os.environ.get("MATCHER_TEST_POSTGRESQL") == "required"
"""Continuous integration says so: there, a missing server is a failure."""


def tool(name: str) -> str | None:
    """Where a program of the server is."""
    there = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(there[-1]) if there else shutil.which(name)


def is_there() -> bool:
    return tool("initdb") is not None


@contextmanager
def server() -> Iterator[str]:
    """A running server that only its socket leads to; gives the URL of SQLAlchemy."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres"]
        as_user += ["--clear-groups"]
    data = folder / "data"

    def call(name: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(tool(name)), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    try:
        call("initdb", "-D", str(data), "-U", "matcher", "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        log = str(folder / "log")
        call("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://matcher@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
