"""P1-P4 and seats: what one learner's plan is. The docstring is the rule.

Each rule yields (is_kept, violation): kept is a breach that people signed for,
which is warned of and stays.
"""

from collections.abc import Iterator

from matcher.checker.coverage import workplace_practice
from matcher.checker.facts import (
    TOLERANCE,
    Course,
    Facts,
    is_within,
    minutes_to_course,
    travel_limit,
)
from matcher.checker.plan import LearnerPlan, Placement
from matcher.checker.run_policy import RunPolicy
from matcher.checker.verdict import Violation

Ruling = tuple[bool, Violation]
"""Whether signatures keep the breach, and the breach."""


def plan_breaches(
    facts: Facts, policy: RunPolicy, plan: LearnerPlan
) -> Iterator[Ruling]:
    """Every breach of P1-P4 and of the seat rules in one learner's plan."""
    yield from p1_block_length(plan)
    yield from p2_number_of_sites(plan)
    yield from p3_attests(facts, plan)
    yield from p4_signed_stays(facts, plan)
    for course in plan.seats:
        yield from seat_is_allowed(policy, plan, course)
    yield from one_seat_per_competence(plan)


def p1_block_length(plan: LearnerPlan) -> Iterator[Ruling]:
    """Each block lasts >= min_block_weeks (sum of its periods' weeks).

    A block of signed periods only is exempt.
    """
    least = plan.learner.trajectory.min_block_weeks
    for block in plan.blocks:
        weeks = sum(placement.period.weeks for placement in block)
        if weeks < least - TOLERANCE:
            is_kept = all(placement.is_signed for placement in block)
            site_id = block[0].site.site_id
            yield (
                is_kept,
                _violation(
                    "P1",
                    plan,
                    block[0],
                    found=f"{weeks:g} weeks",
                    expected=f"at least {least:g} weeks",
                    nl=f"{weeks:g} weken bij {site_id}, minstens {least:g} nodig",
                    en=f"{weeks:g} weeks at {site_id}, at least {least:g} needed",
                ),
            )


def p2_number_of_sites(plan: LearnerPlan) -> Iterator[Ruling]:
    """Distinct sites <= max_sites.

    Where the signed sites alone are more, no other site is added.
    """
    most = plan.learner.trajectory.max_sites
    visited = {placement.site.site_id for placement in plan.placements}
    if len(visited) <= most:
        return
    signed = {p.site.site_id for p in plan.placements if p.is_signed}
    yield (
        visited == signed,
        Violation(
            code="P2",
            learner_id=plan.learner.learner_id,
            place=" ".join(sorted(visited)),
            found=f"{len(visited)} sites, {len(signed)} of them signed",
            expected=f"at most {most} sites",
            message_nl=f"{plan.learner.learner_id}: {len(visited)} vestigingen, "
            f"hoogstens {most} mogelijk.",
            message_en=f"{plan.learner.learner_id}: {len(visited)} sites, "
            f"at most {most} allowed.",
        ),
    )


def p3_attests(facts: Facts, plan: LearnerPlan) -> Iterator[Ruling]:
    """Before the first period of each block every attest of the site is held.

    The competence is acquired, or has a seat in a course of an earlier period,
    or was completed at the workplace in an earlier period; a school is no
    attest. A block whose first period is signed is exempt.
    """
    for block in plan.blocks:
        first = block[0]
        key = (first.site.site_id, plan.learner.trajectory.trajectory_id)
        for attest in facts.attests.get(key, ()):
            if not holds_attest(facts, plan, attest, first.period.order):
                yield (
                    first.is_signed,
                    _violation(
                        "P3",
                        plan,
                        first,
                        found=f"{attest} not held before {first.period.period_id}",
                        expected=f"{attest} acquired, a seat, or completed earlier",
                        nl=f"heeft {attest} nodig om te starten bij {key[0]}",
                        en=f"needs {attest} to start at {key[0]}",
                    ),
                )


def holds_attest(facts: Facts, plan: LearnerPlan, attest: str, order: int) -> bool:
    """Whether the competence is held before the period of this order."""
    if attest in plan.learner.acquired:
        return True
    if any(
        seat.competence_id == attest and seat.period.order < order
        for seat in plan.seats
    ):
        return True
    return any(
        competence.competence_id == attest
        and workplace_practice(facts, plan, competence).is_completed_before(order)
        for competence in plan.learner.trajectory.competences
    )


def p4_signed_stays(facts: Facts, plan: LearnerPlan) -> Iterator[Ruling]:
    """`signed` placements stay exactly as they are, also where t is not active."""
    planned = {p.period.period_id: p for p in plan.placements}
    for period in facts.periods:
        decision = facts.signed.get((plan.learner.learner_id, period.period_id))
        found = planned.get(period.period_id)
        if decision is None or (found is not None and found.is_signed):
            continue
        where = f"{plan.learner.learner_id}, {period.period_id}"
        stands = (
            f"{found.site.site_id}, {found.mentor.mentor_id}" if found else "no row"
        )
        signed = f"{decision.site_id}, {decision.mentor_id}"
        yield (
            False,
            Violation(
                code="P4",
                learner_id=plan.learner.learner_id,
                period_id=period.period_id,
                place=decision.site_id,
                found=stands,
                expected=signed,
                message_nl=f"{where}: getekend is {signed}, het plan zegt {stands}.",
                message_en=f"{where}: signed is {signed}, the plan says {stands}.",
            ),
        )


def seat_is_allowed(
    policy: RunPolicy, plan: LearnerPlan, course: Course
) -> Iterator[Ruling]:
    """A seat is in a course of the learner's trajectory, for a needed competence.

    Estimated travel to the course is within E3's limits (a course without a
    location is in reach); window, ready_from and the placement of that period
    do not matter. Needed: of the trajectory and not acquired.
    """
    learner = plan.learner
    if course.trajectory_id != learner.trajectory.trajectory_id:
        yield (
            False,
            _seat(
                plan,
                course,
                found=f"a course of {course.trajectory_id}",
                expected=f"a course of {learner.trajectory.trajectory_id}",
                nl="de cursus hoort bij een ander traject",
                en="the course is of another trajectory",
            ),
        )
    if course.competence_id in learner.acquired:
        yield (
            False,
            _seat(
                plan,
                course,
                found=f"{course.competence_id} is acquired",
                expected="a competence that is still needed",
                nl=f"{course.competence_id} is al verworven",
                en=f"{course.competence_id} is already acquired",
            ),
        )
    minutes = minutes_to_course(policy, learner, course)
    limit = travel_limit(policy, learner)
    if not is_within(minutes, limit):
        yield (
            False,
            _seat(
                plan,
                course,
                found=f"{minutes:.2f} minutes",
                expected=f"a known journey of at most {limit:g} minutes",
                nl=f"de reis naar de cursus is niet binnen {limit:g} minuten",
                en=f"the journey to the course is not within {limit:g} minutes",
            ),
        )


def one_seat_per_competence(plan: LearnerPlan) -> Iterator[Ruling]:
    """At most one seat per competence."""
    served: set[str] = set()
    for course in plan.seats:
        if course.competence_id in served:
            yield (
                False,
                _seat(
                    plan,
                    course,
                    found=f"a second seat for {course.competence_id}",
                    expected="at most one seat per competence",
                    nl=f"een tweede plaats voor {course.competence_id}",
                    en=f"a second seat for {course.competence_id}",
                ),
            )
        served.add(course.competence_id)


def _violation(
    code: str,
    plan: LearnerPlan,
    first: Placement,
    *,
    found: str,
    expected: str,
    nl: str,
    en: str,
) -> Violation:
    where = f"{plan.learner.learner_id}, {first.period.period_id}"
    return Violation(
        code=code,
        learner_id=plan.learner.learner_id,
        period_id=first.period.period_id,
        place=first.site.site_id,
        found=found,
        expected=expected,
        message_nl=f"{where}: {nl}.",
        message_en=f"{where}: {en}.",
    )


def _seat(
    plan: LearnerPlan, course: Course, *, found: str, expected: str, nl: str, en: str
) -> Violation:
    where = f"{plan.learner.learner_id}, {course.course_id}"
    return Violation(
        code="SEAT",
        learner_id=plan.learner.learner_id,
        period_id=course.period.period_id,
        place=course.course_id,
        found=found,
        expected=expected,
        message_nl=f"{where}: {nl}.",
        message_en=f"{where}: {en}.",
    )
