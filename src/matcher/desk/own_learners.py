"""Whose desk it is, and the day that it counts from."""

from datetime import date

import numpy as np

from matcher.eligibility.position import Index
from matcher.suggestions import LoadedRun


def learners_of(run: LoadedRun, school_id: str = "") -> Index:
    """Positions of a school's learners; "" is the whole region."""
    if not school_id:
        return np.arange(len(run.dataset.learners))
    return np.flatnonzero(run.dataset.learners.school_id == school_id)


def first_day(run: LoadedRun) -> date:
    """The first day of the first period: no clock is asked."""
    day: date = run.dataset.periods.start[0].item()
    return day
