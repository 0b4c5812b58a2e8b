"""Cheapest plans of many learners, each alone in the room that others leave: at once.

A question sets some learners free and asks of each of them the cheapest plan in the
room that the fixed plans of all others leave. Of a whole region there are many such
questions; the room is worked out in columns and the plans are searched in batches in
which no learner stands twice. The plans are those that `RoomSearch` finds one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.capacity.drop_out import DropOut
from matcher.capacity.places_taken import PlacesTaken, amounts_at, exceeding
from matcher.capacity.priced_world import PricedWorld
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.planning import Pricing
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.suggestions import LoadedRun

_ROWS = 1_000
"""Learners searched at a time: the room of all of them stands in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Learners whose plans are asked for, question by question.

    Attributes
    ----------
    question, learner
        (rows,), the question ascending; a learner stands once in a question.
    drops
        Per question what is not there; None for nothing.
    room
        What the questions give back and take of the places, beside the run's plans.
    gone_site, gone_mentor
        (questions,), the site and the mentor that drop out; -1 for none.
    """

    question: Index
    learner: Index
    drops: Sequence[DropOut | None]
    room: PlacesTaken
    gone_site: Index
    gone_mentor: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class LonePlans:
    """Answers, row by row of the questions.

    Attributes
    ----------
    plans
        One per row; of a row without one, no placement.
    costs
        (rows,), infinite without a plan.
    bounds
        (rows,), no plan costs less there.
    """

    plans: Plans
    costs: Floats
    bounds: Floats

    @property
    def found(self) -> Bools:
        """(rows,): there is a plan."""
        return np.isfinite(self.costs)


class LoneSearch:
    """Answers questions around one run; not for two threads at a time.

    Parameters
    ----------
    node_limit
        Work of one learner's search; where it ends early the bound is lower.
    workers
        Threads; the answers do not depend on them.
    """

    def __init__(
        self, run: LoadedRun, *, node_limit: int = 200_000, workers: int = 1
    ) -> None:
        self._run, self._node_limit, self._workers = run, node_limit, workers
        capacities, use = run.problem.capacities, run.lookup.use
        self._left = {
            "site": capacities.site - use.site,
            "enterprise": capacities.enterprise - use.enterprise,
            "mentor": capacities.mentor - use.mentor,
            "hours": capacities.hours - use.hours,
        }
        self._seats = np.asarray(capacities.seats - use.seats, dtype=float)
        self._worlds: dict[bool, PricedWorld] = {}

    def asked(
        self, free: Sequence[Index], drops: Sequence[DropOut | None]
    ) -> Questions:
        """One question per set of learners: all of them are set free and asked."""
        question = np.repeat(np.arange(len(free)), [len(each) for each in free])
        learner = np.concatenate([np.empty(0, dtype=np.int64), *free])
        plans = self._run.plans.take(learner)
        given_back = PlacesTaken.of(self._run.problem, plans, question, -1.0)
        return Questions(
            question=question,
            learner=learner,
            drops=drops,
            room=given_back,
            gone_site=_gone(drops, "site"),
            gone_mentor=_gone(drops, "mentor"),
        )

    def plans(self, asked: Questions) -> LonePlans:
        """The cheapest plan of each learner asked."""
        problem, count = self._run.problem, len(asked.learner)
        option = np.full((count, problem.num_periods), -1)
        course = np.full((count, problem.teaching.needed.shape[1]), -1)
        costs, bounds = np.full(count, np.inf), np.full(count, -np.inf)
        seats, seat_rooms = self._seat_rooms(asked)
        signed_there = self._signed_there(asked)
        for rows in _batches(asked.learner, seats[asked.question], signed_there):
            world = self._world(signed=not signed_there[rows[0]])
            seat_room = seat_rooms[seats[asked.question[rows[0]]]]
            best = self._searched(world, asked, rows, seat_room)
            found = rows[best.found]
            option[found], course[found] = best.plans.option, best.plans.course
            costs[found] = best.costs[best.found]
            bounds[found] = best.bounds[best.found]
        return LonePlans(
            plans=Plans(learner=asked.learner, option=option, course=course),
            costs=costs,
            bounds=bounds,
        )

    def overfull(self, asked: Questions, plans: Plans) -> Bools:
        """(questions,): the plans found together overfill some place.

        Parameters
        ----------
        plans
            One per row of the questions.
        """
        taken = PlacesTaken.of(self._run.problem, plans, asked.question, 1.0)
        both = asked.room.and_(taken)
        over = self._over_seats(both, len(asked.drops))
        one = np.ones(len(both.question))
        for kind, place, amount, spare in (
            ("site", both.site, one, 0.0),
            ("enterprise", both.enterprise, one, 0.0),
            ("mentor", both.mentor, one, 0.0),
            ("hours", both.mentor, both.hours, TOLERANCE),
        ):
            left, some = self._left[kind], place >= 0
            cell = place[some] * left.shape[1] + both.period[some]
            over[
                exceeding(
                    both.question[some],
                    cell,
                    (both.sign * amount)[some],
                    left.ravel() + spare,
                )
            ] = True
        return over

    def _over_seats(self, both: PlacesTaken, count: int) -> Bools:
        over = np.zeros(count, dtype=bool)
        over[
            exceeding(both.seat_question, both.course, both.seat_sign, self._seats)
        ] = True
        return over

    def _seat_rooms(self, asked: Questions) -> tuple[Index, list[Bools]]:
        """(questions,) and the rooms it names: (courses,), a seat is left."""
        rooms = [self._seats >= 1]
        own: dict[bytes, int] = {rooms[0].tobytes(): 0}
        which = np.zeros(len(asked.drops), dtype=np.int64)
        room = asked.room
        other = set(room.seat_question.tolist())
        other |= {
            at
            for at, drop in enumerate(asked.drops)
            if drop is not None and drop.kind == "course"
        }
        for at in sorted(other):
            seats, mine = self._seats.copy(), room.seat_question == at
            np.subtract.at(seats, room.course[mine], room.seat_sign[mine])
            has_room, drop = seats >= 1, asked.drops[at]
            if drop is not None and drop.kind == "course":
                has_room[drop.at] = False
            which[at] = own.setdefault(has_room.tobytes(), len(rooms))
            if which[at] == len(rooms):
                rooms.append(has_room)
        return which, rooms

    def _signed_there(self, asked: Questions) -> Bools:
        """(rows,): signed at what drops out, so that nothing signed is kept."""
        problem = self._run.problem
        signed = problem.pairs.signed_option[asked.learner]
        row, period = np.nonzero(signed >= 0)
        option, question = signed[row, period], asked.question[row]
        there = problem.sites_of(option) == asked.gone_site[question]
        there |= problem.pairs.option_mentor[option] == asked.gone_mentor[question]
        signed_there = np.zeros(len(asked.learner), dtype=bool)
        signed_there[row[there]] = True
        return signed_there

    def _world(self, *, signed: bool) -> PricedWorld:
        if signed not in self._worlds:
            self._worlds[signed] = PricedWorld(
                self._run,
                signed=signed,
                node_limit=self._node_limit,
                workers=self._workers,
            )
        return self._worlds[signed]

    def _searched(
        self, world: PricedWorld, asked: Questions, rows: Index, seat_room: Bools
    ) -> Pricing:
        """The plans of a batch."""
        options, row = world.options_of(asked.learner[rows])
        start, stay = self._room(world.problem, asked, rows[row], options)
        return world.search(
            asked.learner[rows],
            options,
            may_be=start | stay,
            may_start=start,
            seat_room=seat_room,
        )

    def _room(
        self, problem: Problem, asked: Questions, row: Index, options: Index
    ) -> tuple[Bools, Bools]:
        """(options, periods): a block may start there, or run on; as `RoomLeft` has it.

        Parameters
        ----------
        row
            (options,), the row of the questions.
        """
        question = asked.question[row]
        wanted = np.zeros(len(asked.drops), dtype=bool)
        wanted[question] = True
        taken = asked.room.within(wanted)
        site, mentor = problem.sites_of(options), problem.pairs.option_mentor[options]
        enterprise = problem.pairs.positions.site_enterprise[site]
        one = np.ones(len(taken.question))

        def left(kind: str, place: Index, used: Index, amount: Floats) -> Floats:
            whole = self._left[kind]
            own = amounts_at(
                (question, place),
                (taken.question, used, taken.period, taken.sign * amount),
                whole.shape[1],
            )
            return np.asarray(whole[place] - own)

        is_open = problem.open_options[options] & (
            left("site", site, taken.site, one) >= 1
        )
        owned = np.flatnonzero(enterprise >= 0)
        if len(owned):
            staff = left("enterprise", enterprise, taken.enterprise, one)[owned]
            is_open[owned] &= staff >= 1
        is_open &= left("mentor", mentor, taken.mentor, one) >= 1
        hours = problem.scored.guidance_hours[options]
        spare = left("hours", mentor, taken.mentor, taken.hours) + TOLERANCE
        factor = problem.policy.guidance.startup_factor
        start = is_open & (spare >= (hours * factor)[:, None])
        stay = is_open & (spare >= hours[:, None])
        signed = problem.pairs.signed_option[asked.learner[row]]
        for may in (start, stay):
            np.copyto(may, options[:, None] == signed, where=signed >= 0)
        gone = site == asked.gone_site[question]
        gone |= mentor == asked.gone_mentor[question]
        start[gone], stay[gone] = False, False
        return start, stay


def _gone(drops: Sequence[DropOut | None], kind: str) -> Index:
    """(questions,), positions of what drops out of one kind; -1 for none."""
    gone = (each.at if each and each.kind == kind else -1 for each in drops)
    return np.fromiter(gone, dtype=np.int64, count=len(drops))


def _batches(learner: Index, seats: Index, signed_there: Bools) -> Iterator[Index]:
    """Rows that can be searched together: alike, and no learner twice."""
    kind = seats * 2 + signed_there
    order = np.lexsort((learner, kind))  # stable: rows of one learner keep their order
    same = np.zeros(len(order), dtype=bool)
    same[1:] = np.diff(learner[order]) == 0
    same[1:] &= np.diff(kind[order]) == 0
    place = np.arange(len(order))
    first = np.maximum.accumulate(np.where(same, 0, place))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = place - first  # how often the learner stood before
    by_batch = np.lexsort((turn, kind))
    cuts = np.flatnonzero(
        (np.diff(kind[by_batch]) != 0) | (np.diff(turn[by_batch]) != 0)
    )
    for alike in np.split(by_batch, cuts + 1):
        for begin in range(0, len(alike), _ROWS):
            yield alike[begin : begin + _ROWS]
