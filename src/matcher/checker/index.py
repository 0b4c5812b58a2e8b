"""Tables to facts: every index is built once, by ids."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from matcher.checker.facts import (
    Competence,
    ContextGroup,
    Course,
    Decision,
    Facts,
    Learner,
    Mentor,
    Period,
    Site,
    SupportNeed,
    Trajectory,
)
from matcher.checker.places import location
from matcher.dataset.dataset import Dataset

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def index_facts(dataset: Dataset) -> Facts:
    """All lookups of one dataset."""
    periods = _periods(dataset)
    by_id = {period.period_id: period for period in periods}
    trajectories = _trajectories(dataset, by_id)
    return Facts(
        periods=periods,
        period=by_id,
        learner=_learners(dataset, trajectories),
        site=_sites(dataset),
        mentor=_mentors(dataset),
        course=_courses(dataset, by_id),
        recognised=_recognised(dataset),
        offered=_offered(dataset, by_id),
        attests=_grouped(
            ((site_id, trajectory_id), competence_id)
            for site_id, trajectory_id, competence_id in _rows(
                dataset.requirements, "site_id", "trajectory_id", "competence_id"
            )
        ),
        signed=_decided(dataset, "signed"),
        proposed=_decided(dataset, "proposed"),
        refused=_grouped(
            ((learner_id, decision.site_id), decision)
            for learner_id, decision in _decisions(dataset, "refused")
        ),
        travel_minutes=_pairs(dataset.travel, "learner_id", "site_id", "minutes"),
        success=_pairs(dataset.scores, "learner_id", "site_id", "success"),
        preferences=_grouped(
            ((learner_id, site_id), preference)
            for learner_id, site_id, preference in _rows(
                dataset.preferences, "learner_id", "site_id", "preference"
            )
        ),
        guidance_hours=_pairs(
            dataset.guidance, "learner_id", "mentor_id", "hours_per_week"
        ),
        max_in_enterprise={
            enterprise_id: _or_infinite(most)
            for enterprise_id, most in _rows(
                dataset.enterprises, "enterprise_id", "max_learners"
            )
        },
    )


def _rows(table: object, *columns: str) -> Iterable[tuple[Any, ...]]:
    """Rows of a table as plain Python values, in the order of the columns named."""
    return zip(*(getattr(table, column).tolist() for column in columns), strict=True)


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    groups: dict[_Key, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def _pairs(table: object, *columns: str) -> dict[tuple[str, str], float]:
    return {(first, second): value for first, second, value in _rows(table, *columns)}


def _or_infinite(number: float) -> float:
    return math.inf if math.isnan(number) else number


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number


def _periods(dataset: Dataset) -> tuple[Period, ...]:
    rows = _rows(dataset.periods, "period_id", "start", "end", "weeks")
    return tuple(
        Period(period_id=period_id, start=start, end=end, weeks=weeks, order=order)
        for order, (period_id, start, end, weeks) in enumerate(
            sorted(rows, key=lambda row: row[1])
        )
    )


def _span(
    first_id: str, last_id: str, period: Mapping[str, Period]
) -> tuple[float, float]:
    """First and last period order of a pair of ids; a blank side is open."""
    return (
        period[first_id].order if first_id else -math.inf,
        period[last_id].order if last_id else math.inf,
    )


def _trajectories(
    dataset: Dataset, period: Mapping[str, Period]
) -> dict[str, Trajectory]:
    competences = _grouped(
        (
            trajectory_id,
            Competence(
                competence_id=competence_id,
                qualification=qualification,
                learn_at=learn_at,
                weeks=weeks,
                window=_span(window_from, window_to, period),
                weight=weight,
            ),
        )
        for (
            trajectory_id,
            competence_id,
            qualification,
            learn_at,
            weeks,
            window_from,
            window_to,
            weight,
        ) in _rows(
            dataset.competences,
            "trajectory_id",
            "competence_id",
            "qualification",
            "learn_at",
            "weeks",
            "window_from",
            "window_to",
            "weight",
        )
    )
    groups = _context_groups(dataset)
    columns = ("trajectory_id", "days_per_week", "max_sites", "min_block_weeks")
    return {
        trajectory_id: Trajectory(
            trajectory_id=trajectory_id,
            days_per_week=days,
            max_sites=max_sites,
            min_block_weeks=min_weeks,
            competences=tuple(competences.get(trajectory_id, ())),
            groups=tuple(groups.get(trajectory_id, ())),
        )
        for trajectory_id, days, max_sites, min_weeks in _rows(
            dataset.trajectories, *columns
        )
    }


def _context_groups(dataset: Dataset) -> dict[str, list[ContextGroup]]:
    rows = _grouped(
        ((trajectory_id, group_id), (context_id, at_least, weeks, weight))
        for trajectory_id, group_id, context_id, at_least, weeks, weight in _rows(
            dataset.contexts,
            "trajectory_id",
            "group_id",
            "context_id",
            "at_least",
            "weeks",
            "weight",
        )
    )
    return _grouped(
        (
            trajectory_id,
            ContextGroup(
                group_id=group_id,
                at_least=members[0][1],
                weight=members[0][3],
                contexts={context_id: weeks for context_id, _, weeks, _ in members},
            ),
        )
        for (trajectory_id, group_id), members in rows.items()
    )


def _sites(dataset: Dataset) -> dict[str, Site]:
    return {
        row[0]: Site(
            site_id=row[0],
            enterprise_id=row[1],
            location=location(row[2], row[3], row[4]),
            capacity=row[5],
            min_age=_or_none(row[6]),
            languages=frozenset(row[7]),
            supports=frozenset(row[8]),
            demands=frozenset(row[9]),
        )
        for row in _rows(
            dataset.sites,
            "site_id",
            "enterprise_id",
            "lat",
            "lon",
            "postcode",
            "capacity",
            "min_age",
            "languages",
            "supports",
            "demands",
        )
    }


def _mentors(dataset: Dataset) -> dict[str, Mentor]:
    return {
        row[0]: Mentor(
            mentor_id=row[0],
            site_id=row[1],
            max_learners=row[2],
            hours_per_week=_or_infinite(row[3]),
            supports=frozenset(row[4]),
            trained_on=row[5],
            available_from=row[6],
            available_to=row[7],
        )
        for row in _rows(
            dataset.mentors,
            "mentor_id",
            "site_id",
            "max_learners",
            "hours_per_week",
            "supports",
            "trained_on",
            "available_from",
            "available_to",
        )
    }


def _courses(dataset: Dataset, period: Mapping[str, Period]) -> dict[str, Course]:
    return {
        row[0]: Course(
            course_id=row[0],
            trajectory_id=row[1],
            competence_id=row[2],
            period=period[row[3]],
            seats=row[4],
            location=location(row[5], row[6], row[7]),
        )
        for row in _rows(
            dataset.courses,
            "course_id",
            "trajectory_id",
            "competence_id",
            "period_id",
            "seats",
            "lat",
            "lon",
            "postcode",
        )
    }


def _learners(
    dataset: Dataset, trajectories: Mapping[str, Trajectory]
) -> dict[str, Learner]:
    needs = _grouped(
        (learner_id, SupportNeed(need=need, level=level, required=required))
        for learner_id, need, level, required in _rows(
            dataset.support_needs, "learner_id", "need", "level", "required"
        )
    )
    abilities = _grouped(
        (learner_id, (demand, status))
        for learner_id, demand, status in _rows(
            dataset.abilities, "learner_id", "demand", "status"
        )
    )
    acquired = _grouped(
        (learner_id, competence_id)
        for learner_id, competence_id in _rows(
            dataset.acquired, "learner_id", "competence_id"
        )
    )
    return {
        row[0]: Learner(
            learner_id=row[0],
            trajectory=trajectories[row[1]],
            location=location(row[2], row[3], row[4]),
            birth_date=row[5],
            modes=row[6],
            max_travel_minutes=_or_infinite(row[7]),
            languages=frozenset(row[8]),
            guidance_hours=_or_none(row[9]),
            ready_from=row[10],
            needs=tuple(needs.get(row[0], ())),
            abilities=dict(abilities.get(row[0], ())),
            acquired=frozenset(acquired.get(row[0], ())),
        )
        for row in _rows(
            dataset.learners,
            "learner_id",
            "trajectory_id",
            "lat",
            "lon",
            "postcode",
            "birth_date",
            "modes",
            "max_travel_minutes",
            "languages",
            "guidance_hours",
            "ready_from",
        )
    }


def _recognised(
    dataset: Dataset,
) -> dict[tuple[str, str], list[tuple[date | None, date | None]]]:
    return _grouped(
        ((site_id, trajectory_id), (valid_from, valid_to))
        for site_id, trajectory_id, valid_from, valid_to in _rows(
            dataset.recognitions, "site_id", "trajectory_id", "valid_from", "valid_to"
        )
    )


def _offered(
    dataset: Dataset, period: Mapping[str, Period]
) -> dict[tuple[str, str, str], list[tuple[float, float]]]:
    return _grouped(
        ((site_id, trajectory_id, taught_id), _span(first_id, last_id, period))
        for site_id, trajectory_id, taught_id, first_id, last_id in _rows(
            dataset.offers,
            "site_id",
            "trajectory_id",
            "competence_id",
            "period_from",
            "period_to",
        )
    )


def _decisions(dataset: Dataset, status: str) -> Iterable[tuple[str, Decision]]:
    for learner_id, period_id, site_id, mentor_id, row_status in _rows(
        dataset.placements, "learner_id", "period_id", "site_id", "mentor_id", "status"
    ):
        if row_status == status:
            yield (
                learner_id,
                Decision(period_id=period_id, site_id=site_id, mentor_id=mentor_id),
            )


def _decided(dataset: Dataset, status: str) -> dict[tuple[str, str], Decision]:
    return {
        (learner_id, decision.period_id): decision
        for learner_id, decision in _decisions(dataset, status)
    }
