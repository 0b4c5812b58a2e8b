"""Dates turned into periods: what holds on every day of a period."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Dates, Floats

_EVER = np.datetime64("9999-12-31")
_NEVER = np.datetime64("0001-01-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The periods of a plan, ordered by start.

    Attributes
    ----------
    first_days, last_days
        (periods,), both inclusive.
    weeks
        (periods,), workplace weeks.
    active
        (learners, periods): rule E9.
    ages
        (learners, periods): completed years on the first day; -1 without a
        birth date.
    """

    first_days: Dates
    last_days: Dates
    weeks: Floats
    active: Bools
    ages: NDArray[np.int64]

    def covered_by(self, start: Dates, end: Dates) -> Bools:
        """(rows, periods): [start, end] holds on every day; NaT is an open side."""
        start = np.where(np.isnat(start), _NEVER, start)
        end = np.where(np.isnat(end), _EVER, end)
        return np.asarray(
            (start[:, None] <= self.first_days) & (self.last_days <= end[:, None])
        )


def calendar_of(dataset: Dataset) -> Calendar:
    """Calendar of a dataset."""
    first_days = dataset.periods.start
    ready = dataset.learners.ready_from
    active = np.isnat(ready)[:, None] | (ready[:, None] <= first_days)
    return Calendar(
        first_days=first_days,
        last_days=dataset.periods.end,
        weeks=dataset.periods.weeks,
        active=active,
        ages=_completed_years(dataset.learners.birth_date, first_days),
    )


def _completed_years(birth: Dates, on: Dates) -> NDArray[np.int64]:
    """(learners, periods): completed years; a birthday counts from its own day.

    Who is born on 29 February completes a year on 1 March of a common year.
    """
    known = np.where(np.isnat(birth), np.datetime64("2000-01-01"), birth)
    birth_year, birth_day = _year_and_day(known)
    on_year, on_day = _year_and_day(on)
    before_birthday = on_day < birth_day[:, None]
    ages = on_year - birth_year[:, None] - before_birthday
    return np.where(np.isnat(birth)[:, None], -1, ages)


def _year_and_day(dates: Dates) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The year, and month x 100 + day, which orders the days of any year."""
    month = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month_number = month.astype(np.int64) % 12 + 1
    day = (dates - month).astype(np.int64) + 1
    return year, month_number * 100 + day
