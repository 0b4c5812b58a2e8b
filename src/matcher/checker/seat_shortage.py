"""Certificates of course seats against the data: who needs one, and who reaches it."""

from collections.abc import Iterator

from matcher.checker.facts import (
    Facts,
    Learner,
    Trajectory,
    is_within,
    minutes_to_course,
    travel_limit,
)
from matcher.checker.run_policy import RunPolicy
from matcher.checker.shortage_claim import Claim


def seat_faults(
    claim: Claim, facts: Facts, policy: RunPolicy
) -> Iterator[tuple[str, str]]:
    """Codes and details; a file that counts right alone may still be of other data."""
    unknown = [each for each in claim.learners if each not in facts.learner]
    unknown += [p.place_id for p in claim.places if p.place_id not in facts.course]
    if unknown:
        yield "ID", ", ".join(unknown)
        return
    for place in claim.places:
        course = facts.course[place.place_id]
        if place.capacity != course.seats:
            yield "CAPACITY", f"{course.course_id}: {course.seats} seats"
        if place.period_id != course.period.period_id:
            yield "CAPACITY", f"{course.course_id}: {course.period.period_id}"
    for learner_id in claim.learners:
        learner = facts.learner[learner_id]
        fault = _no_claimant(learner, claim)
        if fault is not None:
            yield "LEARNER", f"{learner_id}: {fault}"
            continue
        reached = _reached(learner, claim, facts, policy)
        claimed = {claim.places[at].place_id for at in claim.reach[learner_id]}
        if reached != claimed:
            yield "REACH", f"{learner_id} reaches {', '.join(sorted(reached)) or '-'}"


def _no_claimant(learner: Learner, claim: Claim) -> str | None:
    """Why the learner needs no seat; None where only a seat will do."""
    if learner.trajectory.trajectory_id != claim.trajectory_id:
        return "another training"
    if claim.competence_id in learner.acquired:
        return "has acquired it"
    learn_at = _learn_at(learner.trajectory, claim.competence_id)
    if set(learn_at) != {"training_centre"}:
        where = ", ".join(learn_at) or "nowhere"
        return f"learned at {where}, not in a course alone"
    return None


def _learn_at(trajectory: Trajectory, competence_id: str) -> tuple[str, ...]:
    for competence in trajectory.competences:
        if competence.competence_id == competence_id:
            return competence.learn_at
    return ()


def _reached(
    learner: Learner, claim: Claim, facts: Facts, policy: RunPolicy
) -> set[str]:
    """Courses for the competence in which the learner may sit."""
    limit = travel_limit(policy, learner)
    return {
        course.course_id
        for course in facts.course.values()
        if course.trajectory_id == claim.trajectory_id
        and course.competence_id == claim.competence_id
        and is_within(minutes_to_course(policy, learner, course), limit)
    }
