"""How many learners earn each (part) qualification."""

from collections import defaultdict
from dataclasses import dataclass

from matcher.dataset import Dataset
from matcher.problem.run_record import QualificationRow, RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationCount:
    """Learners of one trajectory on the way to one of its qualifications.

    `num_near` of them lack one competence.
    """

    trajectory_id: str
    qualification: str
    num_learners: int
    num_earned: int
    num_near: int


def qualification_counts(
    dataset: Dataset, record: RunRecord
) -> tuple[QualificationCount, ...]:
    """Counts by trajectory, in the order of the table, and qualification."""
    trajectory = dict(
        zip(dataset.learners.learner_id, dataset.learners.trajectory_id, strict=True)
    )
    rows: dict[tuple[str, str], list[QualificationRow]] = defaultdict(list)
    for row in record.qualifications:
        rows[trajectory[row.learner_id], row.qualification].append(row)
    rank = {key: at for at, key in enumerate(dataset.trajectories.trajectory_id)}
    return tuple(
        QualificationCount(
            trajectory_id=of,
            qualification=qualification,
            num_learners=len(found),
            num_earned=sum(row.earned for row in found),
            num_near=sum(not row.earned and len(row.open) == 1 for row in found),
        )
        for (of, qualification), found in sorted(
            rows.items(), key=lambda item: (rank[item[0][0]], item[0][1])
        )
    )
