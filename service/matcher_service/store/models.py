"""The tables. Moments are UTC text in ISO form; a learner's id stands where it must."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ID = String(64)
_MOMENT = String(27)


class Base(DeclarativeBase):
    """Of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 - as SQLAlchemy reads it


class ApiKey(Base):
    """A key: of the key itself only a digest is kept."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    school_ids: Mapped[list[str]]
    scopes: Mapped[list[str]]
    sees_needs: Mapped[bool]
    created: Mapped[str] = mapped_column(_MOMENT)
    expires: Mapped[str] = mapped_column(_MOMENT)
    revoked: Mapped[str | None] = mapped_column(_MOMENT)


class WebSession(Base):
    """Somebody at the page: of the cookie only a digest is kept."""

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(_ID)
    expires: Mapped[str] = mapped_column(_MOMENT)


class StoredDataset(Base):
    """A dataset that somebody brought."""

    __tablename__ = "datasets"

    dataset_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(_ID)
    owner_schools: Mapped[list[str]]
    school_ids: Mapped[list[str]]
    learners: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    job_id: Mapped[str] = mapped_column(_ID)
    folder: Mapped[str] = mapped_column(String(200))
    findings: Mapped[dict[str, Any]]
    created: Mapped[str] = mapped_column(_MOMENT)
    version: Mapped[int] = mapped_column(Integer)


class Job(Base):
    """What takes long: a check, a solve, a report about capacity, a scenario.

    `fence` grows with every worker that takes the job: only the last one may end it.
    """

    __tablename__ = "jobs"

    job_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    dataset_id: Mapped[str] = mapped_column(_ID, index=True)
    base_id: Mapped[str | None] = mapped_column(_ID)
    owner: Mapped[str] = mapped_column(_ID)
    params: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    problem: Mapped[str] = mapped_column(String(60))
    folder: Mapped[str] = mapped_column(String(200))
    fence: Mapped[int] = mapped_column(Integer)
    worker: Mapped[str] = mapped_column(String(80))
    lease_until: Mapped[str] = mapped_column(_MOMENT)
    is_stop_asked: Mapped[bool]
    created: Mapped[str] = mapped_column(_MOMENT)
    ended: Mapped[str | None] = mapped_column(_MOMENT)


class Decision(Base):
    """What people decided about a learner; the next solve keeps to it."""

    __tablename__ = "decisions"

    decision_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(_ID, index=True)
    learner_id: Mapped[str] = mapped_column(String(200), index=True)
    school_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    site_id: Mapped[str] = mapped_column(String(200))
    period_ids: Mapped[list[str]]
    mentor_id: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    chosen_before_seeing: Mapped[bool]
    author: Mapped[str] = mapped_column(_ID)
    created: Mapped[str] = mapped_column(_MOMENT)
    version: Mapped[int] = mapped_column(Integer)
    is_withdrawn: Mapped[bool]


class IdempotentAnswer(Base):
    """What a POST with an Idempotency-Key answered the first time."""

    __tablename__ = "idempotent_answers"

    actor: Mapped[str] = mapped_column(_ID, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    location: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]]
    created: Mapped[str] = mapped_column(_MOMENT)


class LearnerToken(Base):
    """What stands for a learner in the audit log; gone once the learner is erased."""

    __tablename__ = "learner_tokens"

    learner_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)


class AuditEntry(Base):
    """One line of the audit log; `digest` covers the line and the digest before it."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    moment: Mapped[str] = mapped_column(_MOMENT)
    actor: Mapped[str] = mapped_column(_ID)
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    learner_token: Mapped[str] = mapped_column(String(40), index=True)
    detail: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last line of the audit log: one row, which makes writers wait in turn."""

    __tablename__ = "audit_head"

    head_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
