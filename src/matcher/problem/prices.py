"""Shadow prices of the shared capacities."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.problem.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Points per unit of capacity, 0 or more.

    Attributes
    ----------
    site, enterprise, mentor
        (places, periods), per learner.
    hours
        (mentors, periods), per guidance hour a week.
    unsigned
        (mentors, periods), per unsigned learner where the hours are gated.
    seat
        (courses,)
    """

    site: Floats
    enterprise: Floats
    mentor: Floats
    hours: Floats
    unsigned: Floats
    seat: Floats


def no_prices(problem: Problem) -> Prices:
    """Prices of 0: what everyone would do alone."""
    capacities = problem.capacities
    return Prices(
        site=np.zeros(capacities.site.shape),
        enterprise=np.zeros(capacities.enterprise.shape),
        mentor=np.zeros(capacities.mentor.shape),
        hours=np.zeros(capacities.hours.shape),
        unsigned=np.zeros(capacities.hours.shape),
        seat=np.zeros(capacities.seats.shape),
    )
