"""`matcher suggest` and `matcher explain`, as a coach runs them."""

import json

import pytest

from tests.cli.command import SAMPLES, matcher, rows_of

pytestmark = pytest.mark.timeout(900)


def ask(solved, *arguments: object):
    command, *rest = arguments
    return matcher(command, SAMPLES / "a", "--run", solved / "a", *rest)


@pytest.fixture(scope="module")
def learner_ids():
    return [row["learner_id"] for row in rows_of(SAMPLES / "a" / "learners.csv")]


def test_suggestions_come_as_json(solved, learner_ids):
    learner_id = learner_ids[1]
    done = ask(solved, "suggest", "--learner", learner_id, "--top", 3, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["learner_id"]) == (0, learner_id)
    assert 1 <= len(answer["suggestions"]) <= 3
    for each in answer["suggestions"]:
        assert each["points"] == pytest.approx(sum(each["terms"].values()))
        assert each["price_for_others"]["kind"] == "exact"
        assert {"placements", "seats", "uncovered", "unknowns"} <= each.keys()


def test_suggestions_come_in_words(solved, learner_ids):
    done = ask(solved, "suggest", "--learner", learner_ids[1], "--language", "en")
    assert done.stdout.startswith(f"Suggestions for {learner_ids[1]}")
    assert "For all others together" in done.stdout


@pytest.mark.slow
def test_no_answer_names_another_learner(solved, learner_ids):
    me = learner_ids[1]
    site_ids = [row["site_id"] for row in rows_of(SAMPLES / "a" / "sites.csv")]
    answers = [
        ask(solved, "suggest", "--learner", me).stdout,
        ask(solved, "suggest", "--learner", me, "--json").stdout,
        ask(solved, "explain", "--learner", me, "--json").stdout,
        *(
            ask(solved, "explain", "--learner", me, "--site", site_id).stdout
            for site_id in site_ids[:4]
        ),
    ]
    for other in set(learner_ids) - {me}:
        assert not any(other in answer for answer in answers)


def test_site_is_explained_as_json(solved, learner_ids):
    site_ids = [row["site_id"] for row in rows_of(SAMPLES / "a" / "sites.csv")]
    found = set()
    for site_id in site_ids[:6]:
        done = ask(
            solved, "explain", "--learner", learner_ids[1], "--site", site_id, "--json"
        )
        answer = json.loads(done.stdout)
        found.add(answer["status"])
        for change in answer["changes"]:
            assert {"parts", "decided_by", "points"} <= change.keys()
            assert change["parts"]
            for part in change["parts"]:
                assert part.keys() == {"table", "key", "column", "from", "to"}
    assert {"eligible", "barred"} <= found


def test_plan_is_explained_in_both_languages(solved, learner_ids):
    options = ("explain", "--learner", learner_ids[1])
    assert "punten" in ask(solved, *options).stdout
    assert "points" in ask(solved, *options, "--language", "en").stdout


def test_unknown_learner_is_wrong_usage(solved):
    done = ask(solved, "suggest", "--learner", "nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nobody" in done.stderr


def test_run_of_another_dataset_is_refused(solved, learner_ids):
    done = matcher(
        "suggest", SAMPLES / "b", "--run", solved / "a", "--learner", learner_ids[0]
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "andere gegevens" in done.stderr


@pytest.mark.parametrize("ending", ["xlsx", "docx", "html", "json", "ics"])
def test_training_plan_is_written(solved, learner_ids, tmp_path, ending):
    out = tmp_path / f"plan.{ending}"
    done = ask(solved, "training-plan", "--learner", learner_ids[1], "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.stat().st_size > 300


def test_training_plan_of_another_kind_is_wrong_usage(solved, learner_ids, tmp_path):
    out = tmp_path / "plan.pdf"
    done = ask(solved, "training-plan", "--learner", learner_ids[1], "--out", out)
    assert done.returncode == 2
    assert ".docx" in done.stderr
    assert not out.exists()


def test_earlier_training_plan_is_read_back(solved, learner_ids, tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    options = ("training-plan", "--learner", learner_ids[1], "--out")
    assert ask(solved, *options, first).returncode == 0
    assert ask(solved, *options, second, "--previous", first).returncode == 0
    assert first.read_bytes() == second.read_bytes()


def test_desk_lists_come_in_words_and_as_json(solved, learner_ids):
    words = ask(solved, "desk", "--language", "en")
    assert (words.returncode, words.stderr) == (0, "")
    assert "Swaps that help both learners: 0." in words.stdout
    answer = json.loads(ask(solved, "desk", "--json").stdout)
    assert {each["learner_id"] for each in answer["urgent"]} <= set(learner_ids)


def test_desk_of_an_unknown_school_is_wrong_usage(solved):
    """An empty list would read as: nobody needs anything."""
    done = ask(solved, "desk", "--school", "nobody", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'van school "nobody"' in done.stderr
