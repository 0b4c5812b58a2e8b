"""Places by trying: who can be seated, and which subsets cannot, from plain rows."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from tests.oracle.region import Learner, Region
from tests.oracle.rules import TOLERANCE, active, eligible, guidance_hours


def claimants(region: Region, trajectory_id: str, period: int) -> list[Learner]:
    """Active learners of a training; nobody in them may be signed."""
    return [
        learner
        for learner in region.learners
        if learner.trajectory.trajectory_id == trajectory_id
        and active(region, learner, period)
    ]


def options_of(
    region: Region, learner: Learner, period: int, unit_id: str = ""
) -> list[tuple[int, int]]:
    """(site, mentor) where the learner is eligible, and the unit is offered."""
    trajectory_id = learner.trajectory.trajectory_id
    return [
        (mentor.site, at)
        for at, mentor in enumerate(region.mentors)
        if eligible(region, learner, period, mentor.site, at)
        and (
            not unit_id
            or period
            in region.offered.get((mentor.site, trajectory_id, unit_id), frozenset())
        )
    ]


def too_few_sites(
    region: Region, learners: list[Learner], period: int, unit_id: str = ""
) -> Iterator[set[str]]:
    """Every subset whose sites hold fewer learners than it has."""
    sites = {
        learner.learner_id: {
            site for site, _ in options_of(region, learner, period, unit_id)
        }
        for learner in learners
    }
    for size in range(1, len(learners) + 1):
        for subset in combinations(sites, size):
            reached = set().union(*(sites[each] for each in subset))
            if sum(region.sites[site].capacity for site in reached) < size:
                yield set(subset)


def can_all_be_seated(
    region: Region, learners: list[Learner], period: int, *, by_hours: bool
) -> bool:
    """Whether some choice of options keeps C1, C2 and C4, and C3 where asked."""
    options = [options_of(region, learner, period) for learner in learners]

    def seat(chosen: list[tuple[int, int]]) -> bool:
        if len(chosen) == len(learners):
            return True
        return any(
            _fits(region, learners, [*chosen, option], by_hours=by_hours)
            and seat([*chosen, option])
            for option in options[len(chosen)]
        )

    return seat([])


def _fits(
    region: Region,
    learners: list[Learner],
    chosen: list[tuple[int, int]],
    *,
    by_hours: bool,
) -> bool:
    """The first learners keep every limit at these places."""
    inside = Counter(region.sites[site].enterprise for site, _ in chosen)
    return (
        all(
            count <= region.sites[site].capacity
            for site, count in Counter(site for site, _ in chosen).items()
        )
        and all(
            inside[enterprise] <= most
            for enterprise, most in region.enterprise_limit.items()
        )
        and all(
            count <= region.mentors[at].max_learners
            and (not by_hours or _has_hours(region, learners, chosen, at))
            for at, count in Counter(mentor for _, mentor in chosen).items()
        )
    )


def _has_hours(
    region: Region, learners: list[Learner], chosen: list[tuple[int, int]], at: int
) -> bool:
    """The mentor has the least hours that these learners may ask."""
    most = region.mentors[at].hours
    asked = sum(
        min(guidance_hours(region, learner, at, starts=s) for s in (False, True))
        for learner, (_, mentor) in zip(learners, chosen, strict=False)
        if mentor == at
    )
    return most is None or asked <= most + TOLERANCE
