"""Room that the plans of all others leave to one learner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, block_starts, plan_sites
from matcher.problem.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where one learner finds room, the own unsigned placements set free.

    Attributes
    ----------
    options
        (options,), the options of the learner.
    places
        (options, periods): site and enterprise have a place left.
    start, stay
        (options, periods): the whole placement fits, as the first period of a
        block or as a later one, which asks fewer guidance hours. Where one is
        signed, that one alone.
    seat
        (courses,): a seat is left, or the learner's own.
    """

    options: Index
    places: Bools
    start: Bools
    stay: Bools
    seat: Bools


PlaceKind = Literal["site", "enterprise", "mentor", "hours", "seat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfull:
    """A place that holds fewer than come.

    Attributes
    ----------
    place
        Position of the site, enterprise, mentor or course.
    period
        Of a course 0: a seat is one for the whole course.
    """

    kind: PlaceKind
    place: int
    period: int


class RoomLeft:
    """What plans for all learners leave of every shared capacity (C1 to C5)."""

    def __init__(self, problem: Problem, plans: Plans) -> None:
        capacities = problem.capacities
        self._problem = problem
        self._plans = plans
        self._site = capacities.site.copy()
        self._enterprise = capacities.enterprise.copy()
        self._mentor = capacities.mentor.copy()
        self._hours = capacities.hours.copy()
        self._seats = capacities.seats.astype(float)
        self._take(plans, 1.0)

    def of(self, row: int) -> Room:
        """Room for the learner of one row of the plans."""
        with self.without(np.array([row])):
            return self.now_for(int(self._plans.learner[row]))

    @contextmanager
    def without(self, rows: Index) -> Iterator[None]:
        """For a while some of the plans take no room."""
        plans = self._plans.take(rows)
        self._take(plans, -1.0)
        try:
            yield
        finally:
            self._take(plans, 1.0)

    @contextmanager
    def beside(self, plans: Plans) -> Iterator[None]:
        """For a while more plans take room."""
        self._take(plans, 1.0)
        try:
            yield
        finally:
            self._take(plans, -1.0)

    def now_for(self, learner: int) -> Room:
        """Room for a learner whose plan takes none now."""
        problem = self._problem
        first, last = problem.option_start[problem.pair_start[[learner, learner + 1]]]
        options = np.arange(first, last)
        places = self._places(options)
        open_here = problem.open_options[options] & places
        mentor = problem.pairs.option_mentor[options]
        open_here &= self._mentor[mentor] >= 1
        start, stay = (
            open_here & self._has_hours(options, factor)
            for factor in (problem.policy.guidance.startup_factor, 1.0)
        )
        for period in np.flatnonzero(problem.pairs.signed_option[learner] >= 0):
            signed = options == problem.pairs.signed_option[learner, period]
            start[:, period] = stay[:, period] = signed
        return Room(
            options=options,
            places=places,
            start=start,
            stay=stay,
            seat=self._seats >= 1,
        )

    def overfull(self, plans: Plans) -> Overfull | None:
        """The first place that these plans together would overfill; None without."""
        with self.beside(plans):
            return self._first_overfull(plans)

    def _first_overfull(self, plans: Plans) -> Overfull | None:
        problem = self._problem
        row, period = np.nonzero(plans.option >= 0)
        option = plans.option[row, period]
        site, mentor = problem.sites_of(option), problem.pairs.option_mentor[option]
        enterprise = problem.pairs.positions.site_enterprise[site]
        owned = enterprise >= 0
        unit = np.nonzero(plans.course >= 0)
        course = plans.course[unit]
        checks: tuple[tuple[PlaceKind, Index, Index, Bools], ...] = (
            ("site", site, period, self._site[site, period] < 0),
            (
                "enterprise",
                enterprise[owned],
                period[owned],
                self._enterprise[enterprise[owned], period[owned]] < 0,
            ),
            ("mentor", mentor, period, self._mentor[mentor, period] < 0),
            ("hours", mentor, period, self._hours[mentor, period] < -TOLERANCE),
            ("seat", course, np.zeros_like(course), self._seats[course] < 0),
        )
        for kind, place, when, is_over in checks:
            for at in np.flatnonzero(is_over):
                return Overfull(kind=kind, place=int(place[at]), period=int(when[at]))
        return None

    def _places(self, options: Index) -> Bools:
        problem = self._problem
        site = problem.sites_of(options)
        enterprise = problem.pairs.positions.site_enterprise[site]
        places = self._site[site] >= 1
        if len(self._enterprise):
            free = self._enterprise[enterprise] >= 1
            places &= (enterprise < 0)[:, None] | free
        return np.asarray(places)

    def _has_hours(self, options: Index, factor: float) -> Bools:
        problem = self._problem
        hours = problem.scored.guidance_hours[options] * factor
        left = self._hours[problem.pairs.option_mentor[options]]
        return np.asarray(left + TOLERANCE >= hours[:, None])

    def _take(self, plans: Plans, sign: float) -> None:
        """Take what these plans use; give it back with sign -1."""
        problem = self._problem
        row, period = np.nonzero(plans.option >= 0)
        if len(row):
            option = plans.option[row, period]
            sites = plan_sites(problem, plans)
            site, mentor = sites[row, period], problem.pairs.option_mentor[option]
            enterprise = problem.pairs.positions.site_enterprise[site]
            owned = enterprise >= 0
            np.subtract.at(self._site, (site, period), sign)
            np.subtract.at(self._enterprise, (enterprise[owned], period[owned]), sign)
            np.subtract.at(self._mentor, (mentor, period), sign)
            hours = self._hours_of(plans, sites)[row, period]
            np.subtract.at(self._hours, (mentor, period), sign * hours)
        row, unit = np.nonzero(plans.course >= 0)
        np.subtract.at(self._seats, plans.course[row, unit], sign)

    def _hours_of(self, plans: Plans, sites: Index) -> Floats:
        factor = self._problem.policy.guidance.startup_factor
        hours = self._problem.scored.guidance_hours[plans.option]
        return np.asarray(hours * np.where(block_starts(sites), factor, 1.0))
