"""What of each trajectory is covered, how, and what is still open."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.dataset import Dataset
from matcher.problem.run_record import CoverageRow, RunRecord

WAYS = ("acquired", "workplace", "course", "school", "gap")
"""How a competence is covered, in the order in which it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingGroup:
    """A group of mandatory contexts of which a learner meets too few."""

    group_id: str
    met: int
    at_least: int
    context_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerCoverage:
    """Coverage of one learner.

    Attributes
    ----------
    counts
        Competences per way of `WAYS`.
    open_ids
        Competences that are a gap, in the order of the trajectory.
    """

    learner_id: str
    trajectory_id: str
    counts: tuple[int, ...]
    open_ids: tuple[str, ...]
    lacking: tuple[LackingGroup, ...]

    @property
    def num_competences(self) -> int:
        """All competences of the trajectory."""
        return sum(self.counts)

    @property
    def num_covered(self) -> int:
        """Those that are covered or acquired."""
        return self.num_competences - len(self.open_ids)

    @property
    def is_full(self) -> bool:
        """Nothing is open: no gap, no group lacking."""
        return not self.open_ids and not self.lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryCoverage:
    """Coverage of all learners of one trajectory, `counts` per way of `WAYS`."""

    trajectory_id: str
    name: str
    num_learners: int
    num_full: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCompetence:
    """A competence that is still open for some learners of its trajectory."""

    trajectory_id: str
    competence_id: str
    name: str
    num_open: int
    num_learners: int


def learner_coverage(
    dataset: Dataset, record: RunRecord
) -> Mapping[str, LearnerCoverage]:
    """Coverage by learner id, in the order of the table of learners."""
    rows: dict[str, list[CoverageRow]] = defaultdict(list)
    for row in record.coverage:
        rows[row.learner_id].append(row)
    groups = _groups(dataset)
    learners = dataset.learners
    return {
        learner: _coverage(learner, trajectory, rows[learner], groups[trajectory])
        for learner, trajectory in zip(
            learners.learner_id, learners.trajectory_id, strict=True
        )
    }


def trajectory_coverage(
    dataset: Dataset, covered: Mapping[str, LearnerCoverage]
) -> tuple[TrajectoryCoverage, ...]:
    """Coverage of the trajectories that have learners, in the order of the table."""
    members: dict[str, list[LearnerCoverage]] = defaultdict(list)
    for coverage in covered.values():
        members[coverage.trajectory_id].append(coverage)
    trajectories = dataset.trajectories
    return tuple(
        TrajectoryCoverage(
            trajectory_id=trajectory,
            name=name,
            num_learners=len(members[trajectory]),
            num_full=sum(each.is_full for each in members[trajectory]),
            counts=tuple(
                sum(each.counts[way] for each in members[trajectory])
                for way in range(len(WAYS))
            ),
        )
        for trajectory, name in zip(
            trajectories.trajectory_id, trajectories.name, strict=True
        )
        if trajectory in members
    )


def open_competences(
    dataset: Dataset, covered: Mapping[str, LearnerCoverage]
) -> tuple[OpenCompetence, ...]:
    """Competences open for somebody, most learners first, ties by ids."""
    num_open = Counter(
        (coverage.trajectory_id, competence)
        for coverage in covered.values()
        for competence in coverage.open_ids
    )
    num_learners = Counter(coverage.trajectory_id for coverage in covered.values())
    names = competence_names(dataset)
    ranked = sorted(num_open.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        OpenCompetence(
            trajectory_id=trajectory,
            competence_id=competence,
            name=names[trajectory, competence],
            num_open=number,
            num_learners=num_learners[trajectory],
        )
        for (trajectory, competence), number in ranked
    )


def competence_names(dataset: Dataset) -> Mapping[tuple[str, str], str]:
    """Names of competences by trajectory and competence id."""
    rows = dataset.competences
    return {
        (trajectory, competence): name
        for trajectory, competence, name in zip(
            rows.trajectory_id, rows.competence_id, rows.name, strict=True
        )
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    group_id: str
    at_least: int
    context_ids: tuple[str, ...]


def _groups(dataset: Dataset) -> Mapping[str, tuple[_Group, ...]]:
    rows = dataset.contexts
    contexts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    at_least: dict[tuple[str, str], int] = {}
    for trajectory, group, context, asked in zip(
        rows.trajectory_id, rows.group_id, rows.context_id, rows.at_least, strict=True
    ):
        contexts[trajectory][group].append(context)
        at_least[trajectory, group] = int(asked)
    found = {
        trajectory: tuple(
            _Group(
                group_id=group,
                at_least=at_least[trajectory, group],
                context_ids=tuple(ids),
            )
            for group, ids in groups.items()
        )
        for trajectory, groups in contexts.items()
    }
    return defaultdict(tuple, found)


def _coverage(
    learner: str,
    trajectory: str,
    rows: list[CoverageRow],
    groups: tuple[_Group, ...],
) -> LearnerCoverage:
    contexts = {context for group in groups for context in group.context_ids}
    met = {row.competence_id for row in rows if row.covered_by != "gap"}
    competences = [row for row in rows if row.competence_id not in contexts]
    ways = Counter[str](row.covered_by for row in competences)
    return LearnerCoverage(
        learner_id=learner,
        trajectory_id=trajectory,
        counts=tuple(ways[way] for way in WAYS),
        open_ids=tuple(
            row.competence_id for row in competences if row.covered_by == "gap"
        ),
        lacking=tuple(
            LackingGroup(
                group_id=group.group_id,
                met=num_met,
                at_least=group.at_least,
                context_ids=tuple(c for c in group.context_ids if c not in met),
            )
            for group in groups
            if (num_met := len(met.intersection(group.context_ids))) < group.at_least
        ),
    )
