"""What the parts of the report count, on hand-made plans."""

import math
from dataclasses import replace

import numpy as np
import pytest

from matcher.problem.run_record import Assignment, QualificationRow, UnplacedRow
from matcher.report.charts import bars_of, mentor_bars, stacked, travel_bars
from matcher.report.coverage import (
    learner_coverage,
    open_competences,
    trajectory_coverage,
)
from matcher.report.headline import STOP_REASONS, headline_of
from matcher.report.journey import Journey, journeys_of
from matcher.report.load import Load, loads_of, shown_hours
from matcher.report.open_place import open_places
from matcher.report.postcode_count import postcode_counts
from matcher.report.qualification import qualification_counts
from matcher.report.text import said
from matcher.report.timeline import period_runs, timelines_of
from tests.report.sample_records import sample_dataset, sample_record, with_summary


def _plan(*rows: str):
    return tuple(
        Assignment(learner_id=a, period_id=b, site_id=c, mentor_id=d)
        for a, b, c, d in (row.split() for row in rows)
    )


def _record(**changes: object):
    return replace(sample_record("d"), **changes)


def _journey(minutes: float) -> Journey:
    return Journey(learner_id="L", site_id="S", minutes=minutes, period_ids=("P1",))


def _load(*used: float, limit: float) -> Load:
    return Load(holder_id="M", owner_id="S", used=used, limit=limit)


def test_a_timeline_joins_periods_at_one_site_and_names_mentors_in_turn():
    plan = _plan(
        "L00000 P1 W00001 M1",
        "L00000 P2 W00001 M2",
        "L00000 P4 W00001 M1",
    )
    timeline = timelines_of(sample_dataset("d"), _record(assignments=plan))["L00000"]
    assert [(s.kind, s.num_periods, s.site_id) for s in timeline] == [
        ("block", 2, "W00001"),
        ("open", 1, ""),
        ("block", 1, "W00001"),
    ]
    assert timeline[0].mentor_ids == ("M1", "M2")
    assert [s.tone for s in timeline] == [0, -1, 0]


def test_a_learner_who_is_not_ready_is_not_called_unplaced():
    dataset = sample_dataset("d")
    ready = dataset.learners.ready_from.copy()
    ready[:] = np.datetime64("NaT")
    ready[0] = dataset.periods.start[2]
    dataset = replace(dataset, learners=replace(dataset.learners, ready_from=ready))
    timelines = timelines_of(dataset, _record(assignments=()))
    assert [(s.kind, s.num_periods) for s in timelines["L00000"]] == [
        ("inactive", 2),
        ("open", 2),
    ]
    assert [s.kind for s in timelines["L00001"]] == ["open"]


@pytest.mark.parametrize(
    ("signed", "expected"), [((), "none"), (("P1",), "some"), (("P1", "P2"), "all")]
)
def test_a_block_tells_how_much_of_it_is_signed(signed: tuple[str, ...], expected: str):
    dataset = sample_dataset("d")
    rows = dataset.placements
    size = len(signed)
    columns = {
        "learner_id": ["L00000"] * size,
        "period_id": list(signed),
        "site_id": ["W00001"] * size,
        "mentor_id": ["M1"] * size,
        "status": ["signed"] * size,
    }
    placements = type(rows)(
        **{k: np.array(v, dtype=object) for k, v in columns.items()}
    )
    plan = _plan("L00000 P1 W00001 M1", "L00000 P2 W00001 M1")
    timeline = timelines_of(
        replace(dataset, placements=placements), _record(assignments=plan)
    )["L00000"]
    assert timeline[0].signature == expected


def test_runs_of_periods_are_cut_where_one_is_skipped():
    calendar = ("A", "B", "C", "D", "E")
    assert period_runs(["D", "A", "B", "E"], calendar) == (("A", "B"), ("D", "E"))
    assert period_runs([], calendar) == ()


def test_coverage_counts_competences_by_way_and_contexts_by_group():
    dataset, record = sample_dataset("d"), sample_record("d")
    coverage = learner_coverage(dataset, record)["L00010"]
    assert coverage.counts == (1, 5, 0, 1, 1)
    assert (coverage.num_covered, coverage.num_competences) == (7, 8)
    assert coverage.open_ids == ("T0_0c7",)
    assert coverage.lacking == ()
    unplaced = learner_coverage(dataset, record)["L00001"]
    (group,) = unplaced.lacking
    assert (group.met, group.at_least) == (0, 2)
    assert not unplaced.is_full


def test_coverage_of_a_training_adds_up_its_learners():
    dataset, record = sample_dataset("d"), sample_record("d")
    covered = learner_coverage(dataset, record)
    trainings = trajectory_coverage(dataset, covered)
    assert sum(t.num_learners for t in trainings) == len(dataset.learners)
    contexts = set(dataset.contexts.context_id)
    competences = [r for r in record.coverage if r.competence_id not in contexts]
    assert sum(sum(t.counts) for t in trainings) == len(competences)
    gaps = [r for r in competences if r.covered_by == "gap"]
    most = open_competences(dataset, covered)
    assert sum(each.num_open for each in most) == len(gaps)
    assert [each.num_open for each in most] == sorted(
        (each.num_open for each in most), reverse=True
    )


def test_fully_covered_agrees_with_the_contract():
    dataset = sample_dataset("a")
    covered = learner_coverage(dataset, sample_record("a"))
    is_full = sum(each.is_full for each in covered.values())
    assert is_full == sample_record("a").summary.fully_covered == 7


def test_loads_count_learners_and_hours_per_period():
    plan = _plan(
        "L00000 P1 W00001 M00001a",
        "L00002 P1 W00001 M00001a",
        "L00002 P2 W00000 M00000a",
    )
    loads = loads_of(
        sample_dataset("d"),
        _record(
            assignments=plan,
            guidance_hours=(1.0, 0.75, 1.29),
            travel_minutes=(1.0, 1.0, 1.0),
        ),
    )
    hours = {load.holder_id: load.used for load in loads.mentors}
    assert hours == {"M00001a": (1.75, 0, 0, 0), "M00000a": (0, 1.29, 0, 0)}
    assert loads.mentors[0].holder_id == "M00000a"  # full: 1.29 of 1.29 hours
    assert loads.num_full_mentors == 1
    assert loads.mentor_learners["M00001a"] == (2, 0, 0, 0)
    assert {load.holder_id: load.used for load in loads.sites} == {
        "W00001": (2, 0, 0, 0),
        "W00000": (0, 1, 0, 0),
    }
    assert loads.num_free_sites == len(sample_dataset("d").sites) - 2
    assert {load.holder_id for load in loads.enterprises} == {"E00000", "E00001"}


def test_load_without_a_limit_is_never_full():
    unlimited = _load(5.0, limit=math.nan)
    assert math.isnan(unlimited.share)
    assert not unlimited.is_ever_full
    assert _load(1.0, limit=0.0).share == math.inf
    assert _load(0.0, limit=0.0).share == 0.0
    assert _load(2.0 - 1e-9, limit=2.0).is_ever_full


@pytest.mark.parametrize(
    ("hours", "limit", "expected"),
    [
        (0.647, math.nan, 0.5),
        (0.897, math.nan, 1.0),
        (0.1, math.nan, 0.5),
        (0.0, math.nan, 0.0),
        (1.29, 1.29, 1.29),
        (2.9, 2.95, 2.95),
        (3.3, 2.0, 3.5),
    ],
)
def test_hours_are_shown_to_half_an_hour_and_not_past_a_limit_that_holds(
    hours: float, limit: float, expected: float
):
    assert shown_hours(_load(hours, limit=limit), 0) == expected


def test_journeys_are_counted_once_per_learner_and_site_longest_first():
    plan = _plan("L00000 P1 W00001 M", "L00000 P2 W00001 M", "L00002 P1 W00000 M")
    record = _record(
        assignments=plan,
        travel_minutes=(30.0, 30.0, math.nan),
        guidance_hours=(1.0, 1.0, 1.0),
    )
    first, last = journeys_of(record)
    assert (first.learner_id, first.minutes, first.period_ids) == (
        "L00000",
        30.0,
        ("P1", "P2"),
    )
    assert math.isnan(last.minutes)


def test_travel_bars_count_every_journey_in_one_bin():
    minutes = (0.0, 14.9, 15.0, 44.9, 45.0, 400.0, math.nan)
    bars = travel_bars([_journey(m) for m in minutes], comfortable=45.0)
    assert [bar.value for bar in bars] == [2, 1, 1, 1, 0, 0, 0, 1, 1]
    assert [bar.is_marked for bar in bars] == [False] * 3 + [True] * 5 + [False]
    assert bars[0].length == 100.0
    assert bars[-2].label == said("travel_over", low=105)
    assert travel_bars([], comfortable=45.0) == ()


def test_mentor_bars_keep_full_and_unlimited_apart():
    mentors = [
        _load(0.2, limit=1.0),
        _load(0.9, limit=1.0),
        _load(1.0, limit=1.0),
        _load(1.0, limit=math.nan),
    ]
    assert [bar.value for bar in mentor_bars(mentors)] == [1, 0, 0, 1, 1, 1]


def test_bars_of_nothing_have_no_length():
    label = said("none")
    assert [b.length for b in bars_of([label, label], [0, 0], [False, False])] == [0, 0]


def test_a_stacked_bar_fills_its_width_with_what_occurs():
    parts = stacked((1, 0, 2, 0, 1))
    assert [(p.way, p.start, p.length) for p in parts] == [
        ("acquired", 0.0, 25.0),
        ("course", 25.0, 50.0),
        ("gap", 75.0, 25.0),
    ]
    assert stacked((0, 0, 0, 0, 0)) == ()


def test_open_places_join_periods_of_one_reason_and_put_the_longest_first():
    rows = [
        UnplacedRow(learner_id=learner, period_id=period, reason=reason, detail="")
        for learner, period, reason in (
            ("L00000", "P1", "capacity"),
            ("L00000", "P2", "costlier"),
            ("L00001", "P1", "capacity"),
            ("L00001", "P2", "capacity"),
            ("L00001", "P3", "capacity"),
        )
    ]
    dataset = sample_dataset("d")
    places = open_places(dataset, _record(unplaced=tuple(rows)))
    assert [(p.learner_id, p.period_ids) for p in places] == [
        ("L00001", ("P1", "P2", "P3")),
        ("L00000", ("P1",)),
        ("L00000", ("P2",)),
    ]
    assert places[0].weeks == float(dataset.periods.weeks[:3].sum())


def test_postcodes_count_each_learner_and_site_once():
    dataset, record = sample_dataset("d"), sample_record("d")
    rows = postcode_counts(dataset, record)
    assert sum(row.num_learners for row in rows) == len(dataset.learners)
    assert sum(row.num_placed for row in rows) == record.summary.placed
    sites = sum(row.num_used_sites + row.num_free_sites for row in rows)
    assert sites == len(dataset.sites)


def test_qualifications_tell_who_lacks_one_competence():
    dataset, record = sample_dataset("a"), sample_record("a")
    rows = tuple(
        QualificationRow(
            learner_id=learner, qualification="Q", earned=not open_ids, open=open_ids
        )
        for learner, open_ids in (
            ("L00000", ()),
            ("L00001", ("c",)),
            ("L00002", ("c", "d")),
        )
    )
    (count,) = qualification_counts(dataset, replace(record, qualifications=rows))
    assert (count.num_learners, count.num_earned, count.num_near) == (3, 1, 1)


def _headline(**summary: object):
    record = with_summary(sample_record("d"), **summary)
    dataset = sample_dataset("d")
    return headline_of(dataset, record, learner_coverage(dataset, record))


def test_the_headline_says_who_has_a_workplace():
    assert _headline().reached == said("reached", placed=9, learners=14)
    assert _headline(placed=14).reached == said("reached_all")
    assert _headline(fully_covered=14).covered == said("covered_all")


def test_the_proof_never_claims_more_than_is_proven():
    told = _headline(status="gap", objective=1003.7, bound=999.99).proof
    assert "999,9 punten" in told.nl
    assert "0,38\u00a0%" in told.nl
    assert "999.9 points" in told.en
    assert "0.38%" in told.en


def test_an_optimum_says_so_and_a_bound_of_zero_needs_no_percentage():
    assert _headline().proof == said("proof_optimal", bound=said_number("61.557,6"))
    without = _headline(status="limit", objective=12.0, bound=0.0)
    assert "%" not in without.proof.nl
    assert "12,0" in without.proof.nl


def said_number(nl: str):
    english = nl.translate(str.maketrans(",.", ".,"))
    return replace(said("none"), nl=nl, en=english)


@pytest.mark.parametrize("reason", STOP_REASONS)
def test_a_run_that_was_stopped_says_why(reason: str):
    told = _headline(status="limit", stop_reason=reason).stopped
    assert told == said(f"stopped_{reason}")


def test_a_run_that_reached_its_goal_was_not_stopped_and_unknown_reasons_are_mild():
    assert _headline(status="gap", stop_reason="gap").stopped is None
    told = _headline(status="limit", stop_reason="").stopped
    assert told == said("stopped_other")
