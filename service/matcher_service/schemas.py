"""What goes in and out over HTTP: the outer contract, apart from the library's."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonValue

from matcher_service.security.person import Role
from matcher_service.security.rights import Action

Id = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f|\x7f]+$")
]
Name = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class In(BaseModel):
    """What comes in: what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _like(**example: JsonValue) -> ConfigDict:
    """What comes in, with an example for who reads the document."""
    return ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [example]}
    )


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `fields` say where, never what."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    fields: list[dict[str, str]] = Field(default_factory=list)


class Health(BaseModel):
    """Whether the service answers."""

    status: Literal["ok"]


class Version(BaseModel):
    """Versions of the service and of what may change an answer."""

    service: str
    api: Literal["v1"]
    libraries: dict[str, str]


class Me(BaseModel):
    """Who asks, and what they may."""

    subject: str
    role: Role
    school_ids: list[str]
    actions: list[Action]
    sees_needs: bool


class DatasetOut(BaseModel):
    """A dataset. `learners` counts those who ask may count."""

    dataset_id: str
    name: str
    state: Literal["checking", "usable", "refused"]
    problem: str
    sha256: str
    learners: int | None
    job_id: str
    created: str
    version: int


class DatasetList(BaseModel):
    """Datasets, the newest first."""

    items: list[DatasetOut]
    total: int
    offset: int
    limit: int


class DatasetChange(In):
    """What can be changed of a dataset."""

    model_config = _like(name="najaar")

    name: Name


class FindingList(BaseModel):
    """What the check found; keys as `matcher check --json` has them."""

    state: str
    problem: str
    items: list[dict[str, Any]]
    total: int
    offset: int
    limit: int


class RunIn(In):
    """A plan to make."""

    model_config = _like(dataset_id="dataset_0", time_limit_seconds=60)

    dataset_id: Id
    time_limit_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    gap: Annotated[float, Field(ge=0, le=0.5)] = 0.001
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    policy: dict[str, Any] = Field(default_factory=dict, max_length=30)


class CapacityIn(In):
    """How far a report about capacity looks.

    `top` steps are looked for, and sets of 2 up to `sets` of them; 1 for none.
    """

    model_config = _like(top=5, sets=2)

    top: Annotated[int, Field(ge=0, le=20)] = 5
    sets: Annotated[int, Field(ge=1, le=4)] = 1


class ScenarioIn(In):
    """What would change: `changes` are tables with a `kind`, as in a scenario file."""

    model_config = _like(
        title="Een werkplek stopt",
        changes=[{"kind": "site_closes", "site_id": "V00289"}],
    )

    title: Name
    question: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    changes: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=50)]
    mode: Literal["keep", "free"] = "keep"
    time_limit_seconds: Annotated[int, Field(ge=1, le=3600)] = 300


class JobOut(BaseModel):
    """A job: a run, or a report about one."""

    job_id: str
    kind: Literal["check", "solve", "capacity", "scenario"]
    state: JobState
    dataset_id: str
    base_id: str | None
    progress: dict[str, Any]
    summary: dict[str, Any]
    problem: str
    created: str
    ended: str | None


class JobList(BaseModel):
    """Jobs, the newest first."""

    items: list[JobOut]
    total: int
    offset: int
    limit: int


class DecisionIn(In):
    """What somebody decided. A `refuse` without periods holds for all of them."""

    model_config = _like(
        learner_id="L00006",
        kind="propose",
        site_id="V00324",
        period_ids=["2026-T1"],
        reason="Past bij wat de leerling wil leren.",
    )

    learner_id: Id
    kind: Literal["sign", "propose", "refuse", "free"]
    site_id: Id
    mentor_id: Annotated[
        str, Field(max_length=200, pattern=r"^[^\x00-\x1f|\x7f]*$")
    ] = ""
    period_ids: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]
    chosen_before_seeing: bool = False


class DecisionChange(In):
    """What can be changed of a decision; withdrawn ones no longer count."""

    model_config = _like(is_withdrawn=True)

    reason: Annotated[
        str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")
    ] = ""
    is_withdrawn: bool = False


class DecisionOut(BaseModel):
    """A decision, with who made it and when."""

    decision_id: str
    dataset_id: str
    learner_id: str
    kind: str
    site_id: str
    mentor_id: str
    period_ids: list[str]
    reason: str
    chosen_before_seeing: bool
    author: str
    created: str
    version: int
    is_withdrawn: bool


class DecisionList(BaseModel):
    """Decisions, the newest first."""

    items: list[DecisionOut]
    total: int
    offset: int
    limit: int


class KeyIn(In):
    """A key to make; `name` says what it is for, and names nobody."""

    model_config = _like(
        name="bureau trajectbegeleiding", role="coach", school_ids=["School 2"]
    )

    name: Name
    role: Role
    school_ids: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    scopes: Annotated[list[Action], Field(max_length=30)] = Field(default_factory=list)
    sees_needs: bool = False
    days: Annotated[int, Field(ge=1, le=366)] = 90


class KeyOut(BaseModel):
    """A key, without its text."""

    key_id: str
    name: str
    role: Role
    school_ids: list[str]
    scopes: list[str]
    sees_needs: bool
    created: str
    expires: str
    revoked: str | None


class NewKey(KeyOut):
    """A key with its text: the only time that it can be seen."""

    key: str


class KeyList(BaseModel):
    """All keys, the newest first."""

    items: list[KeyOut]
    total: int
    offset: int
    limit: int


class AuditLine(BaseModel):
    """One line of the audit log."""

    number: int
    moment: str
    actor: str
    role: str
    action: str
    learner_token: str
    detail: dict[str, Any]
    digest: str


class AuditList(BaseModel):
    """Lines of the audit log, the newest first."""

    items: list[AuditLine]
    total: int
    offset: int
    limit: int


class ChainOut(BaseModel):
    """Whether the log is as it was written."""

    holds: bool
    lines: int
    broken_at: int | None
    head: str


class Answer(BaseModel):
    """An answer in the words of the library; see the contract, section 9."""

    model_config = ConfigDict(extra="allow")


class Erased(BaseModel):
    """What was removed of a learner."""

    datasets: int
    jobs: int
    decisions: int
