"""Commands of the operator: serve, work, keys, backup, restore, tidy, verify.

What is heavy is imported inside the commands: workers load this module as well.
"""

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher_service import audit
from matcher_service.crew import LOG_FORMAT, Crew
from matcher_service.jobs.worker import sweep
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.security.person import ROLES, SYSTEM
from matcher_service.settings import Settings, SettingsError, settings_from

if TYPE_CHECKING:
    from matcher_service.service import Service

app = typer.Typer(
    name="matcher-service",
    help="The HTTP service of matcher. Settings: MATCHER_* in the environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

WRONG_USAGE = 2


def main() -> None:
    """Run the command line of this process."""
    app()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8000,
    region: Annotated[
        Path | None, typer.Option(help="Data to begin with, on the first start.")
    ] = None,
    workers: Annotated[bool, typer.Option(help="Also do the jobs.")] = True,
) -> None:
    """Serve the API and the pages; with workers unless they run apart."""
    settings = _settings()
    if region is not None:
        _begin_with(settings, region)
    typer.echo(f"http://{host}:{port}")
    serve_with(settings, host, port, has_workers=workers)


@app.command("work")
def work_alone() -> None:
    """Do the jobs of a service that runs elsewhere; SIGTERM ends it."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = _settings()
    _service(settings).database.close()
    is_over = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: is_over.set())
    crew = Crew(settings)
    is_over.wait()
    crew.stop()


@app.command("make-key")
def make_key_command(
    role: Annotated[str, typer.Option(help="coach, partnership, planner or admin.")],
    name: Annotated[str, typer.Option(help="What it is for; no name of a person.")],
    school: Annotated[list[str] | None, typer.Option(help="Of a coach.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days it holds.")] = 90,
    sees_needs: Annotated[bool, typer.Option(help="May see support needs.")] = False,
) -> None:
    """Make a key and print it: the only time that it can be seen."""
    if role not in ROLES or (role == "coach") != bool(school):
        typer.echo("A role is one of the four; a coach, and only a coach, has schools.")
        raise typer.Exit(WRONG_USAGE)
    service = _service(_settings())
    wish = KeyWish(
        name=name,
        role=role,
        school_ids=school or (),
        sees_needs=sees_needs,
        days=days,
    )
    with service.database.writing() as session:
        row, text = make_key(session, wish)
        audit.record(session, SYSTEM, "key_made", detail={"key_id": row.key_id})
    typer.echo(text)


@app.command("verify-audit")
def verify_audit() -> None:
    """Compute every digest of the audit log again; exit code 1 where one differs."""
    service = _service(_settings())
    with service.database.reading() as session:
        verdict = audit.verify_chain(session)
    typer.echo(f"{verdict.lines} lines hold; head {verdict.head}")
    if not verdict.holds:
        typer.echo(f"Line {verdict.broken_at} does not hold.")
        raise typer.Exit(1)


@app.command("backup")
def backup_command(
    out: Annotated[Path, typer.Argument(help="File to write, .tar.gz.")],
) -> None:
    """Copy all that is kept into one file, while the service runs."""
    from matcher_service.backup import back_up

    _said(lambda: back_up(_service(_settings()), out))


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="File that `backup` wrote.")],
) -> None:
    """Put a backup back into an empty folder, and check it."""
    from matcher_service.backup import restore

    _said(lambda: restore(_settings(), file))


@app.command()
def tidy() -> None:
    """Remove what is past its days, and folders that no job kept."""
    from matcher_service.privacy import tidy as tidy_up

    service = _service(_settings())
    expired = tidy_up(service)
    swept = sweep(service.settings, service.database)
    typer.echo(f"{expired} datasets removed, {swept} leftovers swept.")


def serve_with(
    settings: Settings, host: str, port: int, *, has_workers: bool = True
) -> None:
    """Serve until told to stop; the workers end with it."""
    import uvicorn

    from matcher_service.app import create_app

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    application = create_app(settings)
    crew = Crew(settings) if has_workers else None
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32_768,
        limit_concurrency=200,
    )
    # All that was imported stays: to look through it for what may go would take a sixth
    # of a second again and again, in which nobody is answered.
    gc.collect()
    gc.freeze()
    try:
        uvicorn.Server(config).run()
    finally:
        if crew is not None:
            crew.stop()


def _service(settings: Settings) -> "Service":
    from matcher_service.service import build_service

    return build_service(settings)


def _begin_with(settings: Settings, region: Path) -> None:
    from matcher_service.first_start import FirstStartError, first_start

    service = _service(settings)
    try:
        keys = first_start(service, region)
    except FirstStartError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        service.database.close()
    for role, text in keys.items():
        typer.echo(f"{role:12} {text}")


def _settings() -> Settings:
    try:
        return settings_from(os.environ)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(WRONG_USAGE)


def _said(act: Callable[[], str]) -> None:
    from matcher_service.backup import BackupError

    try:
        typer.echo(act())
    except BackupError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    main()
