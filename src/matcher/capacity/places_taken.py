"""What plans take of shared places, for many questions at once: in columns."""

from dataclasses import dataclass, fields

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.suggestions.capacity_use import guidance_hours

_OF_SEATS = ("seat_question", "course", "seat_sign")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesTaken:
    """What plans take of shared places, question by question.

    Attributes
    ----------
    question, period, site, mentor, enterprise, hours, sign
        (placed periods,); sign -1 where the place is given back. An enterprise is
        -1 where the site has none; hours are guidance hours a week.
    seat_question, course, seat_sign
        (seats,)
    """

    question: Index
    period: Index
    site: Index
    mentor: Index
    enterprise: Index
    hours: Floats
    sign: Floats
    seat_question: Index
    course: Index
    seat_sign: Floats

    @classmethod
    def of(
        cls, problem: Problem, plans: Plans, question: Index, sign: float
    ) -> "PlacesTaken":
        """Of plans, each of which belongs to a question."""
        row, period = np.nonzero(plans.option >= 0)
        option = plans.option[row, period]
        site = problem.sites_of(option)
        taught, unit = np.nonzero(plans.course >= 0)
        return cls(
            question=question[row],
            period=period,
            site=site,
            mentor=problem.pairs.option_mentor[option],
            enterprise=problem.pairs.positions.site_enterprise[site],
            hours=guidance_hours(problem, plans)[row, period],
            sign=np.full(len(row), sign),
            seat_question=question[taught],
            course=plans.course[taught, unit],
            seat_sign=np.full(len(taught), sign),
        )

    def and_(self, other: "PlacesTaken") -> "PlacesTaken":
        """Both together."""
        columns = {
            each.name: np.concatenate(
                [getattr(self, each.name), getattr(other, each.name)]
            )
            for each in fields(self)
        }
        return PlacesTaken(**columns)

    def within(self, wanted: Bools) -> "PlacesTaken":
        """Of some of the questions."""
        placed, seated = wanted[self.question], wanted[self.seat_question]
        return PlacesTaken(
            **{
                each.name: getattr(self, each.name)[
                    seated if each.name in _OF_SEATS else placed
                ]
                for each in fields(self)
            }
        )


def amounts_at(
    asked: tuple[Index, Index],
    taken: tuple[Index, Index, Index, Floats],
    num_periods: int,
) -> Floats:
    """(asked, periods), what is taken of each place asked, in its question.

    Parameters
    ----------
    asked
        Question and place.
    taken
        Question, place, period and amount.
    """
    width = 2 + max(int(each[1].max(initial=0)) for each in (asked, taken))
    # Place -1, which is none, has a number of its own.
    keys, at = np.unique(taken[0] * width + taken[1] + 1, return_inverse=True)
    table = np.zeros((len(keys) + 1, num_periods))  # the last is of what none takes
    np.add.at(table, (at, taken[2]), taken[3])
    sought = asked[0] * width + asked[1] + 1
    place = np.searchsorted(keys, sought)
    is_taken = np.append(keys, -1)[place] == sought
    return np.asarray(table[np.where(is_taken, place, len(keys))])


def exceeding(question: Index, cell: Index, amount: Floats, left: Floats) -> Index:
    """Questions that take more of a cell, where they come to it, than is left."""
    keys, at = np.unique(question * (len(left) + 1) + cell, return_inverse=True)
    total = np.bincount(at, amount, len(keys))
    comes = np.zeros(len(keys), dtype=bool)
    comes[at[amount > 0]] = True
    own = np.asarray(keys % (len(left) + 1))
    return np.asarray(keys[comes & (total > left[own])] // (len(left) + 1))
