"""Terms of two Flemish school years, with the weeks left for the workplace.

The holidays of `data/days_off.csv` follow the published Flemish rule
(autumn week of 1 November, two weeks around Christmas, carnival in the seventh
week before Easter, Easter holidays from the first Monday of April, or after
Easter when it falls in March). The evaluation weeks in June are an assumption.
"""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Dates, Floats, Texts
from matcher.region.data_file import rows

WORKDAYS_PER_WEEK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Planning periods in order; `weeks` are whole workplace weeks."""

    period_id: Texts
    start: Dates
    end: Dates
    weeks: Floats

    def __len__(self) -> int:
        return len(self.period_id)


def read_terms() -> Terms:
    """Terms with their workplace weeks: workdays less days off, over five."""
    off = [
        np.arange(np.datetime64(row["start"]), np.datetime64(row["end"]) + 1)
        for row in rows("data", "days_off.csv")
    ]
    table = list(rows("data", "terms.csv"))
    start = np.array([row["start"] for row in table], dtype="datetime64[D]")
    end = np.array([row["end"] for row in table], dtype="datetime64[D]")
    days = np.busday_count(start, end + 1, holidays=np.concatenate(off))
    return Terms(
        period_id=np.array([row["period_id"] for row in table], dtype=object),
        start=start,
        end=end,
        weeks=(days // WORKDAYS_PER_WEEK).astype(np.float64),
    )
