"""Every plan of every learner that an optimum may need, with its use of others'.

What is left out is provably harmless: plans that break a rule; placements that
no plan of the region can hold beside the signed ones; seats that change
nothing; and, of plans of one learner with the same use of everything that can
run out, all but the cheapest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tests.oracle.literal import Plan, Use, placement_uses
from tests.oracle.region import Competence, Learner, Region
from tests.oracle.rules import TOLERANCE, active, weekly_points
from tests.oracle.scarcity import (
    NOWHERE,
    Options,
    Scarcity,
    find_scarcity,
    possible_stays,
    reachable_courses,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One plan in the integer program.

    Attributes
    ----------
    points
        Points of the plan, all terms.
    counts
        Places, mentors, enterprises and seats that unsigned placements take;
        only those that can run out.
    hours
        Mentor hours taken, by signed and unsigned placements; likewise.
    signed
        Periods whose placement is signed.
    """

    plan: Plan
    points: float
    counts: tuple[Use, ...]
    hours: tuple[tuple[Use, float], ...]
    signed: frozenset[int]


def enumerate_plans(region: Region) -> tuple[list[list[Column]], Scarcity]:
    """Columns per learner, in the order of the learners, and the scarce things."""
    all_options = possible_stays(region)
    scarcity = find_scarcity(region, all_options)
    columns = []
    for learner, options in zip(region.learners, all_options, strict=True):
        cheapest: dict[object, Column] = {}
        for column in _LearnerPlans(region, learner, options, scarcity).columns():
            key = (column.counts, column.hours)
            best = cheapest.get(key)
            if best is None or column.points < best.points:
                cheapest[key] = column
        columns.append(list(cheapest.values()))
    return columns, scarcity


class _LearnerPlans:
    """The plans of one learner: first the sites, then seats, then mentors."""

    def __init__(
        self, region: Region, learner: Learner, options: Options, scarcity: Scarcity
    ) -> None:
        self.region = region
        self.learner = learner
        self.options = options
        self.scarcity = scarcity
        self.trajectory = learner.trajectory
        self.weeks = [period.weeks for period in region.periods]
        self.needed = [
            c
            for c in self.trajectory.competences
            if c.competence_id not in learner.acquired
        ]
        self.courses = reachable_courses(region, learner)
        signed = {site for site, _ in learner.signed.values()}
        self.signed_sites = signed
        self.most_sites = max(self.trajectory.max_sites, len(signed))
        self.stay_points = {
            (t, site, mentor): self._stay_points(t, site, mentor)
            for t, here in enumerate(options)
            for site, mentors in here.items()
            for mentor in mentors or [NOWHERE]
        }

    def columns(self) -> Iterator[Column]:
        signed = frozenset(self.learner.signed)
        for sites in self._site_sequences((), frozenset(self.signed_sites)):
            seatings = self._seatings(sites)
            if not seatings:
                continue
            for stays, points, counts, hours in self._mentorings(sites):
                for seats, seat_points, seat_counts in seatings:
                    yield Column(
                        plan=Plan(stays=stays, seats=seats),
                        points=points + seat_points,
                        counts=counts + seat_counts,
                        hours=hours,
                        signed=signed,
                    )

    def _site_sequences(
        self, sites: tuple[int, ...], used: frozenset[int]
    ) -> Iterator[tuple[int, ...]]:
        t = len(sites)
        if t == len(self.weeks):
            if self._last_block_is_long(sites):
                yield sites
            return
        for site in self.options[t]:
            if t and site != sites[-1] and not self._last_block_is_long(sites):
                continue
            now = used if site == NOWHERE else used | {site}
            if len(now) <= self.most_sites:
                yield from self._site_sequences((*sites, site), now)

    def _last_block_is_long(self, sites: tuple[int, ...]) -> bool:
        """P1 for the block that ends with the last of `sites`."""
        if not sites or sites[-1] == NOWHERE:
            return True
        first = len(sites) - 1
        while first and sites[first - 1] == sites[-1]:
            first -= 1
        block = range(first, len(sites))
        weeks = sum(self.weeks[t] for t in block)
        return weeks >= self.trajectory.min_block_weeks - TOLERANCE or all(
            t in self.learner.signed for t in block
        )

    def _reached(
        self, sites: tuple[int, ...], name: str, weeks: float, window: range
    ) -> int | None:
        total = 0.0
        offered, trajectory_id = self.region.offered, self.trajectory.trajectory_id
        for t, site in enumerate(sites):
            if t in window and t in offered.get((site, trajectory_id, name), ()):
                total += self.weeks[t]
                if total >= weeks - TOLERANCE:
                    return t
        return None

    def _seatings(
        self, sites: tuple[int, ...]
    ) -> list[tuple[tuple[int, ...], float, tuple[Use, ...]]]:
        """Seats worth taking with points of coverage; empty if P3 cannot hold."""
        reached = {
            c.competence_id: self._reached(sites, c.competence_id, c.weeks, c.window)
            for c in self.needed
            if "workplace" in c.learn_at
        }
        deadlines = self._attest_deadlines(sites, reached)
        if deadlines.keys() - {c.competence_id for c in self.needed}:
            return []
        choices = []
        base = self._context_points(sites)
        for competence in self.needed:
            name = competence.competence_id
            done = reached.get(name) is not None
            seatless = 0.0 if done else self._open_points(competence)
            seated = self.region.weights.course
            if not done and "training_centre" not in competence.learn_at:
                seated += seatless
            deadline = deadlines.get(name)
            options = self._worth_taking(name, deadline, seated - seatless)
            choices.append([(c, seatless if c is None else seated) for c in options])
        return [self._seating(combination, base) for combination in product(*choices)]

    def _seating(
        self, combination: tuple[tuple[int | None, float], ...], base: float
    ) -> tuple[tuple[int, ...], float, tuple[Use, ...]]:
        seats = tuple(sorted(c for c, _ in combination if c is not None))
        uses = tuple(use for c in seats if (use := self._use_of(c)) is not None)
        return seats, base + sum(points for _, points in combination), uses

    def _use_of(self, course: int) -> Use | None:
        found = self.region.courses[course]
        use = ("course", found.course_id, found.period)
        return use if use in self.scarcity.counts else None

    def _worth_taking(
        self, name: str, deadline: int | None, difference: float
    ) -> Sequence[int | None]:
        """Courses of a competence, None for no seat; [] if a must has none.

        All seats of one competence cost the same, so a course that cannot run
        out is at least as good as any other, and an optional seat that saves
        nothing is never better than none.
        """
        courses = [c for c, competence in self.courses.items() if competence == name]
        if deadline is not None:
            courses = [c for c in courses if self.region.courses[c].period < deadline]
        elif difference >= 0:
            return [None]
        free = [c for c in courses if self._use_of(c) is None]
        if free:
            return [free[0]]
        return courses if deadline is not None else [None, *courses]

    def _attest_deadlines(
        self, sites: tuple[int, ...], reached: dict[str, int | None]
    ) -> dict[str, int]:
        """Attests that only a seat can give (P3), with the first block's start."""
        deadlines: dict[str, int] = {}
        for t, site in enumerate(sites):
            starts = site != NOWHERE and (t == 0 or sites[t - 1] != site)
            if not starts or t in self.learner.signed:
                continue
            key = (site, self.trajectory.trajectory_id)
            for attest in self.region.required.get(key, ()):
                done = reached.get(attest)
                if attest in self.learner.acquired or (done is not None and done < t):
                    continue
                deadlines.setdefault(attest, t)
        return deadlines

    def _open_points(self, competence: Competence) -> float:
        """Points of a competence that neither workplace nor course covers."""
        weights = self.region.weights
        if "school" not in competence.learn_at:
            return weights.gap * competence.weight
        return weights.school if "workplace" in competence.learn_at else 0.0

    def _context_points(self, sites: tuple[int, ...]) -> float:
        points = 0.0
        always = range(len(self.weeks))
        for group in self.trajectory.groups:
            met = sum(
                self._reached(sites, name, weeks, always) is not None
                for name, weeks in zip(group.contexts, group.weeks, strict=True)
            )
            lacking = max(0, group.at_least - met)
            points += self.region.weights.context * group.weight * lacking
        return points

    def _stay_points(self, t: int, site: int, mentor: int) -> float:
        """Points of one period: placed or not, and the proposal left."""
        weights, weeks = self.region.weights, self.weeks[t]
        is_active = active(self.region, self.learner, t)
        if site == NOWHERE:
            points = weights.unplaced * weeks * is_active
        else:
            terms = weekly_points(self.region, self.learner, site, mentor)
            q = sum(terms.values())
            points = weeks * (q + weights.fairness * q * q)
        if is_active and t in self.learner.proposed:
            to_site, to_mentor = self.learner.proposed[t]
            if site != to_site or to_mentor not in (None, mentor):
                points += weights.disruption * weeks
        return points

    def _mentorings(
        self, sites: tuple[int, ...]
    ) -> Iterator[
        tuple[
            tuple[tuple[int, int] | None, ...],
            float,
            tuple[Use, ...],
            tuple[tuple[Use, float], ...],
        ]
    ]:
        """Every choice of mentors for the sites, with points and scarce uses."""
        starts = [
            site != NOWHERE and (t == 0 or sites[t - 1] != site)
            for t, site in enumerate(sites)
        ]
        weights = self.region.weights
        rotation = weights.rotation * max(0, sum(starts) - 1)
        choices = [self.options[t][s] or [NOWHERE] for t, s in enumerate(sites)]
        for mentors in product(*choices):
            points = rotation
            counts: list[Use] = []
            hours: list[tuple[Use, float]] = []
            for t, (site, mentor) in enumerate(zip(sites, mentors, strict=True)):
                points += self.stay_points[t, site, mentor]
                if site == NOWHERE:
                    continue
                if not starts[t] and mentor != mentors[t - 1]:
                    points += weights.handover
                placed, spent = self._scarce_uses(t, site, mentor, starts[t])
                counts += placed
                hours += spent
            stays = tuple(
                None if site == NOWHERE else (site, mentor)
                for site, mentor in zip(sites, mentors, strict=True)
            )
            yield stays, points, tuple(counts), tuple(hours)

    def _scarce_uses(
        self, t: int, site: int, mentor: int, start: bool
    ) -> tuple[list[Use], list[tuple[Use, float]]]:
        counts: list[Use] = []
        hours: list[tuple[Use, float]] = []
        uses = placement_uses(self.region, self.learner, t, (site, mentor), start)
        for use, amount in uses:
            if use in self.scarcity.hours:
                hours.append((use, amount))
            elif use in self.scarcity.counts and t not in self.learner.signed:
                counts.append(use)
        return counts, hours
