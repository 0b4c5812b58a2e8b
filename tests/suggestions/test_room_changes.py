"""What would make room at a site that is allowed: enough, and no part too many."""

import pytest

from matcher.advice.change import ChangeError, with_parts
from matcher.checker import check_plan
from matcher.pipeline import solve_dataset
from matcher.problem.plans import Plans
from matcher.problem.problem import prepare
from matcher.solvers import SolveParams
from matcher.suggestions import explain_site, loaded
from matcher.suggestions.one_learner import plan_with_site
from matcher.suggestions.text import Speaker
from matcher.suggestions.wire import site_json
from tests.advice.drawn_plans import plans_of
from tests.checker.small_region import SmallRegion
from tests.suggestions.regions import loaded_case
from tests.suggestions.test_one_learner import rows_with


def run_of(region: SmallRegion, plans: str, seats: dict[str, str]):
    """A run with these plans; seats by learner."""
    dataset = region.dataset()
    problem = prepare(dataset)
    drawn = plans_of(problem, plans)
    course = drawn.course.copy()
    for learner_id, course_id in seats.items():
        row = dataset.learners.learner_id.tolist().index(learner_id)
        taken = dataset.courses.course_id.tolist().index(course_id)
        course[row, problem.teaching.course_unit[taken]] = taken
    summary = solve_dataset(dataset, params=SolveParams(engine="greedy")).summary
    plans = Plans(learner=drawn.learner, option=drawn.option, course=course)
    return loaded(problem, plans, summary)


@pytest.fixture
def attest() -> SmallRegion:
    """Site A asks for an attest that only a course gives."""
    return SmallRegion().add(
        "requirements", site_id="A", trajectory_id="T", competence_id="centre"
    )


def parts_of(answer) -> list[list[tuple]]:
    return [
        [
            (part.table, dict(part.key), part.column, part.before, part.after)
            for part in way.change.parts
        ]
        for way in answer.changes
    ]


def test_seat_that_others_took_is_what_it_takes(attest):
    run = run_of(attest, "L2 b1 P1 P2 P3", {"L2": "K1", "L3": "K2"})
    answer = explain_site(run, "L1", "A")
    assert answer.status == "eligible"
    assert answer.plan.needs_others
    assert parts_of(answer) == [
        [("courses", {"course_id": course_id}, "seats", 1, 2)]
        for course_id in ("K1", "K2")
    ]
    assert {way.change.decided_by for way in answer.changes} == {
        ("sectoral_partnership",)
    }
    text = Speaker("nl").site(answer)
    assert "courses K1: seats van 1 naar 2" in text
    assert site_json(answer)["changes"][0]["decided_by"] == "sectoral_partnership"


def test_course_that_comes_too_late_is_not_advised(attest):
    """A block of ten weeks after the last period is none."""
    attest.change("courses", "K2", period_id="P3")
    run = run_of(attest, "L2 b1 P1 P2 P3", {"L2": "K1", "L3": "K2"})
    (only,) = parts_of(explain_site(run, "L1", "A"))
    assert [key for _, key, *_ in only] == [{"course_id": "K1"}]


def test_course_that_does_not_exist_is_asked_for_whole(attest):
    attest.change("courses", "K1", period_id="P3").drop("courses", course_id="K2")
    answer = explain_site(run_of(attest, "", {}), "L1", "A")
    assert answer.plan is None
    (only,) = parts_of(answer)
    assert [(column, after) for *_, column, _, after in only] == [
        ("trajectory_id", "T"),
        ("competence_id", "centre"),
        ("period_id", "P1"),
        ("seats", 1),
    ]
    assert only[0][1] == {"course_id": "centre-course-1"}


def test_full_site_with_full_mentors_takes_both():
    """One set per mentor; once a mentor has room, the place alone will do."""
    region = SmallRegion().change("sites", "A", capacity=2)
    region.change("mentors", "a1", max_learners=1).change(
        "mentors", "a2", max_learners=1
    )
    run = run_of(region, "L2 a1 P1 P2 P3\nL3 a2 P1 P2 P3", {})
    answer = explain_site(run, "L1", "A")
    assert [
        [(table, column) for table, _, column, *_ in parts]
        for parts in parts_of(answer)
    ] == 2 * [[("sites", "capacity"), ("mentors", "max_learners")]]
    region.change("mentors", "a2", max_learners=2)
    run = run_of(region, "L2 a1 P1 P2 P3\nL3 a2 P1 P2 P3", {})
    first, *_ = parts_of(explain_site(run, "L1", "A"))
    assert [(table, column) for table, _, column, *_ in first] == [
        ("sites", "capacity")
    ]


def test_hours_that_are_asked_do_not_tell_of_others():
    """L2 leaves too little for a start; the same is asked however little that is."""
    region = SmallRegion().change("mentors", "b1", hours_per_week=2.2)
    answers = []
    for hours in (1.4, 1.3):
        region.tables["guidance"] = []
        region.add("guidance", learner_id="L2", mentor_id="b1", hours_per_week=hours)
        run = run_of(region, "L2 b1 P1 P2 P3", {})
        answers.append(parts_of(explain_site(run, "L1", "B")))
    start = 1.5 * (5 * 3 + 10 + 60 * 12 / 52) / 60
    ((part,),) = answers[0]
    assert part[2:4] == ("hours_per_week", 2.2)
    assert part[4] == pytest.approx(2.2 + start, abs=0.01)
    assert answers[1] == answers[0]


def test_no_advice_where_there_is_room_or_nothing_helps():
    region = SmallRegion()
    assert explain_site(run_of(region, "", {}), "L1", "A").changes == ()
    region.change("trajectories", "T", min_block_weeks=40)
    answer = explain_site(run_of(region, "", {}), "L1", "A")
    assert (answer.status, answer.plan, answer.changes) == ("eligible", None, ())


def holds(run, learner: int, site: int, parts) -> bool:
    """In the whole region, changed: a plan at the site that the judge allows."""
    try:
        dataset = with_parts(run.dataset, parts)
    except ChangeError:
        return False
    # Rows are changed or added at the end: positions in the plans stay right.
    changed = loaded(prepare(dataset, run.problem.policy), run.plans, run.summary)
    found = plan_with_site(changed, learner, site).found
    if found is None or found.needs_others:
        return False
    verdict = check_plan(dataset, run.summary.policy, *rows_with(changed, found.plan))
    assert verdict.holds, verdict.violations
    return True


def test_every_set_does_and_nothing_less_does(tmp_path):
    """In the whole region, by the judge's rules, over random regions."""
    tried = 0
    for seed in range(20, 32):
        run = loaded_case(seed, "tiny", tmp_path / str(seed))
        for learner, learner_id in enumerate(run.dataset.learners.learner_id):
            for site, site_id in enumerate(run.dataset.sites.site_id):
                answer = explain_site(run, str(learner_id), str(site_id))
                if answer.status != "eligible":
                    continue
                for way in answer.changes:
                    parts = way.change.parts
                    assert holds(run, learner, site, parts)
                    for at in range(len(parts)):
                        less = parts[:at] + parts[at + 1 :]
                        assert not holds(run, learner, site, less)
                    tried += 1
    assert tried > 15
