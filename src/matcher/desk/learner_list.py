"""The learners of a school: how urgent each is, and what a plan leaves open."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.desk.own_learners import first_day, learners_of
from matcher.desk.urgent import Urgent, sites_of, urgent_learners
from matcher.problem.plans import coverage_of
from matcher.suggestions import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerLine:
    """One learner of the list.

    Attributes
    ----------
    urgent
        None where a placement is signed.
    site_ids
        Sites of the plan.
    open_competences
        Competences that are a gap.
    points
        Of the plan.
    """

    learner_id: str
    trajectory_id: str
    urgent: Urgent | None
    site_ids: tuple[str, ...]
    open_competences: tuple[str, ...]
    points: float


def learner_list(
    run: LoadedRun, as_of: date | None = None, school_id: str = ""
) -> tuple[LearnerLine, ...]:
    """The learners of a school, in the order of the table.

    Parameters
    ----------
    as_of
        The first day of the first period when absent: no clock is asked.
    school_id
        "" lists the whole region.
    """
    own = learners_of(run, school_id)
    todo = {
        each.learner_id: each
        for each in urgent_learners(run, as_of or first_day(run), own)
    }
    learners, units = run.dataset.learners, run.problem.units
    gap = coverage_of(run.problem, run.plans.take(own)).gap
    first_unit = units.start[run.problem.pairs.positions.learner_trajectory[own]]
    sites = sites_of(run, own)
    points = run.points[own].sum(axis=1).tolist()
    return tuple(
        LearnerLine(
            learner_id=str(learners.learner_id[learner]),
            trajectory_id=str(learners.trajectory_id[learner]),
            urgent=todo.get(str(learners.learner_id[learner])),
            site_ids=sites[row],
            open_competences=tuple(
                units.ids[first_unit[row] + np.flatnonzero(gap[row])].tolist()
            ),
            points=points[row],
        )
        for row, learner in enumerate(own.tolist())
    )
