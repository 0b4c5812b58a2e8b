"""A comparison is exact: sums, signs, proofs, and nothing where nothing changes."""

import csv
import json
import math

import pytest

from matcher.checker import check_run
from matcher.dataset import read_dataset
from matcher.errors import UnknownIdError
from matcher.scenario import World, apply_changes
from matcher.scenario.parse import change_of
from matcher.solvers.run import SolveParams, Watch
from matcher.whatif import (
    WhatifFolderError,
    WhatifParams,
    WhatifWatch,
    compare,
    whatif,
)
from matcher.whatif.compare import Interval
from matcher.whatif.solving import solved
from matcher.whatif.wire import comparison_to_json
from tests.whatif.asked import change, compared, scenario

CLOSES = change("site_closes", site_id="S1", from_period="P2")
SEATS = change("course_seats", course_id="C1", seats=0)


def files(folder):
    """Every file of a run and its dataset, but for times and versions."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("comparison.")
    }
    summary = json.loads(found.pop("summary.json"))
    del summary["seconds"], summary["versions"]
    return found | {"summary.json": summary}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Two scenarios of the small region, compared with it."""
    folder = tmp_path_factory.mktemp("whatif")
    one = scenario(folder, CLOSES, "closes")
    compared(folder, one, scenario(folder, SEATS, "seats"), school="Q1")
    return folder / "out"


def content(out, name):
    return json.loads((out / name / "comparison.json").read_text(encoding="utf-8"))


def summary(out, name):
    return json.loads((out / name / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["closes", "seats"])
def test_sums_are_those_of_both_summaries(out, name):
    found, base, after = content(out, name), summary(out, "base"), summary(out, name)
    assert found["objective"]["base"] == base["objective"]
    assert found["objective"]["scenario"] == after["objective"]
    difference = after["objective"] - base["objective"]
    assert found["objective"]["difference"] == difference
    assert found["terms"] == {
        term: after["components"][term] - base["components"][term]
        for term in base["components"]
    }
    assert math.fsum(found["terms"].values()) == pytest.approx(difference, abs=1e-9)
    learners = found["learners"]
    assert learners["better"] + learners["worse"] + learners["same"] == 3


@pytest.mark.parametrize("name", ["base", "closes", "seats"])
def test_judge_accepts_every_side_with_the_dataset_beside_it(out, name):
    verdict = check_run(read_dataset(out / name / "dataset"), out / name)
    assert verdict.holds, verdict.violations


def test_moves_are_the_rows_that_differ(out):
    def rows(name):
        with (out / name / "assignments.csv").open(encoding="utf-8") as file:
            return {
                (row["learner_id"], row["period_id"]): row
                for row in csv.DictReader(file)
            }

    base, after = rows("base"), rows("closes")
    left = sum(after.get(key) != row for key, row in base.items())
    assert content(out, "closes")["moved_placements"] == left > 0


def test_applied_changes_stand_in_the_result(out):
    (applied,) = content(out, "seats")["applied"]
    assert applied["kind"] == "course_seats"
    assert applied["edits"] == [
        {"table": "courses", "key": "C1", "column": "seats", "from": "2", "to": "0"}
    ]
    assert applied["text"]["nl"] != applied["text"]["en"]


def test_only_learners_of_the_own_school_are_named(out):
    named = {each["learner_id"] for each in content(out, "closes")["own_learners"]}
    assert named == {"L1", "L2"}
    for name in ("comparison.html", "comparison.json"):
        text = (out / "seats" / name).read_text(encoding="utf-8")
        assert "L3" not in text.partition("</head>")[2 if "</head>" in text else 0]


@pytest.mark.parametrize("name", ["comparison.html", "comparison.xlsx", "report.html"])
def test_every_file_is_there(out, name):
    assert (out / "closes" / name).stat().st_size > 1000


def test_page_is_whole_and_asks_nothing_of_a_network(out):
    text = (out / "closes" / "comparison.html").read_text(encoding="utf-8")
    assert "http" not in text.replace("http-equiv", "")
    assert text.index("De vraag") < text.index("Wat er verandert") < text.index("Kaart")
    for words in ("The question", "Who wins, who loses", "What does not change"):
        assert words in text


def test_swapping_sides_flips_every_sign(tmp_path):
    (found,) = compared(tmp_path, scenario(tmp_path, CLOSES))
    forth = comparison_to_json(compare(found.base, found.scenario))
    back = comparison_to_json(compare(found.scenario, found.base))
    assert back["objective"]["difference"] == -forth["objective"]["difference"] != 0
    assert back["objective"]["told_apart"] == forth["objective"]["told_apart"]
    assert back["terms"] == {term: -each for term, each in forth["terms"].items()}
    assert back["learners"]["better"] == forth["learners"]["worse"]
    assert back["learners"]["worse"] == forth["learners"]["better"]
    assert back["learners"]["same"] == forth["learners"]["same"]
    assert back["moves"]["lost"] == forth["moves"]["gained"]
    assert back["moves"]["gained"] == forth["moves"]["lost"]
    assert [not each["appears"] for each in back["shortages"]] == [
        each["appears"] for each in forth["shortages"]
    ]


@pytest.mark.parametrize("mode", ["keep", "free"])
def test_empty_scenario_changes_nothing_byte_for_byte(tmp_path, mode):
    (found,) = compared(tmp_path, scenario(tmp_path, "", "empty"), mode=mode)
    assert files(tmp_path / "out" / "base") == files(tmp_path / "out" / "empty")
    assert found.difference == 0
    assert found.same == 3
    assert not found.told_apart
    assert found.moves.moved == found.moves.gained == 0
    assert found.shortages == found.mentors == ()


def test_policy_alone_is_a_difference_too(tmp_path):
    (found,) = compared(tmp_path, scenario(tmp_path, "[policy]\nunplaced = 100\n"))
    assert found.difference < 0
    assert found.told_apart


@pytest.mark.parametrize(
    ("base", "scenario_", "told"),
    [
        ((90, 100), (95, 105), False),
        ((90, 100), (100, 105), False),
        ((90, 100), (101, 105), True),
        ((90, 100), (70, 89), True),
        ((100, 100), (100, 100), False),
    ],
)
def test_overlapping_proofs_cannot_be_told_apart(tmp_path, base, scenario_, told):
    from dataclasses import replace

    (found,) = compared(tmp_path, scenario(tmp_path, ""))
    low, high = (Interval(bound=a, objective=b) for a, b in (base, scenario_))
    one = replace(found, base_interval=low, scenario_interval=high)
    other = replace(found, base_interval=high, scenario_interval=low)
    assert one.told_apart == other.told_apart == told


def test_keeping_moves_no_more_than_planning_anew_and_shows_its_price(tmp_path):
    one = scenario(tmp_path, CLOSES)
    (free,) = compared(tmp_path, one, mode="free")
    (keep,) = compared(tmp_path, one, mode="keep")
    assert keep.moves.moved <= free.moves.moved
    assert free.stability is None
    assert keep.stability is not None
    price = keep.scenario_interval.objective - free.scenario_interval.objective
    assert keep.stability.least == pytest.approx(price, abs=1e-6)
    assert 0 <= keep.stability.least <= keep.stability.most + 1e-9


def test_another_scenario_may_be_the_base(tmp_path):
    one, other = scenario(tmp_path, CLOSES, "one"), scenario(tmp_path, SEATS, "other")
    params = WhatifParams(gap=0.0)
    (found,) = whatif([one], tmp_path / "out", params, base=other)
    assert [each.kind for each in found.base.changes] == ["course_seats"]
    assert [each.kind for each in found.scenario.changes] == ["site_closes"]


def test_running_plan_that_still_holds_is_never_beaten_by_a_worse_one(tmp_path):
    """A search that is stopped at once still gives at least what runs."""
    from matcher.problem.problem import prepare

    (found,) = compared(tmp_path, scenario(tmp_path, ""))
    quick = SolveParams(engine="greedy")
    problem = prepare(found.base.dataset)
    alone = solved(problem, quick)
    carried = solved(problem, quick, running=found.base.rows)
    assert carried.objective == pytest.approx(found.base.record.summary.objective)
    assert carried.objective <= alone.objective


def test_running_plan_that_breaks_a_rule_is_not_carried(tmp_path):
    from matcher.policy import Policy
    from matcher.problem.problem import prepare
    from matcher.whatif.solving import carried_plans

    (found,) = compared(tmp_path, scenario(tmp_path, ""))
    world = World(dataset=found.base.dataset, policy=Policy())
    closed = change_of({"kind": "site_closes", "site_id": "S1"})
    made = apply_changes(world, [("change 1", closed)], "closed")
    assert carried_plans(prepare(made.dataset), found.base.rows) is None


def test_base_is_kept_and_taken_again_to_the_last_byte(tmp_path):
    one = scenario(tmp_path, CLOSES)
    compared(tmp_path, one)
    before = files(tmp_path / "out" / "base"), files(tmp_path / "out" / "one")
    seen = []
    watch = WhatifWatch(engine=Watch(on_progress=lambda _: seen.append(1)))
    params = WhatifParams(gap=0.0, mode="free")
    whatif([scenario(tmp_path, "", "empty")], tmp_path / "out", params, watch)
    assert seen == []
    assert files(tmp_path / "out" / "base") == before[0]
    compared(tmp_path, one)
    assert files(tmp_path / "out" / "one") == before[1]


def test_kept_base_that_cannot_be_read_is_solved_again(tmp_path, caplog):
    one = scenario(tmp_path, CLOSES)
    compared(tmp_path, one)
    before = files(tmp_path / "out" / "one")
    (kept,) = (tmp_path / "out" / "cache").iterdir()
    text = (kept / "plans.json").read_text(encoding="utf-8")
    for broken in (text.replace("S1", "S7"), "{ half", ""):
        (kept / "plans.json").write_text(broken, encoding="utf-8")
        compared(tmp_path, one)
        assert files(tmp_path / "out" / "one") == before
    assert "solved again" in caplog.text


def test_school_without_learners_is_refused_before_anything_is_solved(tmp_path):
    with pytest.raises(UnknownIdError, match='mean "Q1"'):
        compared(tmp_path, scenario(tmp_path, CLOSES), school="q1")
    assert not (tmp_path / "out").exists()


def test_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear")
    with pytest.raises(WhatifFolderError):
        compared(tmp_path, scenario(tmp_path, ""))


@pytest.mark.parametrize("name", ["base", "cache"])
def test_scenario_may_not_bear_the_name_of_a_folder_of_ours(tmp_path, name):
    with pytest.raises(WhatifFolderError, match=name):
        compared(tmp_path, scenario(tmp_path, "", name))
