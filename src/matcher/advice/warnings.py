"""Warnings that need all rules: places, competences and what is signed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.advice.closest_site import why_no_site
from matcher.advice.reason import dutch_number, english_number
from matcher.advice.signed import warn_of_signed
from matcher.dataset import Finding, Phrase
from matcher.dataset.findings import FindingList
from matcher.dataset.tables import Bools, Courses, Floats, Learners, Sites
from matcher.eligibility.pairs import TOLERANCE
from matcher.problem.problem import Problem
from matcher.travel import postcode_points

_MAX_NAMED = 10
"""Learners that one finding names; of more it tells the number."""


def dataset_warnings(problem: Problem) -> tuple[Finding, ...]:
    """What to look at in data that can be used (contract, section 1).

    Learners without an eligible site, competences that nothing can cover, signed
    placements that break a rule or outlast the recognition, and postcodes without
    a point. They depend on the policy of the problem. Rows count the rows of the
    dataset, from 1. Many findings of a kind end in one that counts the rest.
    """
    findings = FindingList()
    _warn_of_postcodes(problem, findings)
    _warn_of_learners(problem, findings)
    for place in _open_competences(problem):
        _warn_of_competence(problem, place, findings)
    warn_of_signed(problem, findings)
    return findings.sorted()


def _warn_of_postcodes(problem: Problem, findings: FindingList) -> None:
    """Postcodes that give no point where the row has no coordinates of its own."""
    dataset = problem.dataset
    tables: dict[str, Learners | Sites | Courses] = {
        "learners": dataset.learners,
        "sites": dataset.sites,
        "courses": dataset.courses,
    }
    for name, table in tables.items():
        unknown = postcode_points().unknown(table.postcode)
        for row in np.flatnonzero(unknown & np.isnan(table.lat)):
            findings.add(
                "postcode_unknown",
                table=name,
                row=int(row) + 1,
                column="postcode",
                value=table.postcode[row],
            )


def _warn_of_learners(problem: Problem, findings: FindingList) -> None:
    for learner in np.flatnonzero(~_has_site(problem)):
        findings.add(
            "learner_without_site",
            table="learners",
            row=int(learner) + 1,
            column="learner_id",
            value=problem.dataset.learners.learner_id[learner],
            other=why_no_site(problem, int(learner)),
        )


def _has_site(problem: Problem) -> Bools:
    """(learners,): some site is eligible in some period."""
    has = np.zeros(problem.num_learners, dtype=bool)
    has[problem.option_learner[problem.pairs.eligible.any(axis=1)]] = True
    return has


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenCompetence:
    """A competence that no plan covers for these learners.

    Attributes
    ----------
    learners
        Positions, in the order of the table.
    most_weeks
        The most that any of them can have of it; 0 where nobody teaches it.
    """

    unit: int
    learners: tuple[int, ...]
    most_weeks: float


def _open_competences(problem: Problem) -> Iterator[_OpenCompetence]:
    """Competences that no eligible or signed site, course or school can give.

    A site counts with the weeks it could give in every period at once, so that
    whatever stands here is a gap in every plan. Learners without any site are
    left out: they have a finding of their own.
    """
    units = problem.units
    untaught: dict[int, list[int]] = {}
    too_few: dict[int, list[tuple[int, float]]] = {}
    signed = (problem.pairs.signed_option >= 0).any(axis=1)
    for learner in map(int, np.flatnonzero(_has_site(problem) | signed)):
        first, last = _units_of(problem, learner)
        most = _most_weeks(problem, learner)
        enough = units.at_workplace[first:last] & (
            most >= units.weeks[first:last] - TOLERANCE
        )
        needed = problem.teaching.needed[learner, : last - first]
        left = needed & ~enough & ~_by_course(problem, learner)
        left &= ~units.fallback_is_school[first:last] & ~units.is_context[first:last]
        for local in map(int, np.flatnonzero(left)):
            if most[local] > 0:
                too_few.setdefault(first + local, []).append(
                    (learner, float(most[local]))
                )
            else:
                untaught.setdefault(first + local, []).append(learner)
    for unit in sorted(untaught.keys() | too_few.keys()):
        if unit in untaught:
            yield _OpenCompetence(
                unit=unit, learners=tuple(untaught[unit]), most_weeks=0.0
            )
        if unit in too_few:
            learners, each = zip(*too_few[unit], strict=True)
            yield _OpenCompetence(unit=unit, learners=learners, most_weeks=max(each))


def _units_of(problem: Problem, learner: int) -> tuple[int, int]:
    trajectory = problem.pairs.positions.learner_trajectory[learner]
    first, last = problem.units.start[[trajectory, trajectory + 1]]
    return int(first), int(last)


def _most_weeks(problem: Problem, learner: int) -> Floats:
    """(units,), workplace weeks if every period were spent at its best site."""
    pairs, teaching = problem.pairs, problem.teaching
    first, last = _units_of(problem, learner)
    most = np.zeros((last - first, problem.num_periods))
    for pair in range(*problem.pair_start[[learner, learner + 1]]):
        options = slice(*problem.option_start[[pair, pair + 1]])
        can_be = pairs.eligible[options].any(axis=0)
        here = pairs.signed_option[learner]
        can_be |= (options.start <= here) & (here < options.stop)
        row = teaching.credit_start[pairs.offering[pair]]
        credit = teaching.credit[row : row + last - first]
        np.maximum(most, np.where(can_be, credit, 0.0), out=most)
    return np.asarray(most.sum(axis=1))


def _by_course(problem: Problem, learner: int) -> Bools:
    """(units,): a course with seats is within reach."""
    teaching = problem.teaching
    first, last = _units_of(problem, learner)
    courses = teaching.reach_course[
        slice(*teaching.reach_start[[learner, learner + 1]])
    ]
    courses = courses[problem.capacities.seats[courses] > 0]
    given = np.zeros(last - first, dtype=bool)
    given[teaching.course_unit[courses]] = True
    return given & problem.units.at_centre[first:last]


def _warn_of_competence(
    problem: Problem, place: _OpenCompetence, findings: FindingList
) -> None:
    units, competences = problem.units, problem.dataset.competences
    trajectory = int(np.searchsorted(units.start, place.unit, side="right")) - 1
    trajectory_id = problem.dataset.trajectories.trajectory_id[trajectory]
    is_it = competences.trajectory_id == trajectory_id
    is_it &= competences.competence_id == units.ids[place.unit]
    findings.add(
        "competence_without_place",
        table="competences",
        row=int(np.flatnonzero(is_it)[0]) + 1,
        column="competence_id",
        value=units.ids[place.unit],
        other=_for_whom(problem, place),
    )


def _for_whom(problem: Problem, place: _OpenCompetence) -> Phrase:
    ids = problem.dataset.learners.learner_id[list(place.learners)]
    named, rest = ", ".join(ids[:_MAX_NAMED]), max(len(ids) - _MAX_NAMED, 0)
    nl = f"voor {named}" + (f" en nog {rest}" if rest else "")
    en = f"for {named}" + (f" and {rest} more" if rest else "")
    if place.most_weeks:
        asked = float(problem.units.weeks[place.unit])
        nl += (
            f", want samen zijn er hoogstens {dutch_number(place.most_weeks)} van de "
            f"{dutch_number(asked)} weken"
        )
        en += (
            f", as there are at most {english_number(place.most_weeks)} of the "
            f"{english_number(asked)} weeks in all"
        )
    return Phrase(nl=nl, en=en)
