"""How long learners travel to the sites where they are placed."""

import math
from dataclasses import dataclass

from matcher.problem.run_record import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One learner's way to one site.

    Attributes
    ----------
    minutes
        One way; NaN where nobody knows.
    period_ids
        Periods in which the way is travelled, in their order.
    """

    learner_id: str
    site_id: str
    minutes: float
    period_ids: tuple[str, ...]


def journeys_of(record: RunRecord) -> tuple[Journey, ...]:
    """Every learner and site of the plan once, longest first, ties by ids.

    Journeys of unknown length stand last.
    """
    periods: dict[tuple[str, str], list[str]] = {}
    minutes: dict[tuple[str, str], float] = {}
    for row, length in zip(record.assignments, record.travel_minutes, strict=True):
        pair = row.learner_id, row.site_id
        periods.setdefault(pair, []).append(row.period_id)
        minutes[pair] = length
    journeys = [
        Journey(
            learner_id=learner,
            site_id=site,
            minutes=minutes[learner, site],
            period_ids=tuple(when),
        )
        for (learner, site), when in periods.items()
    ]
    return tuple(sorted(journeys, key=_longest_first))


def _longest_first(journey: Journey) -> tuple[bool, float, str, str]:
    is_unknown = math.isnan(journey.minutes)
    length = 0.0 if is_unknown else journey.minutes
    return is_unknown, -length, journey.learner_id, journey.site_id
