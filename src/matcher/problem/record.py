"""From plans as positions to a run as ids: the rows of every file of a run."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index
from matcher.errors import InternalError
from matcher.problem.plans import (
    Coverage,
    Plans,
    block_starts,
    coverage_of,
    plan_points,
    plan_sites,
)
from matcher.problem.problem import Problem
from matcher.problem.run_record import (
    COMPONENTS,
    Assignment,
    CoverageRow,
    QualificationRow,
    RunRecord,
    Seat,
    Summary,
    UnplacedRow,
)

OPTIMAL_TOLERANCE = 1e-6
"""Points within which bound and objective are the same (contract, section 8)."""

_ROUNDING = 1e-10
"""Of the objective: what the order of a sum of doubles can change."""

Status = Literal["optimal", "gap", "limit", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an engine proved of its plans, and how it came to an end.

    Attributes
    ----------
    bound
        Points; no plans cost less.
    requested_gap
        Relative distance of objective and bound that was asked for.
    stop_reason
        Why the engine stopped; ``interrupted`` where a person asked it to.
    """

    bound: float
    requested_gap: float
    stop_reason: str
    engine: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a run was made with.

    Attributes
    ----------
    seconds
        Wall time; with `versions` the only part of a run that may differ between
        two runs of the same data, policy, seed and gap.
    policy
        The whole policy as a plain mapping.
    """

    seconds: float
    policy: Mapping[str, Any]
    versions: Mapping[str, str]


def run_record(
    problem: Problem,
    plans: Plans,
    proof: Proof,
    provenance: Provenance,
    unplaced: tuple[UnplacedRow, ...],
) -> RunRecord:
    """The record of a run.

    Rows stand in the order of the learner table, then of periods; coverage in the
    order of the competences, then of the contexts.

    Parameters
    ----------
    plans
        One per learner.
    unplaced
        One row per active period without a placement.

    Raises
    ------
    InternalError
        The bound is above the objective: it bounds nothing.
    """
    plans = plans.take(np.argsort(plans.learner, kind="stable"))
    learner_ids = problem.dataset.learners.learner_id[plans.learner]
    coverage = coverage_of(problem, plans)
    points = plan_points(problem, plans)
    rows = tuple(_coverage(problem, plans, coverage))
    return RunRecord(
        assignments=tuple(_assignments(problem, plans)),
        seats=tuple(_seats(problem, plans)),
        coverage=rows,
        qualifications=tuple(_qualifications(problem, plans, rows)),
        unplaced=unplaced,
        points={
            learner: dict(zip(COMPONENTS, terms.tolist(), strict=True))
            for learner, terms in zip(learner_ids, points, strict=True)
        },
        travel_minutes=tuple(_travel_minutes(problem, plans).tolist()),
        guidance_hours=tuple(_guidance_hours(problem, plans).tolist()),
        summary=_summary(problem, plans, coverage, points, proof, provenance),
    )


def status_of(objective: float, proof: Proof) -> Status:
    """What summary.json says of a run; proof counts before the way it ended."""
    distance = objective - proof.bound
    if distance <= OPTIMAL_TOLERANCE:
        return "optimal"
    if distance <= proof.requested_gap * objective:
        return "gap"
    return "interrupted" if proof.stop_reason == "interrupted" else "limit"


def _placed(plans: Plans) -> tuple[Index, Index, Index]:
    """Plan, period and option of every placed period, in the order of the rows."""
    plan, period = np.nonzero(plans.option >= 0)
    return plan, period, plans.option[plan, period]


def _assignments(problem: Problem, plans: Plans) -> Iterator[Assignment]:
    dataset = problem.dataset
    plan, period, option = _placed(plans)
    columns: tuple[Texts, ...] = (
        dataset.learners.learner_id[plans.learner[plan]],
        dataset.periods.period_id[period],
        dataset.sites.site_id[problem.sites_of(option)],
        dataset.mentors.mentor_id[problem.pairs.option_mentor[option]],
    )
    for learner_id, period_id, site_id, mentor_id in zip(*columns, strict=True):
        yield Assignment(
            learner_id=learner_id,
            period_id=period_id,
            site_id=site_id,
            mentor_id=mentor_id,
        )


def _seats(problem: Problem, plans: Plans) -> Iterator[Seat]:
    """Seats by learner, then period, then the order of the courses."""
    courses = problem.dataset.courses
    plan, unit = np.nonzero(plans.course >= 0)
    course = plans.course[plan, unit]
    order = np.lexsort((course, problem.teaching.course_period[course], plan))
    for at, seat in zip(plan[order], course[order], strict=True):
        yield Seat(
            learner_id=problem.dataset.learners.learner_id[plans.learner[at]],
            course_id=courses.course_id[seat],
            competence_id=courses.competence_id[seat],
            period_id=courses.period_id[seat],
        )


def _coverage(
    problem: Problem, plans: Plans, coverage: Coverage
) -> Iterator[CoverageRow]:
    units, dataset = problem.units, problem.dataset
    trajectory = problem.pairs.positions.learner_trajectory[plans.learner]
    for plan, local in np.argwhere(coverage.exists):
        covered_by = _covered_by(coverage, plan, local)
        unit = units.start[trajectory[plan]] + local
        site_id = period_id = ""
        if coverage.reached_site[plan, local] >= 0:
            site_id = dataset.sites.site_id[coverage.reached_site[plan, local]]
            period_id = dataset.periods.period_id[coverage.reached_in[plan, local]]
        elif covered_by == "course":
            period_id = dataset.courses.period_id[plans.course[plan, local]]
        yield CoverageRow(
            learner_id=dataset.learners.learner_id[plans.learner[plan]],
            competence_id=units.ids[unit],
            covered_by=covered_by,
            site_id=site_id,
            period_id=period_id,
        )


def _covered_by(
    coverage: Coverage, plan: int, local: int
) -> Literal["acquired", "workplace", "course", "school", "gap"]:
    if not coverage.needed[plan, local]:
        return "acquired"
    if coverage.reached_in[plan, local] >= 0:
        return "workplace"
    if coverage.by_course[plan, local]:
        return "course"
    return "school" if coverage.by_school[plan, local] else "gap"


def _qualifications(
    problem: Problem, plans: Plans, coverage: tuple[CoverageRow, ...]
) -> Iterator[QualificationRow]:
    """Per learner the qualifications of the trajectory, as they appear in it."""
    competences, learners = problem.dataset.competences, problem.dataset.learners
    open_ids = {
        (row.learner_id, row.competence_id)
        for row in coverage
        if row.covered_by == "gap"
    }
    parts: dict[str, dict[str, list[str]]] = {}
    for trajectory_id, competence_id, qualification in zip(
        competences.trajectory_id,
        competences.competence_id,
        competences.qualification,
        strict=True,
    ):
        if qualification:
            of = parts.setdefault(trajectory_id, {}).setdefault(qualification, [])
            of.append(competence_id)
    for learner in plans.learner:
        learner_id = learners.learner_id[learner]
        own = parts.get(learners.trajectory_id[learner], {})
        for qualification, ids in own.items():
            still_open = tuple(each for each in ids if (learner_id, each) in open_ids)
            yield QualificationRow(
                learner_id=learner_id,
                qualification=qualification,
                earned=not still_open,
                open=still_open,
            )


def _travel_minutes(problem: Problem, plans: Plans) -> Floats:
    _, _, option = _placed(plans)
    return problem.pairs.minutes[problem.pairs.option_pair[option]]


def _guidance_hours(problem: Problem, plans: Plans) -> Floats:
    plan, period, option = _placed(plans)
    starts = block_starts(plan_sites(problem, plans))[plan, period]
    factor = np.where(starts, problem.policy.guidance.startup_factor, 1.0)
    return problem.scored.guidance_hours[option] * factor


def _summary(
    problem: Problem,
    plans: Plans,
    coverage: Coverage,
    points: Floats,
    proof: Proof,
    provenance: Provenance,
) -> Summary:
    components = {
        term: math.fsum(points[:, column]) for column, term in enumerate(COMPONENTS)
    }
    objective = math.fsum(components.values())
    if proof.bound > objective + OPTIMAL_TOLERANCE + _ROUNDING * objective:
        message = f"The bound {proof.bound!r} is above the objective {objective!r}."
        raise InternalError(message)
    bound = min(proof.bound, objective)
    covered = ~coverage.gap.any(axis=1) & ~coverage.lacking.any(axis=1)
    return Summary(
        status=status_of(objective, proof),
        objective=objective,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        components=components,
        learners=problem.num_learners,
        placed=int((plans.option >= 0).any(axis=1).sum()),
        fully_covered=int(covered.sum()),
        seconds=provenance.seconds,
        seed=proof.seed,
        policy=provenance.policy,
        dataset_sha256=problem.dataset.sha256,
        versions=provenance.versions,
        engine=proof.engine,
        stop_reason=proof.stop_reason,
    )
