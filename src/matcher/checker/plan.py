"""The plan of each learner: placed periods in order, blocks, seats."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from matcher.checker.facts import Course, Facts, Learner, Mentor, Period, Site
from matcher.checker.verdict import Violation


class AssignmentRow(Protocol):
    """A row of assignments.csv: ids of one placed period of one learner."""

    @property
    def learner_id(self) -> str:
        """Who."""
        ...

    @property
    def period_id(self) -> str:
        """When."""
        ...

    @property
    def site_id(self) -> str:
        """Where."""
        ...

    @property
    def mentor_id(self) -> str:
        """With whom."""
        ...


class SeatRow(Protocol):
    """A row of seats.csv: ids of one course seat of one learner."""

    @property
    def learner_id(self) -> str:
        """Who."""
        ...

    @property
    def course_id(self) -> str:
        """Which course."""
        ...

    @property
    def competence_id(self) -> str:
        """What the course gives."""
        ...

    @property
    def period_id(self) -> str:
        """When."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One placed period; signed where people decided exactly this."""

    period: Period
    site: Site
    mentor: Mentor
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerPlan:
    """What one learner does, in order of periods.

    Attributes
    ----------
    placements
        Ordered by period; at most one per period.
    blocks
        Maximal runs of consecutive periods at one site (section 3).
    seats
        Courses taken, ordered by period.
    """

    learner: Learner
    placements: tuple[Placement, ...]
    blocks: tuple[tuple[Placement, ...], ...]
    seats: tuple[Course, ...]

    def starts_block(self, placement: Placement) -> bool:
        """Whether this is the first period of a block."""
        return any(block[0] is placement for block in self.blocks)


def blocks_of(placements: Iterable[Placement]) -> tuple[tuple[Placement, ...], ...]:
    """A block is a maximal run of consecutive periods at one site.

    Consecutive means next in the order of starts, whatever days lie between;
    A, B, A is three blocks, and a period without a placement ends a block.
    """
    blocks: list[list[Placement]] = []
    for placement in placements:
        last = blocks[-1][-1] if blocks else None
        if (
            last is not None
            and last.site is placement.site
            and last.period.order + 1 == placement.period.order
        ):
            blocks[-1].append(placement)
        else:
            blocks.append([placement])
    return tuple(tuple(block) for block in blocks)


def read_plans(
    facts: Facts, assignments: Iterable[AssignmentRow], seats: Iterable[SeatRow]
) -> tuple[Mapping[str, LearnerPlan], tuple[Violation, ...]]:
    """The plan of every learner of the dataset, and the rows that fit in none.

    Rows with ids that the dataset does not know, and second rows of one learner
    and period (or course), are reported and left out.
    """
    faults: list[Violation] = []
    placed = _placements(facts, assignments, faults)
    taken = _seats(facts, seats, faults)
    plans = {}
    for learner_id, learner in facts.learner.items():
        placements = sorted(placed.get(learner_id, ()), key=lambda p: p.period.order)
        courses = sorted(taken.get(learner_id, ()), key=lambda c: c.period.order)
        plans[learner_id] = LearnerPlan(
            learner=learner,
            placements=tuple(placements),
            blocks=blocks_of(placements),
            seats=tuple(courses),
        )
    return plans, tuple(faults)


def _placements(
    facts: Facts, rows: Iterable[AssignmentRow], faults: list[Violation]
) -> Mapping[str, list[Placement]]:
    placed: dict[str, list[Placement]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        named = (
            ("learner_id", row.learner_id, facts.learner),
            ("period_id", row.period_id, facts.period),
            ("site_id", row.site_id, facts.site),
            ("mentor_id", row.mentor_id, facts.mentor),
        )
        if not _all_known("assignments.csv", named, row, faults):
            continue
        key = (row.learner_id, row.period_id)
        if key in seen:
            faults.append(_double("assignments.csv", row, row.period_id))
            continue
        seen.add(key)
        decision = facts.signed.get(key)
        placed[row.learner_id].append(
            Placement(
                period=facts.period[row.period_id],
                site=facts.site[row.site_id],
                mentor=facts.mentor[row.mentor_id],
                is_signed=decision is not None
                and decision.site_id == row.site_id
                and decision.mentor_id == row.mentor_id,
            )
        )
    return placed


def _seats(
    facts: Facts, rows: Iterable[SeatRow], faults: list[Violation]
) -> Mapping[str, list[Course]]:
    taken: dict[str, list[Course]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        named = (
            ("learner_id", row.learner_id, facts.learner),
            ("course_id", row.course_id, facts.course),
        )
        if not _all_known("seats.csv", named, row, faults):
            continue
        key = (row.learner_id, row.course_id)
        if key in seen:
            faults.append(_double("seats.csv", row, row.course_id))
            continue
        seen.add(key)
        course = facts.course[row.course_id]
        taken[row.learner_id].append(course)
        found = f"{row.competence_id}, {row.period_id}"
        expected = f"{course.competence_id}, {course.period.period_id}"
        if found != expected:
            faults.append(
                Violation(
                    code="ID",
                    learner_id=row.learner_id,
                    period_id=row.period_id,
                    place=row.course_id,
                    found=found,
                    expected=expected,
                    message_nl=f"seats.csv: cursus {row.course_id} geeft {expected}, "
                    f"niet {found}.",
                    message_en=f"seats.csv: course {row.course_id} gives {expected}, "
                    f"not {found}.",
                )
            )
    return taken


def _all_known(
    file: str,
    named: Iterable[tuple[str, str, Mapping[str, object]]],
    row: AssignmentRow | SeatRow,
    faults: list[Violation],
) -> bool:
    """Whether the dataset knows every id; each one that it does not is a fault."""
    unknown = [(column, value) for column, value, known in named if value not in known]
    faults.extend(
        Violation(
            code="ID",
            learner_id=row.learner_id,
            period_id=row.period_id,
            place=file,
            found=f'{column} "{value}"',
            expected="an id of the dataset",
            message_nl=f'{file}: {column} "{value}" staat niet in de dataset.',
            message_en=f'{file}: {column} "{value}" is not in the dataset.',
        )
        for column, value in unknown
    )
    return not unknown


def _double(file: str, row: AssignmentRow | SeatRow, second_key: str) -> Violation:
    return Violation(
        code="DOUBLE",
        learner_id=row.learner_id,
        period_id=row.period_id,
        place=file,
        found=f"a second row of {row.learner_id}, {second_key}",
        expected="at most one row",
        message_nl=f"{file}: {row.learner_id}, {second_key} staat er meer dan eens.",
        message_en=f"{file}: {row.learner_id}, {second_key} stands there twice.",
    )
