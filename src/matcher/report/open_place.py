"""Who has no placement when, why, and what would have to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord, UnplacedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlace:
    """Periods of one learner without a placement, of one reason and remedy.

    Attributes
    ----------
    reason
        Code of unplaced.csv.
    detail
        What would have to change, as the engine says it, in Dutch.
    """

    learner_id: str
    trajectory_id: str
    period_ids: tuple[str, ...]
    weeks: float
    reason: str
    detail: str


def open_places(dataset: Dataset, record: RunRecord) -> tuple[OpenPlace, ...]:
    """Rows of unplaced.csv joined, most weeks of a learner first, ties by id."""
    weeks = dict(zip(dataset.periods.period_id, dataset.periods.weeks, strict=True))
    trajectory = dict(
        zip(dataset.learners.learner_id, dataset.learners.trajectory_id, strict=True)
    )
    joined = [
        _joined(list(rows), trajectory[learner], weeks)
        for (learner, _, _), rows in groupby(
            record.unplaced, key=lambda row: (row.learner_id, row.reason, row.detail)
        )
    ]
    total: dict[str, float] = {}
    for place in joined:
        total[place.learner_id] = total.get(place.learner_id, 0.0) + place.weeks
    return tuple(
        sorted(joined, key=lambda place: (-total[place.learner_id], place.learner_id))
    )


def _joined(
    rows: list[UnplacedRow], trajectory: str, weeks: Mapping[str, float]
) -> OpenPlace:
    return OpenPlace(
        learner_id=rows[0].learner_id,
        trajectory_id=trajectory,
        period_ids=tuple(row.period_id for row in rows),
        weeks=float(sum(weeks[row.period_id] for row in rows)),
        reason=rows[0].reason,
        detail=rows[0].detail,
    )
