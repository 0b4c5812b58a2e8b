"""Demand and supply per training, area and period: what is there and who reaches it."""

from collections.abc import Iterator, Mapping
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
        self._hours = _hours_at(run)
        self._expires = _expires(run)

    def rows(self) -> Iterator[SupplyRow]:
        """Every row."""
        dataset, offerings = self._dataset, self._problem.pairs.offerings
        trajectory_of = self._problem.pairs.positions.learner_trajectory
        for trajectory in range(len(dataset.trajectories)):
            learners = np.flatnonzero(trajectory_of == trajectory)
            first, last = offerings.start[[trajectory, trajectory + 1]]
            offering = np.arange(first, last)
            courses = np.flatnonzero(self._course_trajectory == trajectory)
            of_sites = self._site_area[offerings.site[offering]]
            own = np.concatenate(
                [self._learner_area[learners], of_sites, self._course_area[courses]]
            )
            reach = self._reach(trajectory)
            for area in sorted(set(own.tolist())):
                cell = _Cell(
                    trajectory=trajectory,
                    area=area,
                    learners=learners[self._learner_area[learners] == area],
                    offerings=offering[of_sites == area],
                    courses=courses[self._course_area[courses] == area],
                )
                for period in range(self._problem.num_periods):
                    yield self._row(cell, period, reach[period])

    def _row(self, cell: "_Cell", period: int, reach: "_Reach") -> SupplyRow:
        problem, dataset = self._problem, self._dataset
        offerings, learners = problem.pairs.offerings, cell.learners
        active = learners[problem.pairs.calendar.active[learners, period]]
        known = cell.offerings[offerings.recognised[cell.offerings, period]]
        sites = offerings.site[known]
        capacity = dataset.sites.capacity
        placed = int(self._placed[active, period].sum())
        courses = cell.courses[problem.teaching.course_period[cell.courses] == period]
        used = int(np.minimum(self._used[sites, period], capacity[sites]).sum())
        reasons = self._unused[known, period].sum(axis=0)
        return SupplyRow(
            trajectory_id=dataset.trajectories.trajectory_id[cell.trajectory],
            area=cell.area,
            period_id=dataset.periods.period_id[period],
            learners=len(active),
            placed=placed,
            unplaced=len(active) - placed,
            places=int(capacity[sites].sum()),
            used=used,
            unused=int(capacity[sites].sum()) - used,
            reachable=int(capacity[sites[reach.is_reached[sites]]].sum()),
            within_reach=reach.places.get(cell.area, 0),
            mentor_hours=float(self._hours[sites, period].sum()),
            seats=int(dataset.courses.seats[courses].sum()),
            seats_used=int(self._seats_used[courses].sum()),
            expires=int(self._expires[cell.offerings, period].sum()),
            open_competences=int(self._open[learners].sum()),
            **{
                f"unused_{reason}": int(count)
                for reason, count in zip(UNUSED_REASONS, reasons, strict=True)
            },
        )

    def _reach(self, trajectory: int) -> list["_Reach"]:
        """Per period, the sites that active learners of a training may take."""
        problem, capacity = self._problem, self._dataset.sites.capacity
        trajectory_of = problem.pairs.positions.learner_trajectory
        own = np.flatnonzero(trajectory_of[problem.option_learner] == trajectory)
        owner, site = problem.option_learner[own], problem.option_site[own]
        areas, area = np.unique(self._learner_area[owner], return_inverse=True)
        found = []
        for period in range(problem.num_periods):
            eligible = problem.pairs.eligible[own, period]
            is_reached = np.zeros(len(capacity), dtype=bool)
            is_reached[site[eligible]] = True
            active = eligible & problem.pairs.calendar.active[owner, period]
            by_area = np.zeros((len(areas), len(capacity)), dtype=bool)
            by_area[area[active], site[active]] = True
            places = (by_area @ capacity).tolist()
            found.append(
                _Reach(
                    is_reached=is_reached,
                    places=dict(zip(areas.tolist(), places, strict=True)),
                )
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A training in an area: who lives there, and what is there.

    Attributes
    ----------
    learners, offerings, courses
        Positions, of this training.
    """

    trajectory: int
    area: str
    learners: Index
    offerings: Index
    courses: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """What learners of a training may take in a period.

    Attributes
    ----------
    is_reached
        (sites,)
    places
        Per area where such learners live, of sites that they may take.
    """

    is_reached: Bools
    places: Mapping[str, int]


def _expires(run: LoadedRun) -> Bools:
    """(offerings, periods): recognised in the period, and not in the next one.

    After the last period the next one is a year.
    """
    recognised = run.problem.pairs.offerings.recognised
    expires = np.empty(recognised.shape, dtype=bool)
    expires[:, :-1] = recognised[:, :-1] & ~recognised[:, 1:]
    expires[:, -1] = recognised[:, -1] & _ends_soon(run)
    return expires


def _ends_soon(run: LoadedRun) -> Bools:
    """(offerings,): the recognition ends within a year after the last day."""
    dataset, offerings = run.dataset, run.problem.pairs.offerings
    rows = dataset.recognitions
    site = positions_of(rows.site_id, dataset.sites.site_id)
    trajectory = positions_of(rows.trajectory_id, dataset.trajectories.trajectory_id)
    row_of = offerings.find(site, trajectory, len(dataset.sites))
    latest = np.full(len(offerings.site), np.datetime64("0001-01-01"))
    ends = np.where(np.isnat(rows.valid_to), np.datetime64("9999-12-31"), rows.valid_to)
    np.maximum.at(latest, row_of, ends)
    soon = dataset.periods.end[-1] + np.timedelta64(365, "D")
    return np.asarray(latest <= soon)


def _hours_at(run: LoadedRun) -> Floats:
    """(sites, periods), hours per week of the mentors who are there then."""
    problem, mentors = run.problem, run.dataset.mentors
    own = mentors.hours_per_week
    present = problem.pairs.calendar.covered_by(
        mentors.available_from, mentors.available_to
    )
    hours = np.where(np.isnan(own), np.inf, own)[:, None]
    total = np.zeros((len(run.dataset.sites), problem.num_periods))
    np.add.at(total, problem.pairs.positions.mentor_site, np.where(present, hours, 0.0))
    return total
