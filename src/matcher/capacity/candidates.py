"""What could be recruited: candidates by kind, each with the pressure behind it.

Pressure is what the plans of the run still cost a learner beyond the cheapest plan
that the learner could have with the region to oneself, and what it costs to be
without a place or a competence. Where nobody feels any, nothing is proposed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.capacity.candidate import Candidate, Row
from matcher.capacity.shadow_prices import RegionPrices
from matcher.capacity.site_minutes import SiteMinutes
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE, travel_limits
from matcher.eligibility.position import Index
from matcher.problem.prices import Prices
from matcher.problem.rows import prices_of
from matcher.problem.run_record import COMPONENTS
from matcher.suggestions import LoadedRun

PRESSING = ("unplaced", "gap", "context")
"""Terms of the objective that a new place can lift."""

NEW_CAPACITY = 2
"""Learners at one time of a new site, and of a mentor there."""

NEW_HOURS = 4
"""Guidance hours per week that one more mentor brings: one day a week is less."""

NEW_SEATS = 4
"""Seats of one more course."""

_OFFERED_BY = 0.5
"""A new offer teaches what at least this share of the training's sites teach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateLimits:
    """How many candidates of each kind are looked at, those of most pressure first."""

    per_kind: int = 40


def candidates_of(
    run: LoadedRun, prices: RegionPrices, limits: CandidateLimits | None = None
) -> tuple[Candidate, ...]:
    """Candidates of all kinds, the same for the same run and prices."""
    most = (limits or CandidateLimits()).per_kind
    maker = _Maker(run, prices_of(prices.rows, prices.row_prices), most)
    found: list[Candidate] = []
    for make in (
        maker.prolonged,
        maker.mentor_trainings,
        maker.mentor_hours,
        maker.course_seats,
        maker.recognitions,
        maker.new_sites,
    ):
        scored = list(make())
        scored.sort(key=lambda each: -each[0])  # stable: ties keep the table's order
        found += [candidate for _, candidate in scored[:most]]
    return tuple(found)


_Scored = Iterator[tuple[float, Candidate]]


class _Maker:
    def __init__(self, run: LoadedRun, prices: Prices, most: int) -> None:
        self._run, self._prices, self._most = run, prices, most
        self._problem, self._dataset = run.problem, run.dataset
        at = [COMPONENTS.index(term) for term in PRESSING]
        self.pressure: Floats = run.points[:, at].sum(axis=1)
        self._trajectory = self._problem.pairs.positions.learner_trajectory
        self._limits = travel_limits(run.dataset, run.problem.policy) + TOLERANCE
        # One set for all kinds: candidates of different kinds may be taken together.
        self._mentor_ids = set(self._dataset.mentors.mentor_id.tolist())
        self._felt: dict[frozenset[str], float] = {}

    def prolonged(self) -> _Scored:
        """Recognitions that end before the last period does, without an end."""
        dataset = self._dataset
        rows, last = dataset.recognitions, dataset.periods.end[-1]
        latest: dict[tuple[str, str], np.datetime64] = {}
        for site_id, trajectory_id, valid_to in zip(
            rows.site_id, rows.trajectory_id, rows.valid_to, strict=True
        ):
            end = np.datetime64("9999-12-31") if np.isnat(valid_to) else valid_to
            key = (site_id, trajectory_id)
            latest[key] = max(latest.get(key, end), end)
        for (site_id, trajectory_id), end in latest.items():
            if end < last:
                row = {
                    "site_id": site_id,
                    "trajectory_id": trajectory_id,
                    "valid_from": str(end + np.timedelta64(1, "D")),
                }
                yield (
                    self._of_training(trajectory_id),
                    Candidate(
                        kind="prolonged_recognition",
                        subject=site_id,
                        trajectory_id=trajectory_id,
                        rows={"recognitions": (row,)},
                    ),
                )

    def mentor_trainings(self) -> _Scored:
        """Mentors who may not guide yet, trained before the first period.

        The row is that of the mentor, trained, until the own training holds.
        """
        if self._problem.policy.untrained_mentor == "warn":
            return
        mentors, first = self._dataset.mentors, self._dataset.periods.start[0]
        for at in np.flatnonzero(
            np.isnat(mentors.trained_on) | (mentors.trained_on > first)
        ):
            row = self._mentor_row(int(at))
            row["trained_on"] = str(first)
            own = mentors.trained_on[at]
            until = mentors.available_to[at]
            if not np.isnat(own):
                before = own - np.timedelta64(1, "D")
                row["available_to"] = str(
                    before if np.isnat(until) else min(before, until)
                )
            site_id = mentors.site_id[at]
            yield (
                self._of_site(site_id),
                Candidate(
                    kind="mentor_training",
                    subject=mentors.mentor_id[at],
                    trajectory_id="",
                    rows={"mentors": (row,)},
                ),
            )

    def mentor_hours(self) -> _Scored:
        """One more mentor where mentors or their hours have a price."""
        mentors, first = self._dataset.mentors, self._dataset.periods.start[0]
        worth = self._prices.mentor.sum(axis=1) * NEW_CAPACITY
        worth += self._prices.hours.sum(axis=1) * NEW_HOURS
        for at in np.flatnonzero(worth > TOLERANCE):
            row = self._mentor_row(int(at))
            row |= {
                "max_learners": str(NEW_CAPACITY),
                "hours_per_week": str(NEW_HOURS),
                "trained_on": str(first),
                "available_from": "",
                "available_to": "",
            }
            yield (
                float(worth[at]),
                Candidate(
                    kind="mentor_hours",
                    subject=mentors.mentor_id[at],
                    trajectory_id="",
                    rows={"mentors": (row,)},
                ),
            )

    def course_seats(self) -> _Scored:
        """More seats where a seat has a price: a second course like the first."""
        courses = self._dataset.courses
        ids = set(courses.course_id.tolist())
        for at in np.flatnonzero(self._prices.seat > TOLERANCE):
            row = {
                "course_id": _new_id(courses.course_id[at], ids),
                "trajectory_id": courses.trajectory_id[at],
                "competence_id": courses.competence_id[at],
                "period_id": courses.period_id[at],
                "seats": str(NEW_SEATS),
                "provider": courses.provider[at],
                "postcode": courses.postcode[at],
                "lat": _number(courses.lat[at]),
                "lon": _number(courses.lon[at]),
            }
            yield (
                float(self._prices.seat[at]),
                Candidate(
                    kind="course_seats",
                    subject=courses.course_id[at],
                    trajectory_id=courses.trajectory_id[at],
                    rows={"courses": (row,)},
                ),
            )

    def recognitions(self) -> _Scored:
        """Sites with a place left, for a training that they are not recognised for."""
        dataset, offerings = self._dataset, self._problem.pairs.offerings
        known = set(
            zip(offerings.site.tolist(), offerings.trajectory.tolist(), strict=True)
        )
        has_mentor = np.isin(
            np.arange(len(dataset.sites)), self._problem.pairs.positions.mentor_site
        )
        left = np.flatnonzero(self._places_left() & has_mentor)
        scored: list[tuple[float, int, int]] = []
        for trajectory in self._pressed():
            pressed = self._who_feel_it(trajectory)
            minutes = SiteMinutes(self._run, pressed).of_sites(left)
            within = minutes <= self._limits[pressed][:, None]
            for at in np.flatnonzero(within.any(axis=0)).tolist():
                site = int(left[at])
                pressure = float(self.pressure[pressed[within[:, at]]].sum())
                if pressure > TOLERANCE and (site, trajectory) not in known:
                    scored.append((pressure, site, trajectory))
        # Of the many that there are only the first are written out.
        scored.sort(key=lambda each: -each[0])
        for pressure, site, trajectory in scored[: self._most]:
            site_id = dataset.sites.site_id[site]
            trajectory_id = dataset.trajectories.trajectory_id[trajectory]
            units = self._usual_offers(trajectory)
            yield (
                pressure,
                Candidate(
                    kind="recognition",
                    subject=site_id,
                    trajectory_id=trajectory_id,
                    rows=_recognition(
                        site_id,
                        trajectory_id,
                        self._new_only(site_id, trajectory_id, units),
                    ),
                ),
            )

    def new_sites(self) -> _Scored:
        """A site with a mentor, in each municipality where learners feel pressure."""
        dataset, first = self._dataset, self._dataset.periods.start[0]
        site_ids = set(dataset.sites.site_id.tolist())
        for trajectory in self._pressed():
            trajectory_id = dataset.trajectories.trajectory_id[trajectory]
            usual = self._usual_offers(trajectory)
            pressed = self._who_feel_it(trajectory)
            minutes = SiteMinutes(self._run, pressed)
            postcodes = set(dataset.learners.postcode[pressed].tolist()) - {""}
            for postcode in sorted(postcodes):
                pressure = self._in_reach(pressed, minutes.of_postcode(postcode))
                if pressure <= TOLERANCE:
                    continue
                site_id = _new_id(f"{trajectory_id}-{postcode}", site_ids)
                mentor_id = _new_id(f"M-{site_id}", self._mentor_ids)
                rows = {
                    "sites": (
                        {
                            "site_id": site_id,
                            "name": site_id,
                            "postcode": postcode,
                            "capacity": str(NEW_CAPACITY),
                        },
                    ),
                    **_recognition(site_id, trajectory_id, usual),
                    "mentors": (
                        {
                            "mentor_id": mentor_id,
                            "site_id": site_id,
                            "max_learners": str(NEW_CAPACITY),
                            "trained_on": str(first),
                        },
                    ),
                }
                yield (
                    pressure,
                    Candidate(
                        kind="new_site",
                        subject=postcode,
                        trajectory_id=trajectory_id,
                        rows=rows,
                    ),
                )

    def _mentor_row(self, at: int) -> dict[str, str]:
        """One more mentor like one who is there."""
        mentors = self._dataset.mentors
        return {
            "mentor_id": _new_id(mentors.mentor_id[at], self._mentor_ids),
            "site_id": mentors.site_id[at],
            "max_learners": str(mentors.max_learners[at]),
            "hours_per_week": _number(mentors.hours_per_week[at]),
            "supports": "|".join(mentors.supports[at]),
            "available_from": _date(mentors.available_from[at]),
            "available_to": _date(mentors.available_to[at]),
        }

    def _pressed(self) -> list[int]:
        """Trainings with pressure, the most first."""
        total = np.zeros(len(self._dataset.trajectories))
        np.add.at(total, self._trajectory, self.pressure)
        order = np.argsort(-total, kind="stable")
        return [int(each) for each in order if total[each] > TOLERANCE]

    def _of_training(self, trajectory_id: str) -> float:
        return self._of_trainings(frozenset([trajectory_id]))

    def _of_site(self, site_id: str) -> float:
        return self._of_trainings(self._trainings_at.get(site_id, frozenset()))

    def _of_trainings(self, trajectory_ids: frozenset[str]) -> float:
        """Pressure of all learners of these trainings."""
        if trajectory_ids not in self._felt:
            mine = self._dataset.learners.trajectory_id.tolist()
            own = np.array([each in trajectory_ids for each in mine], dtype=bool)
            self._felt[trajectory_ids] = float(self.pressure[own].sum())
        return self._felt[trajectory_ids]

    @cached_property
    def _trainings_at(self) -> dict[str, frozenset[str]]:
        """The trainings that each site is recognised for."""
        rows, at = self._dataset.recognitions, defaultdict(set)
        for site_id, trajectory_id in zip(
            rows.site_id, rows.trajectory_id, strict=True
        ):
            at[site_id].add(trajectory_id)
        return {site_id: frozenset(own) for site_id, own in at.items()}

    def _who_feel_it(self, trajectory: int) -> Index:
        """Learners of a training who feel pressure."""
        own = (self._trajectory == trajectory) & (self.pressure > TOLERANCE)
        return np.flatnonzero(own)

    def _in_reach(self, learners: Index, minutes: Floats) -> float:
        """Pressure of those of these learners who can travel there."""
        within = minutes <= self._limits[learners]
        return float(self.pressure[learners[within]].sum())

    def _places_left(self) -> Bools:
        """(sites,): in some period a place is not used."""
        used = np.zeros((len(self._dataset.sites), self._problem.num_periods))
        row, period = np.nonzero(self._run.plans.option >= 0)
        if len(row):
            option = self._run.plans.option[row, period]
            np.add.at(used, (self._problem.option_site[option], period), 1)
        free = used < self._dataset.sites.capacity[:, None]
        return np.asarray(free.any(axis=1))

    def _new_only(
        self, site_id: str, trajectory_id: str, units: list[str]
    ) -> list[str]:
        """Units that no row yet says the site offers in the training."""
        rows = self._dataset.offers
        of = (rows.site_id == site_id) & (rows.trajectory_id == trajectory_id)
        own = set(rows.competence_id[of].tolist())
        return [each for each in units if each not in own]

    def _usual_offers(self, trajectory: int) -> list[str]:
        """Units that at least half of the training's sites teach in some period.

        Where no site is recognised for it, all that is learned at a workplace.
        """
        units, teaching = self._problem.units, self._problem.teaching
        offerings = self._problem.pairs.offerings
        first, last = units.start[[trajectory, trajectory + 1]]
        rows = np.arange(*offerings.start[[trajectory, trajectory + 1]])
        local = np.arange(last - first)
        at_workplace = units.at_workplace[first:last]
        if len(rows):
            given = teaching.credit[teaching.credit_start[rows][:, None] + local] > 0
            usual = given.any(axis=2).mean(axis=0) >= _OFFERED_BY
            at_workplace = at_workplace & usual
        return [str(each) for each in units.ids[first:last][at_workplace]]


def _recognition(
    site_id: str, trajectory_id: str, units: list[str]
) -> dict[str, tuple[Row, ...]]:
    of = {"site_id": site_id, "trajectory_id": trajectory_id}
    return {
        "recognitions": (of,),
        "offers": tuple({**of, "competence_id": unit} for unit in units),
    }


def _new_id(like: str, taken: set[str]) -> str:
    """An id that is not there yet; the id is taken then."""
    number = 1
    while f"{like}+{number}" in taken:
        number += 1
    taken.add(f"{like}+{number}")
    return f"{like}+{number}"


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))


def _date(value: np.datetime64) -> str:
    return "" if np.isnat(value) else str(value)
