"""Decisions of a coach, from a form to where decisions are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

from pydantic import ValidationError

from matcher_service.pages.visit import Visit
from matcher_service.routes.decisions import decide_on, listed
from matcher_service.schemas import DecisionIn, DecisionOut
from matcher_service.web.finding import job_for
from matcher_service.web.problems import ProblemError

_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where somebody wants a learner: one site with one mentor, in some periods."""

    site_id: str
    mentor_id: str
    period_ids: tuple[str, ...]


def choices_of(placements: Iterable[str]) -> tuple[Choice, ...]:
    """Choices from the fields of a form, ``period|site|mentor`` each.

    Raises
    ------
    ProblemError
        ``invalid``.
    """
    rows = [tuple(each.split("|")) for each in placements]
    if not rows or any(len(row) != _PARTS for row in rows):
        raise ProblemError("invalid")
    return tuple(
        Choice(
            site_id=site_id,
            mentor_id=mentor_id,
            period_ids=tuple(row[0] for row in group),
        )
        for (site_id, mentor_id), group in groupby(rows, key=lambda row: row[1:])
    )


def keep(
    visit: Visit,
    run_id: str,
    learner_id: str,
    kind: Literal["sign", "propose", "refuse", "free"],
    choices: Sequence[Choice],
    reason: str,
    *,
    is_first: bool = False,
) -> None:
    """Keep decisions about a learner.

    Raises
    ------
    ProblemError
        ``invalid``, and as of `decide_on`.
    """
    try:
        decisions = [
            DecisionIn(
                learner_id=learner_id,
                kind=kind,
                site_id=each.site_id,
                mentor_id=each.mentor_id,
                period_ids=list(each.period_ids),
                reason=reason,
                chosen_before_seeing=is_first,
            )
            for each in choices
        ]
    except ValidationError as error:
        raise ProblemError("invalid") from error
    dataset_id = dataset_of(visit, run_id)
    for each in decisions:
        decide_on(visit.service, visit.person, dataset_id, each)


def decisions_on(visit: Visit, dataset_id: str, learner_id: str) -> list[DecisionOut]:
    """Decisions about a learner, the newest first, withdrawn ones too."""
    found = listed(visit.service, visit.person, dataset_id, learner_id, 0, 200)
    return cast("list[DecisionOut]", cast("dict[str, object]", found)["items"])


def dataset_of(visit: Visit, run_id: str) -> str:
    """The dataset of a run."""
    with visit.service.database.reading() as session:
        return job_for(session, visit.person, run_id, ("solve",)).dataset_id
