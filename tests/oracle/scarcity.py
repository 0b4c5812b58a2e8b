"""Where learners could be at all, and what can run out because of it."""

from collections import defaultdict
from dataclasses import dataclass

from tests.oracle.literal import Use, limit_of, placement_uses
from tests.oracle.region import Learner, Region
from tests.oracle.rules import TOLERANCE, course_in_reach, eligible, guidance_hours

Options = list[dict[int, list[int]]]
"""Per period: site to the mentors possible there; -1 stands for no placement."""

NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scarcity:
    """What can run out, and how much of it unsigned placements may take.

    Attributes
    ----------
    counts
        Limit on unsigned placements, or on seats.
    hours
        Limit on the hours of all placements.
    conditional
        Uses among `hours` that signed placements alone may exceed.
    """

    counts: dict[Use, int]
    hours: dict[Use, float]
    conditional: frozenset[Use]


def _hours_range(region: Region, learner: Learner, mentor: int) -> tuple[float, float]:
    both = [guidance_hours(region, learner, mentor, starts=s) for s in (False, True)]
    return min(both), max(both)


def _signed_use(region: Region) -> dict[Use, tuple[float, float]]:
    """Least and most that the signed placements take of each shared thing."""
    taken: defaultdict[Use, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for learner in region.learners:
        for t, stay in learner.signed.items():
            low, high = _hours_range(region, learner, stay[1])
            for use, amount in placement_uses(region, learner, t, stay, start=False):
                add = (low, high) if use[0] == "mentor_hours" else (amount, amount)
                taken[use] = (taken[use][0] + add[0], taken[use][1] + add[1])
    return taken


def possible_stays(region: Region) -> list[Options]:
    """Eligible placements that fit beside the signed ones, per learner."""
    signed = _signed_use(region)
    limits: dict[Use, float | None] = {}

    def fits(learner: Learner, t: int, stay: tuple[int, int]) -> bool:
        low, _ = _hours_range(region, learner, stay[1])
        for use, amount in placement_uses(region, learner, t, stay, start=False):
            if use not in limits:
                limits[use] = limit_of(region, use)
            least = low if use[0] == "mentor_hours" else amount
            limit, already = limits[use], signed.get(use, (0.0, 0.0))[0]
            if limit is not None and already + least > limit + TOLERANCE:
                return False
        return True

    all_options = []
    for learner in region.learners:
        options: Options = []
        for t in range(len(region.periods)):
            if t in learner.signed:
                site, mentor = learner.signed[t]
                options.append({site: [mentor]})
                continue
            here: dict[int, list[int]] = {NOWHERE: []}
            for mentor, guide in enumerate(region.mentors):
                stay = (guide.site, mentor)
                if eligible(region, learner, t, *stay) and fits(learner, t, stay):
                    here.setdefault(guide.site, []).append(mentor)
            options.append(here)
        all_options.append(options)
    return all_options


def find_scarcity(region: Region, all_options: list[Options]) -> Scarcity:
    signed = _signed_use(region)
    demand: defaultdict[Use, float] = defaultdict(float)
    for learner, options in zip(region.learners, all_options, strict=True):
        for use, takes in _most_unsigned(region, learner, options).items():
            demand[use] += takes
    counts: dict[Use, int] = {}
    hours: dict[Use, float] = {}
    for use, wanted in demand.items():
        limit = limit_of(region, use)
        taken = signed.get(use, (0.0, 0.0))[1]
        if limit is None or wanted + taken <= limit + TOLERANCE:
            continue
        if use[0] == "mentor_hours":
            hours[use] = limit
        else:
            counts[use] = int(limit - taken)
    for index, course in enumerate(region.courses):
        takers = sum(index in reachable_courses(region, x) for x in region.learners)
        if takers > course.seats:
            counts["course", course.course_id, course.period] = course.seats
    return Scarcity(
        counts=counts,
        hours=hours,
        conditional=frozenset(
            use
            for use, limit in hours.items()
            if signed.get(use, (0.0, 0.0))[1] > limit + TOLERANCE
        ),
    )


def _most_unsigned(
    region: Region, learner: Learner, options: Options
) -> dict[Use, float]:
    """Most that the learner's unsigned placements can take of each thing."""
    most: defaultdict[Use, float] = defaultdict(float)
    for t, here in enumerate(options):
        if t in learner.signed:
            continue
        for site, mentors in here.items():
            for mentor in mentors:
                high = _hours_range(region, learner, mentor)[1]
                stay = (site, mentor)
                for use, amount in placement_uses(region, learner, t, stay, start=True):
                    takes = high if use[0] == "mentor_hours" else amount
                    most[use] = max(most[use], takes)
    return most


def reachable_courses(region: Region, learner: Learner) -> dict[int, str]:
    """Courses in which the learner may take a seat, with their competence."""
    trajectory = learner.trajectory
    needed = {c.competence_id for c in trajectory.competences} - learner.acquired
    return {
        index: course.competence_id
        for index, course in enumerate(region.courses)
        if course.trajectory_id == trajectory.trajectory_id
        and course.competence_id in needed
        and course.seats > 0
        and course_in_reach(region, learner, index)
    }
