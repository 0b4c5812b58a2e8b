"""API keys: made once, shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher_service.security.person import Person, Role
from matcher_service.store import moment, new_id
from matcher_service.store.models import ApiKey

_MARK = "mtk_"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """What a new key is for.

    Attributes
    ----------
    name
        What it is used for, for who looks after keys; no name of a person.
    """

    name: str
    role: Role
    school_ids: Iterable[str] = ()
    scopes: Iterable[str] = ()
    sees_needs: bool = False
    days: int = 90


def make_key(session: Session, wish: KeyWish) -> tuple[ApiKey, str]:
    """A new key, and its text: the only time that it can be seen."""
    text = _MARK + secrets.token_urlsafe(32)
    row = ApiKey(
        key_id=new_id("key"),
        name=wish.name,
        digest=digest_of(text),
        role=wish.role,
        school_ids=sorted(wish.school_ids),
        scopes=sorted(wish.scopes),
        sees_needs=wish.sees_needs,
        created=moment(),
        expires=moment(timedelta(days=wish.days)),
        revoked=None,
    )
    session.add(row)
    session.flush()
    return row, text


def is_key(text: str) -> bool:
    """Whether a bearer token has the form of a key."""
    return text.startswith(_MARK)


def person_with_key(session: Session, text: str) -> Person | None:
    """Whose key it is; None where it is none, is past its day or was revoked."""
    # 256 random bits: nothing is gained by a slow digest, or by comparing slowly.
    row = session.scalars(
        select(ApiKey).where(ApiKey.digest == digest_of(text))
    ).one_or_none()
    return None if row is None else person_of_key(row)


def person_of_key(row: ApiKey) -> Person | None:
    """Whose key it is; None where it is past its day or was revoked."""
    if row.revoked is not None or row.expires <= moment():
        return None
    return Person(
        subject=row.key_id,
        role=cast("Role", row.role),
        school_ids=frozenset(row.school_ids),
        scopes=frozenset(row.scopes),
        sees_needs=row.sees_needs,
    )


def digest_of(text: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
