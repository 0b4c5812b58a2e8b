"""Demand and supply per training, area and period: what is there and who reaches it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.capacity.area import Areas
from matcher.capacity.unused import UNUSED_REASONS, unused_places
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index, positions_of
from matcher.problem.plans import coverage_of, plan_sites
from matcher.suggestions import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRow:
    """A line of ``supply.csv``: one training in one area and period.

    A place of a site that is recognised for several trainings counts for each.

    Attributes
    ----------
    area
        As the region was cut; see `Areas`.
    learners
        Who live there and are active then.
    placed, unplaced
        Of them, by the plans of the run.
    places, used, unused
        Learners whom the recognised sites there hold; those who are there, of any
        training; the rest.
    reachable
        Places that at least one active learner of the training may take.
    within_reach
        Places, in any area, that learners of this area may take; each place once.
    mentor_hours
        Hours per week of the mentors there who are available; infinite where one
        has no limit.
    seats, seats_used
        Of courses of the training in that period in this area.
    expires
        Recognitions of these sites that end within the period or before the next.
    open_competences
        Competences that stay open for the placed learners of the area, over the
        whole plan; the same in every period.
    unused_no_learner, unused_lacks_competences, unused_mentor_full,
    unused_recognition_ends, unused_other
        Why places stay unused; they add up to `unused`.
    """

    trajectory_id: str
    area: str
    period_id: str
    learners: int
    placed: int
    unplaced: int
    places: int
    used: int
    unused: int
    reachable: int
    within_reach: int
    mentor_hours: float
    seats: int
    seats_used: int
    expires: int
    open_competences: int
    unused_no_learner: int
    unused_lacks_competences: int
    unused_mentor_full: int
    unused_recognition_ends: int
    unused_other: int


def supply_rows(run: LoadedRun, areas: Areas) -> tuple[SupplyRow, ...]:
    """Rows by training, then area, then period; empty combinations are left out."""
    return tuple(_Supply(run, areas).rows())


class _Supply:
    def __init__(self, run: LoadedRun, areas: Areas) -> None:
        self._run = run
        problem, dataset = run.problem, run.dataset
        self._problem, self._dataset = problem, dataset
        self._learner_area, self._site_area, self._course_area = (
            areas.of(table.postcode, table.lat, table.lon)
            for table in (dataset.learners, dataset.sites, dataset.courses)
        )
        self._course_trajectory = problem.teaching.course_trajectory
        sites = plan_sites(problem, run.plans)
        self._placed = sites >= 0
        self._used = np.zeros((len(dataset.sites), problem.num_periods), dtype=int)
        row, period = np.nonzero(self._placed)
        np.add.at(self._used, (sites[row, period], period), 1)
        self._open = coverage_of(problem, run.plans).gap.sum(axis=1)
        self._seats_used = np.bincount(
            run.plans.course[run.plans.course >= 0], minlength=len(dataset.courses)
        )
        self._unused = unused_places(run, self._used)
        hours = dataset.mentors.hours_per_week
        self._hours: Floats = np.where(np.isnan(hours), np.inf, hours)
        self._present: Bools = problem.pairs.calendar.covered_by(
            dataset.mentors.available_from, dataset.mentors.available_to
        )

    def rows(self) -> Iterator[SupplyRow]:
        """Every row."""
        dataset, offerings = self._dataset, self._problem.pairs.offerings
        trajectory_of = self._problem.pairs.positions.learner_trajectory
        for trajectory in range(len(dataset.trajectories)):
            learners = np.flatnonzero(trajectory_of == trajectory)
            first, last = offerings.start[[trajectory, trajectory + 1]]
            offering = np.arange(first, last)
            own = np.concatenate(
                [
                    self._learner_area[learners],
                    self._site_area[offerings.site[offering]],
                    self._course_area[self._course_trajectory == trajectory],
                ]
            )
            for area in sorted(set(own.tolist())):
                here = learners[self._learner_area[learners] == area]
                sites = offering[self._site_area[offerings.site[offering]] == area]
                for period in range(self._problem.num_periods):
                    yield self._row(trajectory, area, period, here, sites)

    def _row(
        self, trajectory: int, area: str, period: int, learners: Index, offering: Index
    ) -> SupplyRow:
        problem, dataset = self._problem, self._dataset
        offerings = problem.pairs.offerings
        active = learners[problem.pairs.calendar.active[learners, period]]
        known = offering[offerings.recognised[offering, period]]
        sites = offerings.site[known]
        capacity = dataset.sites.capacity
        placed = int(self._placed[active, period].sum())
        courses = self._courses(trajectory, area, period)
        used = int(np.minimum(self._used[sites, period], capacity[sites]).sum())
        reasons = self._unused[known, period].sum(axis=0)
        mentors = np.isin(problem.pairs.positions.mentor_site, sites)
        return SupplyRow(
            trajectory_id=dataset.trajectories.trajectory_id[trajectory],
            area=area,
            period_id=dataset.periods.period_id[period],
            learners=len(active),
            placed=placed,
            unplaced=len(active) - placed,
            places=int(capacity[sites].sum()),
            used=used,
            unused=int(capacity[sites].sum()) - used,
            reachable=int(
                capacity[np.intersect1d(sites, self._reached(trajectory, period))].sum()
            ),
            within_reach=int(capacity[self._reached(trajectory, period, active)].sum()),
            mentor_hours=float(self._hours[mentors & self._present[:, period]].sum()),
            seats=int(dataset.courses.seats[courses].sum()),
            seats_used=int(self._seats_used[courses].sum()),
            expires=self._expiring(offering, period),
            open_competences=int(self._open[learners].sum()),
            **{
                f"unused_{reason}": int(count)
                for reason, count in zip(UNUSED_REASONS, reasons, strict=True)
            },
        )

    def _reached(
        self, trajectory: int, period: int, learners: Index | None = None
    ) -> Index:
        """Sites that learners of a training may take in a period."""
        problem = self._problem
        owner = problem.option_learner
        own = problem.pairs.positions.learner_trajectory[owner] == trajectory
        own &= problem.pairs.eligible[:, period]
        if learners is not None:
            own &= np.isin(owner, learners)
        return np.unique(problem.sites_of(own))

    def _courses(self, trajectory: int, area: str, period: int) -> Index:
        teaching = self._problem.teaching
        return np.flatnonzero(
            (self._course_trajectory == trajectory)
            & (teaching.course_period == period)
            & (self._course_area == area)
        )

    def _expiring(self, offering: Index, period: int) -> int:
        """Recognised in this period, and not in the next one."""
        recognised = self._problem.pairs.offerings.recognised
        if period + 1 >= self._problem.num_periods:
            return self._ends_in_last(offering)
        return int(
            (recognised[offering, period] & ~recognised[offering, period + 1]).sum()
        )

    def _ends_in_last(self, offering: Index) -> int:
        """Recognitions that end within a year after the last day of the plan."""
        dataset, offerings = self._dataset, self._problem.pairs.offerings
        rows = dataset.recognitions
        site = positions_of(rows.site_id, dataset.sites.site_id)
        trajectory = positions_of(
            rows.trajectory_id, dataset.trajectories.trajectory_id
        )
        row_of = offerings.find(site, trajectory, len(dataset.sites))
        latest = np.full(len(offerings.site), np.datetime64("0001-01-01"))
        ends = np.where(
            np.isnat(rows.valid_to), np.datetime64("9999-12-31"), rows.valid_to
        )
        np.maximum.at(latest, row_of, ends)
        soon = dataset.periods.end[-1] + np.timedelta64(365, "D")
        return int(
            (offerings.recognised[offering, -1] & (latest[offering] <= soon)).sum()
        )
