"""What plans use of every shared capacity."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, block_starts, plan_sites
from matcher.problem.problem import Problem


def guidance_hours(problem: Problem, plans: Plans) -> Floats:
    """(plans, periods), guidance hours per week; 0 where nobody is placed."""
    if not len(problem.scored.guidance_hours):
        return np.zeros(plans.option.shape)
    starts = block_starts(plan_sites(problem, plans))
    factor = np.where(starts, problem.policy.guidance.startup_factor, 1.0)
    hours = problem.scored.guidance_hours[plans.option] * factor
    return np.where(plans.option >= 0, hours, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What plans use of every capacity, in the shapes of `Capacities`.

    Attributes
    ----------
    unsigned
        (mentors, periods), learners with a mentor whose placement is not signed.
    """

    site: Floats
    enterprise: Floats
    mentor: Floats
    hours: Floats
    seats: Index
    unsigned: Floats


def use_of(problem: Problem, plans: Plans) -> Use:
    """What these plans use together."""
    capacities = problem.capacities
    use = Use(
        site=np.zeros(capacities.site.shape),
        enterprise=np.zeros(capacities.enterprise.shape),
        mentor=np.zeros(capacities.mentor.shape),
        hours=np.zeros(capacities.hours.shape),
        seats=np.zeros(len(capacities.seats), dtype=np.int64),
        unsigned=np.zeros(capacities.hours.shape),
    )
    row, period = np.nonzero(plans.option >= 0)
    if len(row):
        option = plans.option[row, period]
        site, mentor = problem.sites_of(option), problem.pairs.option_mentor[option]
        enterprise = problem.pairs.positions.site_enterprise[site]
        owned = enterprise >= 0
        signed = problem.pairs.signed_option[plans.learner[row], period] >= 0
        np.add.at(use.site, (site, period), 1)
        np.add.at(use.enterprise, (enterprise[owned], period[owned]), 1)
        np.add.at(use.mentor, (mentor, period), 1)
        np.add.at(use.unsigned, (mentor, period), ~signed)
        hours = guidance_hours(problem, plans)
        np.add.at(use.hours, (mentor, period), hours[row, period])
    np.add.at(use.seats, plans.course[plans.course >= 0], 1)
    return use
