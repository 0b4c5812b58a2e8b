"""The type of agreement that hours and education lead to, and the days to sign it."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from matcher.region.data_file import rows

_WORKDAYS = 5
_SECONDARY = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRules:
    """What holds on a day.

    Attributes
    ----------
    day
        From which day these rules hold.
    paid_from_hours
        Hours per week at the workplace from which an agreement is paid.
    days_to_sign
        Training days from the first lesson within which it has to be signed.
    """

    day: date
    paid_from_hours: float
    secondary_paid: str
    secondary_unpaid: str
    adult_paid: str
    adult_unpaid: str
    days_to_sign: int

    def type_for(self, education: str, hours_per_week: float | None) -> str:
        """Code of the agreement; "" where hours or education are not recorded."""
        if not education or hours_per_week is None:
            return ""
        is_paid = hours_per_week >= self.paid_from_hours
        if education == _SECONDARY:
            return self.secondary_paid if is_paid else self.secondary_unpaid
        return self.adult_paid if is_paid else self.adult_unpaid


@cache
def _all_rules() -> tuple[AgreementRules, ...]:
    text = (files("matcher.training_plan") / "agreements.toml").read_text("utf-8")
    return tuple(AgreementRules(**each) for each in tomllib.loads(text)["from"])


def agreement_rules(as_of: date) -> AgreementRules:
    """The latest rules that hold on a day; the first ones before all of them."""
    known = [rules for rules in _all_rules() if rules.day <= as_of]
    return max(known, key=lambda rules: rules.day, default=_all_rules()[0])


@cache
def _days_off() -> frozenset[date]:
    """School holidays and public holidays that are on record."""
    days = set()
    for row in rows("data", "days_off.csv"):
        day, last = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


def training_day(first_lesson: date, number: int) -> date:
    """The date of a training day; the first lesson is number 1.

    Weekends do not count, nor do school holidays as far as they are on record.
    """
    day, count = first_lesson, 0
    while True:
        count += day.weekday() < _WORKDAYS and day not in _days_off()
        if count >= number:
            return day
        day += timedelta(days=1)


def training_days_left(first_lesson: date, number: int, as_of: date) -> int:
    """Training days from a day on, that day included, up to a numbered one.

    All of them before the first lesson; 0 once the numbered day is over.
    """
    last = training_day(first_lesson, number)
    day, left = max(as_of, first_lesson), 0
    while day <= last:
        left += day.weekday() < _WORKDAYS and day not in _days_off()
        day += timedelta(days=1)
    return left
