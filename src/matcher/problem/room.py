"""What is left of the shared capacities."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.problem.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left of every shared capacity; infinite where it cannot bind.

    Attributes
    ----------
    site, enterprise, mentor
        (places, periods), learners.
    hours
        (mentors, periods), guidance hours a week.
    seat
        (courses,)
    """

    site: Floats
    enterprise: Floats
    mentor: Floats
    hours: Floats
    seat: Floats


def room_of(rows: Rows) -> Room:
    """Room within the limits of these rows."""
    padded = np.append(rows.limit, np.inf)  # row -1 has no limit
    return Room(
        site=padded[rows.site],
        enterprise=padded[rows.enterprise],
        mentor=padded[rows.mentor],
        hours=padded[rows.hours],
        seat=padded[rows.seat],
    )
