"""Names of the shared capacities, for whoever meets them in another run."""

import numpy as np

from matcher.problem.problem import Problem
from matcher.problem.rows import Rows


def row_names(problem: Problem, rows: Rows) -> list[str]:
    """(rows,), kind, place and period of each row, one tab between."""
    dataset = problem.dataset
    periods = dataset.periods.period_id.tolist()
    places = {
        "site": dataset.sites.site_id,
        "enterprise": problem.pairs.positions.enterprise_ids,
        "mentor": dataset.mentors.mentor_id,
        "hours": dataset.mentors.mentor_id,
        "unsigned": dataset.mentors.mentor_id,
    }
    names = [""] * len(rows)
    for kind, ids in places.items():
        number = getattr(rows, kind)
        for place, period in np.argwhere(number >= 0).tolist():
            names[number[place, period]] = f"{kind}\t{ids[place]}\t{periods[period]}"
    for course in np.flatnonzero(rows.seat >= 0).tolist():
        names[rows.seat[course]] = f"seat\t{dataset.courses.course_id[course]}\t"
    return names
