"""How a command ends: its exit code, and one sentence where something went wrong."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from matcher.cli.words import Language, said
from matcher.errors import MatcherError

DONE, BROKEN_RULE, WRONG_USAGE, NO_PLAN = 0, 1, 2, 3
"""Exit codes (contract, section 7)."""


def tell(message: str) -> None:
    """Write a message for people to stderr."""
    typer.echo(message, err=True)


def leave(message: str, code: int) -> NoReturn:
    """Write a message and end the command."""
    tell(message)
    raise typer.Exit(code)


@contextmanager
def answering(language: Language, *, is_debug: bool) -> Iterator[None]:
    """Turn whatever a command runs into into a sentence and an exit code.

    What a user can mend exits 1, what a user stopped 3, and our own faults 1, with a
    traceback under `--debug` alone.
    """
    _log(is_debug=is_debug)
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        leave(said("no_plan_interrupted", language), NO_PLAN)
    except BrokenPipeError:
        # The reader of stdout went away: not our fault, and nobody to tell.
        sys.stderr.close()
        raise typer.Exit(BROKEN_RULE) from None
    except Exception as error:  # noqa: BLE001 - the last door: nothing may pass as a traceback
        if is_debug:
            traceback.print_exc()
        leave(_sentence(error, language), BROKEN_RULE)


def _log(*, is_debug: bool) -> None:
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if is_debug else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("httpx", "httpcore", "numba", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _sentence(error: Exception, language: Language) -> str:
    if isinstance(error, MatcherError):
        return error.text(language)
    if isinstance(error, OSError):
        return said("not_written", language, error=error)
    return said("unexpected", language, name=type(error).__name__)
