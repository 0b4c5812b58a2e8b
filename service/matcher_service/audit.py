"""The audit log: append-only, each line sealed by a digest over all lines before it.

No line holds an id of a learner: a random token stands for it, and the table that
tells which token is whose loses the row when a learner is erased. The chain then
still holds, and nobody can tell any more whom it is about.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matcher_service.security.person import Person
from matcher_service.store import moment
from matcher_service.store.models import AuditEntry, AuditHead, LearnerToken

START = "0" * 64
Detail = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """Whether the log is as it was written.

    Attributes
    ----------
    lines
        Lines that hold, from the first on.
    broken_at
        Number of the first line that does not hold; None where all do.
    head
        Digest of the last line that holds: note it elsewhere, and a log that was
        rewritten as a whole shows too.
    """

    lines: int
    broken_at: int | None
    head: str

    @property
    def holds(self) -> bool:
        """Nothing was changed, left out or added."""
        return self.broken_at is None


def record(
    session: Session,
    person: Person,
    action: str,
    *,
    learner_id: str = "",
    detail: Detail | None = None,
) -> None:
    """Append one line, within the transaction of what it tells of."""
    session.execute(
        update(AuditHead)
        .where(AuditHead.head_id == 1)
        .values(number=AuditHead.number + 1)
    )
    head = session.scalars(
        select(AuditHead).execution_options(populate_existing=True)
    ).one()
    entry = AuditEntry(
        number=head.number,
        moment=moment(),
        actor=person.subject,
        role=person.role,
        action=action,
        learner_token=token_of(session, learner_id) if learner_id else "",
        detail=dict(detail or {}),
        digest="",
    )
    entry.digest = _digest(head.digest, entry)
    head.digest = entry.digest
    session.add(entry)
    session.flush()


def token_of(session: Session, learner_id: str) -> str:
    """The token of a learner, made when first asked for."""
    known = session.get(LearnerToken, learner_id)
    if known is None:
        known = LearnerToken(learner_id=learner_id, token=secrets.token_hex(16))
        session.add(known)
        session.flush()
    return known.token


def verify_chain(session: Session) -> ChainVerdict:
    """Compute every digest again."""
    before, count = START, 0
    wanted = select(AuditEntry).order_by(AuditEntry.number)
    piece_by_piece = wanted.execution_options(yield_per=500)
    with closing(session.scalars(piece_by_piece)) as lines:
        for entry in lines:
            if entry.number != count + 1 or entry.digest != _digest(before, entry):
                return ChainVerdict(lines=count, broken_at=count + 1, head=before)
            before, count = entry.digest, count + 1
    head = session.scalars(select(AuditHead)).one()
    if (head.number, head.digest) != (count, before):
        return ChainVerdict(lines=count, broken_at=count + 1, head=before)
    return ChainVerdict(lines=count, broken_at=None, head=before)


def _digest(before: str, entry: AuditEntry) -> str:
    content = [
        before,
        entry.number,
        entry.moment,
        entry.actor,
        entry.role,
        entry.action,
        entry.learner_token,
        entry.detail,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
