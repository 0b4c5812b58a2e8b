"""C1-C5: what learners of all trajectories share in a period. Docstrings are rules.

Where signed placements alone exceed a limit in a period, they stay and no
unsigned one uses it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.checker.facts import (
    TOLERANCE,
    Facts,
    Learner,
    weekly_guidance_hours,
)
from matcher.checker.plan import LearnerPlan, Placement
from matcher.checker.plan_rules import Ruling
from matcher.checker.run_policy import RunPolicy
from matcher.checker.verdict import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """One learner in one period, with the guidance hours this asks per week."""

    learner: Learner
    placement: Placement
    guidance_hours: float


@dataclass(slots=True)
class Use:
    """How much of one limit is used in one period.

    Attributes
    ----------
    is_unsigned_there
        An unsigned placement uses it; that of a learner who asks 0 hours too.
    """

    signed: float = 0.0
    unsigned: float = 0.0
    is_unsigned_there: bool = False


_Used = Callable[[Presence], tuple[str, float]]
"""The id whose limit a presence uses ("" for none), and how much of it."""


def shared_breaches(
    facts: Facts, policy: RunPolicy, plans: Iterable[LearnerPlan]
) -> Iterator[Ruling]:
    """Every limit that is exceeded in a period, over the plans of all learners."""
    plans = tuple(plans)
    presences = tuple(_presences(facts, policy, plans))
    yield from c1_site_capacity(facts, presences)
    yield from c2_mentor_learners(facts, presences)
    yield from c3_mentor_hours(facts, presences)
    yield from c4_enterprise_learners(facts, presences)
    yield from c5_course_seats(facts, plans)


def _presences(
    facts: Facts, policy: RunPolicy, plans: Iterable[LearnerPlan]
) -> Iterator[Presence]:
    """Guidance hours; in the first period of a block times the start-up factor.

    Signed or not; a mentor change inside a block is no start.
    """
    for plan in plans:
        for placement in plan.placements:
            hours = weekly_guidance_hours(facts, policy, plan.learner, placement.mentor)
            if plan.starts_block(placement):
                hours *= policy.guidance["startup_factor"]
            yield Presence(
                learner=plan.learner, placement=placement, guidance_hours=hours
            )


def c1_site_capacity(facts: Facts, presences: Iterable[Presence]) -> Iterator[Ruling]:
    """Site capacity: learners at one time."""
    use = _use(presences, lambda p: (p.placement.site.site_id, 1))
    limit = {site_id: float(site.capacity) for site_id, site in facts.site.items()}
    yield from _exceeded("C1", use, limit, ("leerlingen", "learners"))


def c2_mentor_learners(facts: Facts, presences: Iterable[Presence]) -> Iterator[Ruling]:
    """Mentor max_learners."""
    use = _use(presences, lambda p: (p.placement.mentor.mentor_id, 1))
    limit = {key: float(mentor.max_learners) for key, mentor in facts.mentor.items()}
    yield from _exceeded("C2", use, limit, ("leerlingen", "learners"))


def c3_mentor_hours(facts: Facts, presences: Iterable[Presence]) -> Iterator[Ruling]:
    """Mentor hours_per_week >= sum of guidance hours of that mentor's learners."""
    use = _use(presences, lambda p: (p.placement.mentor.mentor_id, p.guidance_hours))
    limit = {key: mentor.hours_per_week for key, mentor in facts.mentor.items()}
    yield from _exceeded("C3", use, limit, ("uren per week", "hours per week"))


def c4_enterprise_learners(
    facts: Facts, presences: Iterable[Presence]
) -> Iterator[Ruling]:
    """Enterprise max_learners over all its sites (no row or blank: no limit)."""
    use = _use(presences, lambda p: (p.placement.site.enterprise_id, 1))
    yield from _exceeded("C4", use, facts.max_in_enterprise, ("leerlingen", "learners"))


def c5_course_seats(facts: Facts, plans: Iterable[LearnerPlan]) -> Iterator[Ruling]:
    """Course seats: learners of all trajectories in one course."""
    use: dict[tuple[str, str], Use] = defaultdict(Use)
    for plan in plans:
        for course in plan.seats:
            cell = use[course.course_id, course.period.period_id]
            cell.unsigned += 1
            cell.is_unsigned_there = True
    limit = {key: float(course.seats) for key, course in facts.course.items()}
    yield from _exceeded("C5", use, limit, ("plaatsen", "seats"))


def _use(presences: Iterable[Presence], used: _Used) -> Mapping[tuple[str, str], Use]:
    """Use per (id, period id), signed and unsigned apart."""
    use: dict[tuple[str, str], Use] = defaultdict(Use)
    for presence in presences:
        place_id, amount = used(presence)
        cell = use[place_id, presence.placement.period.period_id]
        if presence.placement.is_signed:
            cell.signed += amount
        else:
            cell.unsigned += amount
            cell.is_unsigned_there = True
    return use


def _exceeded(
    code: str,
    use: Mapping[tuple[str, str], Use],
    limit: Mapping[str, float],
    units: tuple[str, str],
) -> Iterator[Ruling]:
    """Every cell above its limit; kept where signed placements alone use it."""
    for (place_id, period_id), cell in use.items():
        total = cell.signed + cell.unsigned
        most = limit.get(place_id)
        if most is None or total <= most + TOLERANCE:
            continue
        where = f"{place_id}, {period_id}"
        yield (
            not cell.is_unsigned_there,
            Violation(
                code=code,
                period_id=period_id,
                place=place_id,
                found=f"{total:g}, of which signed {cell.signed:g}",
                expected=f"at most {most:g}",
                message_nl=f"{where}: {total:g} {units[0]}, hoogstens {most:g}.",
                message_en=f"{where}: {total:g} {units[1]}, at most {most:g}.",
            ),
        )
