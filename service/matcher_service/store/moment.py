"""Moments and ids as they are stored."""

import secrets
from datetime import UTC, datetime, timedelta


def moment(ahead: timedelta = timedelta()) -> str:
    """Now, or a while ahead: UTC in ISO form, of which the order is that of time."""
    return (datetime.now(UTC) + ahead).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id(kind: str) -> str:
    """An id that nobody can guess, such as ``run_5f0c...``."""
    return f"{kind}_{secrets.token_hex(10)}"
