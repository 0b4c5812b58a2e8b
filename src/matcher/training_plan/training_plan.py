"""The training plan of one learner: what is learned where, with whom, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.dataset import Dataset
from matcher.problem.plans import coverage_of, unit_weeks
from matcher.suggestions import LoadedRun
from matcher.suggestions.plan_facts import Covered, PlanFacts, plan_facts
from matcher.training_plan.agreement import (
    agreement_rules,
    training_day,
    training_days_left,
)
from matcher.training_plan.checklist import checklist
from matcher.training_plan.planned import (
    Countdown,
    MentorPage,
    Place,
    PlannedCompetence,
    PlannedContext,
    PlannedPeriod,
    PlannedQualification,
    PlannedSite,
    Reached,
    TrainingPlan,
)
from matcher.training_plan.schedule import Schedule, Task, schedule_of

SCHOOL_HOUR_MINUTES = 50


def training_plan(
    run: LoadedRun,
    learner_id: str,
    as_of: date | None = None,
    before: Reached | None = None,
) -> TrainingPlan:
    """The training plan of a learner, from the plan of a run.

    Parameters
    ----------
    as_of
        The first day of the first period when absent: no clock is asked.
    before
        An earlier plan, from which as little as possible changes.

    Raises
    ------
    UnknownIdError
        There is no such learner.
    """
    learner, dataset = run.learner(learner_id), run.dataset
    as_of = as_of or dataset.periods.start[0].item()
    before = before or Reached()
    facts = plan_facts(run, run.plans.take(np.array([learner])))
    periods = tuple(_periods(dataset, learner, facts))
    competences = _competences(run, learner, facts, before)
    rules = agreement_rules(as_of)
    trajectory = _trajectory(dataset, learner)
    hours = _hours(dataset, trajectory)
    education = str(dataset.trajectories.education[trajectory])
    return TrainingPlan(
        learner_id=learner_id,
        school_id=dataset.learners.school_id[learner],
        trajectory_id=dataset.trajectories.trajectory_id[trajectory],
        training=dataset.trajectories.name[trajectory],
        as_of=as_of,
        agreement=rules.type_for(education, hours),
        hours_per_week=hours,
        rules_from=rules.day,
        paid_from_hours=rules.paid_from_hours,
        countdown=_countdown(dataset, learner, rules.days_to_sign, as_of),
        sites=tuple(_sites(run, facts)),
        periods=periods,
        competences=competences,
        contexts=tuple(_contexts(dataset, learner, facts)),
        qualifications=tuple(_qualifications(competences)),
        pages=tuple(_pages(dataset, periods, competences, as_of)),
        to_do=checklist(run, learner, facts),
    )


def _trajectory(dataset: Dataset, learner: int) -> int:
    ids = dataset.trajectories.trajectory_id.tolist()
    return int(ids.index(dataset.learners.trajectory_id[learner]))


def _hours(dataset: Dataset, trajectory: int) -> float | None:
    hours = float(dataset.trajectories.hours_per_week[trajectory])
    return None if np.isnan(hours) else hours


def _countdown(
    dataset: Dataset, learner: int, days_to_sign: int, as_of: date
) -> Countdown:
    first: date | None = dataset.learners.first_lesson[learner].item()
    if first is None:
        return Countdown(
            days_to_sign=days_to_sign, first_lesson=None, last_day=None, days_left=None
        )
    return Countdown(
        days_to_sign=days_to_sign,
        first_lesson=first,
        last_day=training_day(first, days_to_sign),
        days_left=training_days_left(first, days_to_sign, as_of),
    )


def _sites(run: LoadedRun, facts: PlanFacts) -> Iterator[PlannedSite]:
    sites = run.dataset.sites
    for journey in facts.journeys:
        at = run.site(journey.site_id)
        yield PlannedSite(
            site_id=journey.site_id,
            name=sites.name[at],
            postcode=sites.postcode[at],
            start_time=sites.start_time[at],
            minutes=journey.minutes,
            mode=journey.mode,
        )


def _periods(
    dataset: Dataset, learner: int, facts: PlanFacts
) -> Iterator[PlannedPeriod]:
    rows = dataset.periods
    placed = {each.period_id: each for each in facts.placements}
    per_week = _hours(dataset, _trajectory(dataset, learner))
    for at, period_id in enumerate(rows.period_id):
        place = placed.get(period_id)
        weeks = float(rows.weeks[at])
        hours = None
        if per_week is not None:
            hours = per_week * weeks if place is not None else 0.0
        yield PlannedPeriod(
            number=at + 1,
            period_id=period_id,
            start=rows.start[at].item(),
            end=rows.end[at].item(),
            weeks=weeks,
            site_id="" if place is None else place.site_id,
            mentor_id="" if place is None else place.mentor_id,
            hours_per_week=per_week,
            workplace_hours=hours,
            school_hours=None if hours is None else hours * 60 / SCHOOL_HOUR_MINUTES,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A competence as the table has it, and what covers it in the plan."""

    at: int
    covered: Covered


def _competences(
    run: LoadedRun, learner: int, facts: PlanFacts, before: Reached
) -> tuple[PlannedCompetence, ...]:
    dataset = run.dataset
    rows = _rows(dataset, learner, facts)
    tasks = list(_tasks(run, learner, rows, facts, before))
    period_ids = dataset.periods.period_id.tolist()
    wished = {
        unit: period_ids.index(period)
        for unit, period in before.period_of.items()
        if period in period_ids
    }
    schedule = schedule_of(tasks, dataset.periods.weeks.tolist(), wished)
    planned = [_planned(dataset, row, facts, schedule, before) for row in rows]
    requires = {
        dataset.competences.competence_id[row.at]: dataset.competences.requires[row.at]
        for row in rows
    }
    return tuple(_in_order(planned, period_ids, requires))


def _rows(dataset: Dataset, learner: int, facts: PlanFacts) -> list[_Row]:
    table = dataset.competences
    own = table.trajectory_id == dataset.learners.trajectory_id[learner]
    covered = {each.unit_id: each for each in facts.coverage if not each.is_context}
    return [
        _Row(at=int(at), covered=covered[table.competence_id[at]])
        for at in np.flatnonzero(own)
    ]


def _tasks(
    run: LoadedRun,
    learner: int,
    rows: Iterable[_Row],
    facts: PlanFacts,
    before: Reached,
) -> Iterator[Task]:
    """Every competence that is to be worked on, with the periods for it."""
    dataset, table = run.dataset, run.dataset.competences
    period_ids = dataset.periods.period_id.tolist()
    plan = run.plans.take(np.array([learner]))
    practised = unit_weeks(run.problem, plan)[0] > 0
    reached_in = coverage_of(run.problem, plan).reached_in[0]
    seats = {seat.competence_id: seat.period_id for seat in facts.seats}
    every = tuple(range(len(period_ids)))
    for local, row in enumerate(rows):
        unit_id = table.competence_id[row.at]
        covered = row.covered
        if unit_id in before.reached or covered.covered_by in ("acquired", "gap"):
            continue
        allowed = every
        if covered.covered_by == "course":
            allowed = (period_ids.index(seats[unit_id]),)
        elif covered.covered_by == "school":
            allowed = _window(table, row.at, period_ids)
        elif covered.period_id:
            # Worked on where it is offered, once the weeks there suffice.
            allowed = tuple(
                period
                for period in np.flatnonzero(practised[local]).tolist()
                if period >= reached_in[local]
            )
        yield Task(
            unit_id=unit_id, allowed=allowed, requires=tuple(table.requires[row.at])
        )


def _window(table: object, at: int, period_ids: list[str]) -> tuple[int, ...]:
    first, last = (getattr(table, side)[at] for side in ("window_from", "window_to"))
    start = period_ids.index(first) if first else 0
    end = period_ids.index(last) if last else len(period_ids) - 1
    return tuple(range(start, end + 1))


def _planned(
    dataset: Dataset,
    row: _Row,
    facts: PlanFacts,
    schedule: Schedule,
    before: Reached,
) -> PlannedCompetence:
    table, unit_id = dataset.competences, row.covered.unit_id
    period_id, place = "", _place(row.covered, unit_id in before.reached)
    if unit_id in schedule.period_of:
        period_id = str(dataset.periods.period_id[schedule.period_of[unit_id]])
    here = next((p for p in facts.placements if p.period_id == period_id), None)
    seat = next((s for s in facts.seats if s.competence_id == unit_id), None)
    at_work = place == "workplace" and here is not None
    return PlannedCompetence(
        competence_id=unit_id,
        name=table.name[row.at],
        module=table.module[row.at],
        kind=table.kind[row.at],
        qualification=table.qualification[row.at],
        place=place,
        site_id=here.site_id if at_work and here else "",
        mentor_id=here.mentor_id if at_work and here else "",
        course_id=seat.course_id if place == "course" and seat else "",
        period_id=period_id,
        later=tuple(b for a, b in schedule.out_of_order if a == unit_id),
    )


def _place(covered: Covered, is_reached: bool) -> Place:
    if is_reached or covered.covered_by == "acquired":
        return "acquired"
    match covered.covered_by:
        case "workplace" | "course" | "school" as place:
            return place
        case _:
            return "open"


def _in_order(
    planned: list[PlannedCompetence],
    period_ids: list[str],
    requires: Mapping[str, tuple[str, ...]],
) -> Iterator[PlannedCompetence]:
    """By period, and within it what is required first; else as the table has it."""
    rank = {period_id: at for at, period_id in enumerate(period_ids, start=1)}

    def phase(one: PlannedCompetence) -> int:
        last = len(period_ids) + 1
        return 0 if one.place == "acquired" else rank.get(one.period_id, last)

    left = sorted(planned, key=phase)
    while left:
        now = phase(left[0])
        ids = {one.competence_id for one in left if phase(one) == now}
        at = next(
            (
                at
                for at, one in enumerate(left)
                if phase(one) == now
                and not ids & set(requires[one.competence_id]) - {one.competence_id}
            ),
            0,  # competences that require each other stand as the table has them
        )
        yield left.pop(at)


def _contexts(
    dataset: Dataset, learner: int, facts: PlanFacts
) -> Iterator[PlannedContext]:
    rows = dataset.contexts
    met = {each.unit_id: each for each in facts.coverage if each.is_context}
    own = rows.trajectory_id == dataset.learners.trajectory_id[learner]
    for at in np.flatnonzero(own):
        covered = met[rows.context_id[at]]
        yield PlannedContext(
            group_id=rows.group_id[at],
            at_least=int(rows.at_least[at]),
            context_id=rows.context_id[at],
            name=rows.name[at],
            is_met=covered.covered_by != "gap",
            site_id=covered.site_id,
            period_id=covered.period_id,
        )


def _qualifications(
    competences: tuple[PlannedCompetence, ...],
) -> Iterator[PlannedQualification]:
    names = [each.qualification for each in competences if each.qualification]
    for name in sorted(set(names)):
        still_open = tuple(
            each.competence_id
            for each in competences
            if each.qualification == name and each.place == "open"
        )
        yield PlannedQualification(
            qualification=name, earned=not still_open, open=still_open
        )


def _pages(
    dataset: Dataset,
    periods: tuple[PlannedPeriod, ...],
    competences: tuple[PlannedCompetence, ...],
    as_of: date,
) -> Iterator[MentorPage]:
    """One page per site and mentor: its first period that is not over."""
    names = dict(zip(dataset.sites.site_id, dataset.sites.name, strict=True))
    seen = set()
    for period in periods:
        key = (period.site_id, period.mentor_id)
        if not period.site_id or key in seen or period.end < as_of:
            continue
        seen.add(key)
        yield MentorPage(
            site_id=period.site_id,
            site_name=names[period.site_id],
            mentor_id=period.mentor_id,
            period_id=period.period_id,
            competence_ids=tuple(
                each.competence_id
                for each in competences
                if each.period_id == period.period_id and each.place == "workplace"
            ),
        )
