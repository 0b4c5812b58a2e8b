"""What a running service holds, and how a request gets at it."""

from dataclasses import dataclass

from matcher_service.answers.shelf import RunShelf
from matcher_service.security.allowance import Allowance
from matcher_service.security.tokens import TokenDesk
from matcher_service.settings import Settings
from matcher_service.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """All that requests share."""

    settings: Settings
    database: Database
    shelf: RunShelf
    allowance: Allowance
    tokens: TokenDesk


def build_service(settings: Settings) -> Service:
    """Open the database, bring its tables up to date."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.url)
    database.migrate()
    return Service(
        settings=settings,
        database=database,
        shelf=RunShelf(settings.answer_processes),
        allowance=Allowance(settings.requests_per_minute),
        tokens=TokenDesk(settings),
    )
