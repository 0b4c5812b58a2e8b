"""A run with its dataset, loaded once: questions about it are answered from here."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.advice.room_left import RoomLeft
from matcher.dataset import Dataset
from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index, positions_of
from matcher.errors import RunError, UnknownIdError
from matcher.planning import PricedOptions, PriceList
from matcher.policy import policy_from_mapping
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem, prepare
from matcher.problem.run_record import Summary
from matcher.report.run_files import RunFiles, read_run_files
from matcher.suggestions.capacity_use import guidance_hours
from matcher.suggestions.loaded_problem import LoadedProblem, Lookup, loaded_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRun:
    """All that questions about a run need.

    Attributes
    ----------
    problem
        Of the dataset, under the policy that the run records.
    plans
        One per learner, in the order of the table.
    points
        (learners, terms of `COMPONENTS`) of these plans.
    mentor_hours
        (mentors, periods), guidance hours per week that these plans ask.
    room, signed_room
        What the plans, and what the signed placements alone, leave of every shared
        capacity.
    price_list, priced
        What placements cost a learner, without prices for what is shared.
    lookup
        What is looked up of them again and again.
    """

    problem: LoadedProblem
    summary: Summary
    plans: Plans
    points: Floats
    mentor_hours: Floats
    room: RoomLeft
    signed_room: RoomLeft
    price_list: PriceList
    priced: PricedOptions
    lookup: Lookup

    @property
    def dataset(self) -> Dataset:
        """The dataset of the run."""
        return self.problem.dataset

    def learner(self, learner_id: str) -> int:
        """Position of a learner.

        Raises
        ------
        UnknownIdError
            There is none of that id. The message names no other.
        """
        return _position(learner_id, self.lookup.learner, ("learner", "leerling"))

    def site(self, site_id: str) -> int:
        """Position of a site.

        Raises
        ------
        UnknownIdError
            There is none of that id.
        """
        return _position(site_id, self.lookup.site, ("site", "werkplek"))


def load_run(dataset: Dataset, folder: Path) -> LoadedRun:
    """A run folder, read with the dataset that it was made for.

    Raises
    ------
    RunError
        The folder cannot be read, or belongs to another dataset.
    PolicyError
        The policy that it records cannot be used.
    """
    files = read_run_files(folder)
    if files.summary.dataset_sha256 != dataset.sha256:
        raise RunError(
            f'Run folder "{folder}" was made for another dataset. Give the dataset '
            "of that run, or solve again.",
            f'De map "{folder}" is gemaakt met andere gegevens. Geef de gegevens van '
            "die run, of los opnieuw op.",
        )
    problem = prepare(dataset, policy_from_mapping(files.summary.policy))
    return loaded(problem, _plans(problem, files), files.summary)


def loaded(problem: Problem, plans: Plans, summary: Summary) -> LoadedRun:
    """A run that is in memory already.

    Parameters
    ----------
    plans
        One per learner, in the order of the table.
    """
    own = loaded_problem(problem)
    price_list = PriceList(own)
    return LoadedRun(
        problem=own,
        summary=summary,
        plans=plans,
        points=plan_points(own, plans),
        mentor_hours=_mentor_hours(own, plans),
        room=RoomLeft(own, plans),
        signed_room=RoomLeft(problem, empty_plans(own)),
        price_list=price_list,
        priced=price_list.at(no_prices(own)),
        lookup=Lookup(own, plans),
    )


def _mentor_hours(problem: Problem, plans: Plans) -> Floats:
    total = np.zeros((len(problem.dataset.mentors), problem.num_periods))
    row, period = np.nonzero(plans.option >= 0)
    mentor = problem.pairs.option_mentor[plans.option[row, period]]
    hours = guidance_hours(problem, plans)
    np.add.at(total, (mentor, period), hours[row, period])
    return total


def _position(wanted: str, position_of: dict[str, int], kind: tuple[str, str]) -> int:
    if wanted not in position_of:
        english, dutch = kind
        raise UnknownIdError.of(wanted, english, dutch)
    return position_of[wanted]


def _plans(problem: Problem, files: RunFiles) -> Plans:
    """The plans that the files hold, as positions."""
    plans = empty_plans(problem)
    option = np.full_like(plans.option, -1)
    dataset, pairs = problem.dataset, problem.pairs
    option_of = {
        key: at
        for at, key in enumerate(
            zip(
                problem.option_learner.tolist(),
                problem.option_site.tolist(),
                pairs.option_mentor.tolist(),
                strict=True,
            )
        )
    }
    rows = files.assignments
    learner = positions_of(
        [row.learner_id for row in rows], dataset.learners.learner_id
    )
    site = positions_of([row.site_id for row in rows], dataset.sites.site_id)
    mentor = positions_of([row.mentor_id for row in rows], dataset.mentors.mentor_id)
    period = positions_of([row.period_id for row in rows], dataset.periods.period_id)
    for row, key in enumerate(
        zip(learner.tolist(), site.tolist(), mentor.tolist(), strict=True)
    ):
        if key not in option_of or period[row] < 0:
            raise _strange(row)
        option[key[0], period[row]] = option_of[key]
    return Plans(
        learner=plans.learner, option=option, course=_courses(problem, files, plans)
    )


def _courses(problem: Problem, files: RunFiles, plans: Plans) -> Index:
    taken = plans.course.copy()
    courses = problem.dataset.courses
    course = positions_of([row.course_id for row in files.seats], courses.course_id)
    learner = positions_of(
        [row.learner_id for row in files.seats], problem.dataset.learners.learner_id
    )
    for row in range(len(course)):
        if course[row] < 0 or learner[row] < 0:
            raise _strange(row, "seats.csv")
        unit = problem.teaching.course_unit[course[row]]
        taken[learner[row], unit] = course[row]
    return taken


def _strange(row: int, file: str = "assignments.csv") -> RunError:
    return RunError(
        f"{file}, row {row + 1}: found a row that this dataset does not allow. "
        "Expected a run that `matcher verify` accepts.",
        f"{file}, rij {row + 1}: deze gegevens laten die rij niet toe. Verwacht: een "
        "run die `matcher verify` aanvaardt.",
    )
