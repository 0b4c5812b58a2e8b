"""Answers in words: facts are told, in both languages, and nobody else is."""

import json
import re
from dataclasses import replace

import pytest

from matcher.dataset import mode_said
from matcher.pipeline import solve_dataset
from matcher.report import write_run_files
from matcher.solvers import SolveParams
from matcher.suggestions import (
    LoadedRun,
    SuggestParams,
    explain_plan,
    explain_site,
    load_run,
    suggest,
)
from matcher.suggestions.text import Speaker, support_told
from matcher.suggestions.wire import plan_answer_json, site_json, suggestions_json
from tests.checker.small_region import SmallRegion

CANARIES = ("L2", "L3", "kanarie_nood", "kanarie_school")


def loaded_region(region: SmallRegion, folder) -> LoadedRun:
    dataset = region.dataset()
    write_run_files(solve_dataset(dataset, params=SolveParams(gap=0.0)), folder)
    return load_run(dataset, folder)


@pytest.fixture
def region() -> SmallRegion:
    """L1 asks; the others' needs, school and placements are canaries."""
    region = SmallRegion()
    for learner_id in ("L2", "L3"):
        region.change("learners", learner_id, school_id="kanarie_school")
        region.add("support_needs", learner_id=learner_id, need="kanarie_nood", level=3)
    region.change("sites", "B", capacity=1).change("sites", "A", capacity=1)
    return region


def test_same_fact_in_several_periods_is_one_line(region, tmp_path):
    region.change("recognitions", "A", valid_to="2026-10-01")
    run = loaded_region(region, tmp_path)
    text = Speaker("nl").site(explain_site(run, "L1", "A"))
    (line,) = (each for each in text.splitlines() if each.startswith("- erkenning"))
    assert "P1, P2, P3" in line
    assert "2026-09-01/2027-06-30" in line


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_answer_can_be_said(region, tmp_path, language):
    region.change("recognitions", "A", valid_to="2026-10-01")
    region.change("sites", "C", min_age=18, demands="tillen")
    region.add("placements", learner_id="L1", site_id="B", status="refused")
    run = loaded_region(region, tmp_path)
    speaker = Speaker(language)
    answers = [speaker.site(explain_site(run, "L1", site)) for site in "ABC"]
    answers.append(speaker.suggestions("L1", suggest(run, "L1")))
    answers.append(speaker.plan(explain_plan(run, "L1")))
    answers.append(speaker.suggestions("L1", ()))
    assert len(set(answers)) == len(answers)
    assert not any("{" in answer for answer in answers)


def test_answers_where_nobody_can_be_anywhere(region, tmp_path):
    for row in region.tables["recognitions"]:
        row["valid_to"] = "2020-01-01"
    run = loaded_region(region, tmp_path)
    assert not len(run.problem.pairs.option_pair)
    for site_id in "ABC":
        answer = explain_site(run, "L1", site_id)
        assert (answer.status, answer.is_in_plan) == ("barred", False)
        assert answer.changes
    (suggestion,) = suggest(run, "L1")
    assert suggestion.facts.placements == ()


def test_nothing_of_other_learners_is_told(region, tmp_path):
    run = loaded_region(region, tmp_path)
    answers = []
    for exact in (True, False):
        found = suggest(run, "L1", SuggestParams(exact=exact))
        answers += [
            json.dumps(suggestions_json("L1", found)),
            Speaker("nl").suggestions("L1", found),
        ]
    for site in "ABC":
        answer = explain_site(run, "L1", site)
        answers += [json.dumps(site_json(answer)), Speaker("en").site(answer)]
    plan = explain_plan(run, "L1")
    answers += [json.dumps(plan_answer_json(plan)), Speaker("nl").plan(plan)]
    for canary in CANARIES:
        assert not any(canary in answer for answer in answers)


def test_hours_with_a_mentor_do_not_tell_of_others(region, tmp_path):
    """Another's needs change the hours of the mentor, not what is said to L1."""
    region.change("sites", "A", capacity=3).change("mentors", "a1", hours_per_week=30)
    region.add("support_needs", learner_id="L1", need="rust", level=1)
    run = loaded_region(region, tmp_path / "with")
    facts = explain_plan(run, "L1").facts
    region.drop("support_needs", learner_id="L2")
    region.drop("support_needs", learner_id="L3")
    without = explain_plan(loaded_region(region, tmp_path / "without"), "L1").facts
    assert replace(without, placements=()) == replace(facts, placements=())


MODES = ("bike", "pt", "walk", "ebike", "moped", "car")


@pytest.mark.parametrize("mode", MODES)
def test_ways_to_travel_are_told_in_words(region, tmp_path, mode):
    region.change("learners", "L1", modes=mode)
    run = loaded_region(region, tmp_path)
    told = {
        language: Speaker(language).plan(explain_plan(run, "L1"))
        + Speaker(language).site(explain_site(run, "L1", "A"))
        for language in ("nl", "en")
    }
    code = re.compile(rf"\b{mode}\b")
    assert mode_said(mode).nl in told["nl"]
    assert mode_said(mode).en in told["en"]
    assert not code.search(told["nl"])


def test_mode_of_the_users_own_policy_keeps_its_name():
    assert mode_said("bakfiets").nl == "bakfiets"


def test_change_of_ways_to_travel_is_told_in_words(region, tmp_path):
    """Seven kilometres: 36 minutes by bike, 29 by e-bike, and 30 are allowed."""
    region.change("sites", "A", lat=51.063)
    region.change("learners", "L1", modes="bike", max_travel_minutes=30)
    run = loaded_region(region, tmp_path)
    answer = explain_site(run, "L1", "A")
    text = Speaker("nl").site(answer)
    assert "learners L1: ook met de elektrische fiets." in text
    assert "bike" not in text


def test_site_without_mentor_is_told_in_dutch(region, tmp_path):
    region.drop("mentors", site_id="C")
    run = loaded_region(region, tmp_path)
    text = Speaker("nl").site(explain_site(run, "L1", "C"))
    assert "nodig een mentor van deze werkplek" in text


def test_need_is_either_met_or_still_to_be_agreed():
    met = [("A", "a1", "rust"), ("A", "a1", "taal"), ("B", "b1", "rust")]
    unmet = [("B", "b1", "taal"), ("A", "a1", "lift"), ("B", "b1", "lift")]
    there, to_agree = support_told(met, unmet)
    assert there == ("rust",)
    assert to_agree == ("taal (B)", "lift")


def test_need_that_another_mentor_of_the_site_meets_names_the_mentor():
    there, to_agree = support_told(
        [("A", "a1", "rust")], [("A", "a2", "rust")], "bedrijf {}".format
    )
    assert there == ()
    assert to_agree == ("rust (bedrijf A, a2)",)


def test_blank_cell_of_a_mentor_who_is_there_is_no_new_mentor(region, tmp_path):
    region.add("support_needs", learner_id="L1", need="lift", level=1, required="true")
    run = loaded_region(region, tmp_path)
    text = Speaker("nl").site(explain_site(run, "L1", "C"))
    assert "mentors c1: supports van leeg naar lift" in text
    assert "mentors c1 erbij" not in text


def test_mentor_who_is_not_there_yet_is_told_as_new(region, tmp_path):
    region.drop("mentors", site_id="C")
    run = loaded_region(region, tmp_path)
    text = Speaker("nl").site(explain_site(run, "L1", "C"))
    assert "mentors C-mentor-1 erbij: site_id C; " in text
    assert "mentors C-mentor-1 erbij: trained_on 2026-09-01" in text


def test_periods_and_the_time_of_the_mentor_are_told(region, tmp_path):
    """All periods by name: one between the first and the last may be elsewhere."""
    run = loaded_region(region, tmp_path)
    facts = explain_plan(run, "L1").facts
    place, time = facts.placements[0], facts.mentor_time[0]
    apart = tuple(replace(place, period_id=each) for each in ("P1", "P3"))
    loads = tuple(
        replace(time, mentor_id=place.mentor_id, period_id=period_id, load=load)
        for period_id, load in (("P1", "free"), ("P3", "full"))
    )
    answer = replace(
        explain_plan(run, "L1"),
        facts=replace(facts, placements=apart, mentor_time=loads),
    )
    stay = f"{place.site_id} with mentor {place.mentor_id} (is all but full then)"
    assert f"P1, P3: {stay}" in Speaker("en").plan(answer)
    assert "(is dan zo goed als vol)" in Speaker("nl").plan(answer)
