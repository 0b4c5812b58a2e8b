"""Signed placements that break a rule: they stay (P4), and are warned of."""

from dataclasses import dataclass

import numpy as np

from matcher.checker import Violation, check_plan
from matcher.dataset import Phrase
from matcher.dataset.findings import FindingList
from matcher.eligibility.position import positions_of
from matcher.policy import policy_to_mapping
from matcher.problem.problem import Problem
from matcher.problem.run_record import Assignment

_DAY = np.timedelta64(1, "D")
_EVER = np.datetime64("9999-12-30")
_NEVER = np.datetime64("0001-01-01")

_LIMITS = {
    "C1": ("sites", "capacity"),
    "C2": ("mentors", "max_learners"),
    "C3": ("mentors", "hours_per_week"),
    "C4": ("enterprises", "max_learners"),
}
"""Where the limit stands that signed placements exceed together."""

_EXEMPT = {"P1", "P3"}
"""Rules that a block of signed periods need not keep."""

_COLUMNS = {"E2": "mentor_id", "E9": "period_id"}
"""Column of `placements` to look at first; of the other rules `site_id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlasting:
    """A signed block that starts under a recognition and outlasts it.

    Attributes
    ----------
    first_period
        Position of the first period that is not covered.
    """

    learner_id: str
    site_id: str
    first_period: int
    last_day: np.datetime64
    recognised_until: np.datetime64


def warn_of_signed(problem: Problem, findings: FindingList) -> None:
    """Add a warning for each rule that a signed placement breaks.

    The judge says which, asked about the signed placements alone. Where a block
    starts under a recognition and outlasts it, one warning says so.
    """
    signed = _signed(problem)
    if not signed:
        return
    policy = policy_to_mapping(problem.policy)
    outlasting: set[_Outlasting] = set()
    for warning in check_plan(problem.dataset, policy, signed, ()).warnings:
        if warning.code in _EXEMPT:
            continue
        block = _outlasting(problem, warning) if warning.code == "E1" else None
        if block is None:
            _warn_of_breach(problem, warning, findings)
        elif block not in outlasting:
            outlasting.add(block)
            _warn_of_block(problem, block, findings)


def _signed(problem: Problem) -> list[Assignment]:
    rows = problem.dataset.placements
    return [
        Assignment(
            learner_id=rows.learner_id[row],
            period_id=rows.period_id[row],
            site_id=rows.site_id[row],
            mentor_id=rows.mentor_id[row],
        )
        for row in np.flatnonzero(rows.status == "signed")
    ]


def _warn_of_breach(
    problem: Problem, warning: Violation, findings: FindingList
) -> None:
    table, column, row = _place(problem, warning)
    findings.add(
        "signed_breaks_rule",
        table=table,
        row=row,
        column=column,
        value=warning.code,
        other=Phrase(
            nl=warning.message_nl.removesuffix("."),
            en=warning.message_en.removesuffix("."),
        ),
    )


def _place(problem: Problem, warning: Violation) -> tuple[str, str, int]:
    """Table, column and row of what the warning is about."""
    dataset = problem.dataset
    if warning.code not in _LIMITS:
        row = _row_of(problem, warning.learner_id, warning.period_id)
        return "placements", _COLUMNS.get(warning.code, "site_id"), row
    table, column = _LIMITS[warning.code]
    ids = {
        "sites": dataset.sites.site_id,
        "mentors": dataset.mentors.mentor_id,
        "enterprises": dataset.enterprises.enterprise_id,
    }
    return table, column, int(positions_of([warning.place], ids[table])[0]) + 1


def _row_of(problem: Problem, learner_id: str, period_id: str) -> int:
    """Row of the signed placement of a learner in a period, from 1.

    A breach of no single period (P2) stands at the learner's first one.
    """
    rows = problem.dataset.placements
    is_it = (rows.status == "signed") & (rows.learner_id == learner_id)
    if period_id:
        is_it &= rows.period_id == period_id
    return int(np.flatnonzero(is_it)[0]) + 1


def _outlasting(problem: Problem, warning: Violation) -> _Outlasting | None:
    """The signed block of an E1 breach, if a recognition covers its first day."""
    dataset, calendar = problem.dataset, problem.pairs.calendar
    learner = int(positions_of([warning.learner_id], dataset.learners.learner_id)[0])
    period = int(positions_of([warning.period_id], dataset.periods.period_id)[0])
    signed = problem.pairs.signed_option[learner]
    sites = np.where(signed >= 0, problem.sites_of(signed), -1)
    first = last = period
    while first > 0 and sites[first - 1] == sites[period]:
        first -= 1
    while last + 1 < len(sites) and sites[last + 1] == sites[period]:
        last += 1
    until = _recognised_until(problem, learner, warning.place, first)
    if until is None:
        return None
    uncovered = calendar.last_days[first : last + 1] > until
    return _Outlasting(
        learner_id=warning.learner_id,
        site_id=warning.place,
        first_period=first + int(uncovered.argmax()),
        last_day=calendar.last_days[last],
        recognised_until=until,
    )


def _recognised_until(
    problem: Problem, learner: int, site_id: str, period: int
) -> np.datetime64 | None:
    """Last day that recognitions cover without a break from a period's first day."""
    dataset = problem.dataset
    rows = dataset.recognitions
    own = rows.trajectory_id == dataset.learners.trajectory_id[learner]
    own &= rows.site_id == site_id
    starts = np.where(np.isnat(rows.valid_from[own]), _NEVER, rows.valid_from[own])
    ends = np.where(np.isnat(rows.valid_to[own]), _EVER, rows.valid_to[own])
    first_day = problem.pairs.calendar.first_days[period]
    until = first_day - _DAY
    for row in np.argsort(starts, kind="stable"):
        if starts[row] <= until + _DAY:
            until = max(until, ends[row])
    return until if until >= first_day else None


def _warn_of_block(problem: Problem, block: _Outlasting, findings: FindingList) -> None:
    period_id = problem.dataset.periods.period_id[block.first_period]
    until, last_day = block.recognised_until, block.last_day
    findings.add(
        "signed_outlasts_recognition",
        table="placements",
        row=_row_of(problem, block.learner_id, period_id),
        column="site_id",
        value=block.site_id,
        other=Phrase(
            nl=f"het loopt voor {block.learner_id} tot {last_day}, ze tot {until}",
            en=f"for {block.learner_id} it runs until {last_day}, the other {until}",
        ),
    )
