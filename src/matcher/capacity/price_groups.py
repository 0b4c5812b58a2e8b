"""``price_groups.csv``: prices per training, competence, area and period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.capacity.area import Areas
from matcher.capacity.price_table import LEAST_POINTS, PriceKind
from matcher.capacity.shadow_prices import RegionPrices
from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index
from matcher.problem.rows import plan_use
from matcher.suggestions import LoadedRun

GroupedBy = Literal["trajectory", "competence", "area", "period"]

_KINDS: tuple[PriceKind, ...] = (
    "site",
    "mentor",
    "mentor_hours",
    "enterprise",
    "course",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGroup:
    """A line of ``price_groups.csv``: what is limited for one group, of one kind.

    A thing in a period counts once: a site for each training that it is recognised
    for, a course in its own period alone. Where nothing has a price there is no line.

    Attributes
    ----------
    trajectory_id
        Of a training or competence; else "".
    group
        Competence or context, area or period; "" of a training.
    scarce, of
        Things and periods that have a price above 0, and all with a limit.
    dearest_id, dearest_period_id, dearest_points
        Of one unit more there; of equal prices the first in the tables.
    mean_points
        Of one unit more, over all with a limit.
    paid_points
        Price times use by the plans of the run: of a training or competence by the
        learners of the training, of an area or period by all.
    """

    by: GroupedBy
    trajectory_id: str
    group: str
    kind: PriceKind
    scarce: int
    of: int
    dearest_id: str
    dearest_period_id: str
    dearest_points: float
    mean_points: float
    paid_points: float


def price_groups(
    run: LoadedRun, prices: RegionPrices, areas: Areas
) -> tuple[PriceGroup, ...]:
    """Lines by training, competence, area and period, each in the order of its table.

    Areas stand in the order of their names.
    """
    grouping = _Grouping(run, prices, areas)
    return (
        *grouping.by_trajectory(),
        *grouping.by_competence(),
        *grouping.by_area(),
        *grouping.by_period(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Things:
    """Things of one kind.

    Attributes
    ----------
    limited
        (things, periods), it is there then and holds only so much.
    row
        (things, periods), row of its price; -1 without.
    points
        (things, periods)
    scarce
        Where things that are limited have a price, as positions in the columns
        flattened; ascending.
    """

    kind: PriceKind
    ids: Texts
    limited: Bools
    row: Index
    points: Floats
    scarce: Index


class _Grouping:
    def __init__(self, run: LoadedRun, prices: RegionPrices, areas: Areas) -> None:
        problem = run.problem
        self._run, self._problem, self._dataset = run, problem, run.dataset
        self._areas = areas
        self._row_prices = prices.row_prices
        self._course_period = problem.teaching.course_period
        use = plan_use(problem, prices.rows, run.plans)
        trajectory = problem.pairs.positions.learner_trajectory
        member = np.equal.outer(np.arange(len(self._dataset.trajectories)), trajectory)
        # (trajectories, rows), what learners of each training use.
        self._use = np.asarray(member.astype(np.float64) @ use)
        self._things = {each.kind: each for each in self._all_things(prices)}

    def by_trajectory(self) -> Iterator[PriceGroup]:
        """What each training may use."""
        offerings = self._problem.pairs.offerings
        for at, trajectory_id in enumerate(self._dataset.trajectories.trajectory_id):
            own = np.arange(*offerings.start[[at, at + 1]])
            sites = self._no_sites()
            sites[offerings.site[own]] = offerings.recognised[own]
            courses = self._problem.teaching.course_trajectory == at
            cells = self._cells(sites, courses)
            yield from self._groups("trajectory", (trajectory_id, ""), cells, at)

    def by_competence(self) -> Iterator[PriceGroup]:
        """Where each competence or context can be learned: sites that offer it."""
        offerings, teaching = self._problem.pairs.offerings, self._problem.teaching
        units = self._problem.units
        for at, trajectory_id in enumerate(self._dataset.trajectories.trajectory_id):
            own = np.arange(*offerings.start[[at, at + 1]])
            for unit in range(*units.start[[at, at + 1]]):
                local = unit - units.start[at]
                credit = teaching.credit[teaching.credit_start[own] + local] > 0
                sites = self._no_sites()
                sites[offerings.site[own]] = credit & offerings.recognised[own]
                courses = (teaching.course_trajectory == at) & (
                    teaching.course_unit == local
                )
                cells = self._cells(sites, courses)
                name = (trajectory_id, str(units.ids[unit]))
                yield from self._groups("competence", name, cells, at)

    def by_area(self) -> Iterator[PriceGroup]:
        """Where things are; an enterprise is where any of its sites is."""
        site_area, course_area = (
            self._areas.of(table.postcode, table.lat, table.lon)
            for table in (self._dataset.sites, self._dataset.courses)
        )
        for area in sorted({*site_area.tolist(), *course_area.tolist()}):
            sites = self._no_sites() | (site_area == area)[:, None]
            cells = self._cells(sites, course_area == area)
            yield from self._groups("area", ("", area), cells, None)

    def by_period(self) -> Iterator[PriceGroup]:
        """All that is there in a period."""
        for at, period_id in enumerate(self._dataset.periods.period_id):
            sites = self._no_sites()
            sites[:, at] = True
            cells = self._cells(sites, self._course_period == at)
            yield from self._groups("period", ("", period_id), cells, None)

    def _all_things(self, prices: RegionPrices) -> Iterator[_Things]:
        dataset, pairs, rows = self._dataset, self._problem.pairs, prices.rows
        capacities = self._problem.capacities
        present = pairs.calendar.covered_by(
            dataset.mentors.available_from, dataset.mentors.available_to
        )
        of_course = np.full((len(dataset.courses), self._problem.num_periods), -1)
        place = np.arange(len(dataset.courses))
        of_course[place, self._course_period] = rows.seat
        held = np.zeros(of_course.shape, dtype=bool)
        held[place, self._course_period] = True
        sites, mentors = dataset.sites.site_id, dataset.mentors.mentor_id
        everywhere = np.ones(rows.site.shape, dtype=bool)
        table: tuple[tuple[PriceKind, Texts, Bools, Index], ...] = (
            ("site", sites, everywhere, rows.site),
            ("mentor", mentors, present, rows.mentor),
            (
                "mentor_hours",
                mentors,
                present & np.isfinite(capacities.hours),
                rows.hours,
            ),
            (
                "enterprise",
                pairs.positions.enterprise_ids,
                np.isfinite(capacities.enterprise),
                rows.enterprise,
            ),
            ("course", dataset.courses.course_id, held, of_course),
        )
        padded = np.append(self._row_prices, 0.0)  # row -1 has no price
        for kind, ids, limited, row in table:
            points = padded[row]
            yield _Things(
                kind=kind,
                ids=ids,
                limited=limited,
                row=row,
                points=points,
                scarce=np.flatnonzero(limited & (points > LEAST_POINTS)),
            )

    def _no_sites(self) -> Bools:
        return np.zeros((len(self._dataset.sites), self._problem.num_periods), bool)

    def _cells(self, sites: Bools, courses: Bools) -> Mapping[PriceKind, Bools]:
        """Things and periods that belong to these sites, and these courses."""
        positions = self._problem.pairs.positions
        mentors = sites[positions.mentor_site]
        enterprises = np.zeros(self._things["enterprise"].row.shape, dtype=bool)
        site, period = np.nonzero(sites & (positions.site_enterprise >= 0)[:, None])
        enterprises[positions.site_enterprise[site], period] = True
        seats = np.broadcast_to(courses[:, None], self._things["course"].row.shape)
        return {
            "site": sites,
            "mentor": mentors,
            "mentor_hours": mentors,
            "enterprise": enterprises,
            "course": seats,
        }

    def _groups(
        self,
        by: GroupedBy,
        name: tuple[str, str],
        cells: Mapping[PriceKind, Bools],
        trajectory: int | None,
    ) -> Iterator[PriceGroup]:
        for kind in _KINDS:
            things = self._things[kind]
            scarce = things.scarce[cells[kind].flat[things.scarce]]
            if not len(scarce):
                continue
            own = cells[kind] & things.limited
            most = int(scarce[things.points.flat[scarce].argmax()])
            dearest, period = np.unravel_index(most, own.shape)
            rows = things.row[own & (things.row >= 0)]
            use = self._use if trajectory is None else self._use[[trajectory]]
            yield PriceGroup(
                by=by,
                trajectory_id=name[0],
                group=name[1],
                kind=kind,
                scarce=len(scarce),
                of=int(own.sum()),
                dearest_id=things.ids[dearest],
                dearest_period_id=self._dataset.periods.period_id[period],
                dearest_points=float(things.points[dearest, period]),
                mean_points=float(things.points[own].mean()),
                paid_points=float((use[:, rows] @ self._row_prices[rows]).sum()),
            )
