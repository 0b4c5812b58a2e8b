"""Everything the report shows, gathered and cut to a size that people read."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from statistics import median

from matcher.dataset import Dataset, Phrase
from matcher.policy import Policy, policy_from_mapping
from matcher.problem.run_record import COMPONENTS, RunRecord, Summary
from matcher.report.charts import Bar, bars_of, mentor_bars, reason_bars, travel_bars
from matcher.report.coverage import (
    LearnerCoverage,
    OpenCompetence,
    TrajectoryCoverage,
    competence_names,
    learner_coverage,
    open_competences,
    trajectory_coverage,
)
from matcher.report.headline import Headline, headline_of
from matcher.report.journey import Journey, journeys_of
from matcher.report.load import Loads, loads_of
from matcher.report.open_place import OpenPlace, open_places
from matcher.report.postcode_count import PostcodeCount, postcode_counts
from matcher.report.qualification import QualificationCount, qualification_counts
from matcher.report.region_map import RegionMap, region_map
from matcher.report.text import Fact, said, said_day
from matcher.report.timeline import Stretch, Timelines, timelines_of

MAX_LEARNERS = 400
"""Up to here every learner has a row; past it, those who need attention."""

MAX_ROWS = 200
"""Longest of the other tables."""

MAX_OPEN_ROWS = 15
"""Longest list of open places that shows unasked; a longer one unfolds."""

MAX_TAIL = 10
"""Rows of the lists of longest journeys and weakest coverage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """One learner in the table of all.

    Attributes
    ----------
    longest_minutes
        Of the journeys of the plan; NaN without a known one.
    needs_attention
        An open period, an open competence, or a journey past what is comfortable.
    """

    coverage: LearnerCoverage
    stretches: tuple[Stretch, ...]
    longest_minutes: float
    open_weeks: float
    needs_attention: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryRows:
    """The learners of one trajectory that are shown."""

    trajectory: TrajectoryCoverage
    learners: tuple[LearnerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermBar:
    """Points of one term of the objective."""

    term: str
    meaning: Phrase
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period and its first and last day in words."""

    period_id: str
    first_day: Phrase
    last_day: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """All that the templates read; the tables cut, their full length beside them.

    Attributes
    ----------
    journeys
        All of them, longest first.
    median_minutes
        NaN without a known journey.
    trajectory_names, competence_names
        By trajectory id, and by trajectory and competence id.
    """

    summary: Summary
    headline: Headline
    is_synthetic: bool
    periods: tuple[Period, ...]
    open_places: tuple[OpenPlace, ...]
    reasons: tuple[Bar, ...]
    num_open_learners: int
    weakest: tuple[LearnerCoverage, ...]
    journeys: tuple[Journey, ...]
    num_far: int
    median_minutes: float
    comfortable: float
    map: RegionMap | None
    postcodes: tuple[PostcodeCount, ...]
    travel: tuple[Bar, ...]
    mentors: tuple[Bar, ...]
    terms: tuple[TermBar, ...]
    trajectories: tuple[TrajectoryCoverage, ...]
    open_competences: tuple[OpenCompetence, ...]
    qualifications: tuple[QualificationCount, ...]
    learners: tuple[TrajectoryRows, ...]
    num_learners_shown: int
    loads: Loads
    period_ids: tuple[str, ...]
    trajectory_names: Mapping[str, str]
    competence_names: Mapping[tuple[str, str], str]


def view_of(dataset: Dataset, record: RunRecord, *, is_synthetic: bool) -> ReportView:
    """View of a run.

    Raises
    ------
    PolicyError
        When the summary records a policy that is none.
    """
    policy = policy_from_mapping(record.summary.policy)
    comfortable = policy.travel.comfortable
    covered = learner_coverage(dataset, record)
    journeys = journeys_of(record)
    known = [j.minutes for j in journeys if not math.isnan(j.minutes)]
    places = open_places(dataset, record)
    rows = _learner_rows(
        covered, timelines_of(dataset, record), journeys, places, comfortable
    )
    shown = _shown(rows)
    trajectories = trajectory_coverage(dataset, covered)
    loads = loads_of(dataset, record)
    return ReportView(
        summary=record.summary,
        headline=headline_of(dataset, record, covered),
        is_synthetic=is_synthetic,
        periods=_periods(dataset),
        open_places=places,
        reasons=reason_bars(places),
        num_open_learners=len({place.learner_id for place in places}),
        weakest=_weakest(covered),
        journeys=journeys,
        num_far=sum(minutes > comfortable for minutes in known),
        median_minutes=median(known) if known else math.nan,
        comfortable=comfortable,
        map=region_map(dataset, record),
        postcodes=postcode_counts(dataset, record),
        travel=travel_bars(journeys, comfortable),
        mentors=mentor_bars(loads.mentors),
        terms=_terms(record.summary, policy),
        trajectories=trajectories,
        open_competences=open_competences(dataset, covered),
        qualifications=qualification_counts(dataset, record),
        learners=_by_trajectory(shown, trajectories),
        num_learners_shown=len(shown),
        loads=loads,
        period_ids=tuple(dataset.periods.period_id),
        trajectory_names={each.trajectory_id: each.name for each in trajectories},
        competence_names=competence_names(dataset),
    )


def _periods(dataset: Dataset) -> tuple[Period, ...]:
    periods = dataset.periods
    return tuple(
        Period(period_id=key, first_day=said_day(start), last_day=said_day(end))
        for key, start, end in zip(
            periods.period_id, periods.start, periods.end, strict=True
        )
    )


def _weakest(covered: Mapping[str, LearnerCoverage]) -> tuple[LearnerCoverage, ...]:
    """Learners with the most open, ties in the order of the table."""
    incomplete = [each for each in covered.values() if not each.is_full]
    ranked = sorted(incomplete, key=lambda each: -_num_open(each))
    return tuple(islice(ranked, MAX_TAIL))


def _num_open(coverage: LearnerCoverage) -> int:
    lacking = sum(group.at_least - group.met for group in coverage.lacking)
    return len(coverage.open_ids) + lacking


def _learner_rows(
    covered: Mapping[str, LearnerCoverage],
    timelines: Timelines,
    journeys: tuple[Journey, ...],
    places: tuple[OpenPlace, ...],
    comfortable: float,
) -> tuple[LearnerRow, ...]:
    longest: dict[str, float] = {}
    for journey in journeys:
        longest.setdefault(journey.learner_id, journey.minutes)
    open_weeks: dict[str, float] = defaultdict(float)
    is_open = {place.learner_id for place in places}
    for place in places:
        open_weeks[place.learner_id] += place.weeks
    return tuple(
        LearnerRow(
            coverage=coverage,
            stretches=timelines[learner],
            longest_minutes=longest.get(learner, math.nan),
            open_weeks=open_weeks[learner],
            needs_attention=(
                learner in is_open
                or not coverage.is_full
                or longest.get(learner, 0.0) > comfortable
            ),
        )
        for learner, coverage in covered.items()
    )


def _shown(rows: tuple[LearnerRow, ...]) -> tuple[LearnerRow, ...]:
    """All learners, or of a large region those who need attention most."""
    if len(rows) <= MAX_LEARNERS:
        return rows
    waiting = [row for row in rows if row.needs_attention]
    return tuple(islice(sorted(waiting, key=_most_attention_first), MAX_LEARNERS))


def _most_attention_first(row: LearnerRow) -> tuple[float, int, float, str]:
    minutes = 0.0 if math.isnan(row.longest_minutes) else row.longest_minutes
    coverage = row.coverage
    return -row.open_weeks, -_num_open(coverage), -minutes, coverage.learner_id


def _by_trajectory(
    rows: tuple[LearnerRow, ...], trajectories: tuple[TrajectoryCoverage, ...]
) -> tuple[TrajectoryRows, ...]:
    members: dict[str, list[LearnerRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.coverage.learner_id):
        members[row.coverage.trajectory_id].append(row)
    return tuple(
        TrajectoryRows(trajectory=each, learners=tuple(members[each.trajectory_id]))
        for each in trajectories
        if each.trajectory_id in members
    )


def _terms(summary: Summary, policy: Policy) -> tuple[TermBar, ...]:
    """Terms with the most points first, ties in the order of the contract."""
    ranked = sorted(COMPONENTS, key=lambda term: -summary.components[term])
    bars = bars_of(
        [said(term) for term in ranked],
        [summary.components[term] for term in ranked],
        [False] * len(ranked),
    )
    weights: dict[str, Fact] = {
        term: getattr(policy, term) for term in COMPONENTS if term != "travel"
    }
    travel = policy.travel
    weights |= {
        "per_minute": travel.per_minute,
        "comfortable": travel.comfortable,
        "beyond": travel.beyond,
    }
    return tuple(
        TermBar(term=term, meaning=said(f"{term}_means", **weights), bar=bar)
        for term, bar in zip(ranked, bars, strict=True)
    )
