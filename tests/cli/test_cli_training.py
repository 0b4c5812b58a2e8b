"""The commands around the success model, from invented history to a judged run."""

import json
import re
import shutil

import pytest

from tests.cli.command import SAMPLES, matcher, rows_of, solve, summary_of

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A history and the model trained on it."""
    folder = tmp_path_factory.mktemp("scoremodel")
    history = folder / "historiek"
    done = matcher("generate-history", history, "--rows", 1500, "--seed", 3)
    assert done.returncode == 0, done.stderr
    done = matcher("train", history, "--out", folder / "model", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert re.search(r"AUC 0\.\d{3} \(0\.\d{3} - 0\.\d{3}\)", done.stdout)
    assert re.search(r"sha256 [0-9a-f]{64}", done.stdout)
    return folder


def test_model_trained_on_invented_history_says_so(made):
    assert "**SYNTHETIC.**" in (made / "model" / "card.md").read_text("utf-8")
    shutil.copy(made / "historiek" / "history.csv", made / "alone.csv")
    done = matcher("train", made / "alone.csv", "--out", made / "alone")
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" not in (made / "alone" / "card.md").read_text("utf-8")


@pytest.fixture(scope="module")
def run(made):
    """A run of sample c whose policy names the model that lies beside it."""
    policy = made / "policy.toml"
    policy.write_text('success_model = "model"\n', encoding="utf-8")
    out = made / "run"
    done = matcher("solve", SAMPLES / "c", "--out", out, "--policy", policy)
    assert done.returncode == 0, done.stderr
    assert "verzonnen historiek" in done.stdout
    assert "sector van de opleiding ligt bij 100 % van de koppels buiten" in done.stdout
    return out


def test_run_with_the_model_is_verified(run):
    assert rows_of(run / "success.csv")
    assert summary_of(run)["versions"]["success_model"]
    assert matcher("verify", SAMPLES / "c", run).returncode == 0


def test_model_is_off_by_default(made):
    solve(SAMPLES / "c", made / "bare")
    assert not (made / "bare" / "success.csv").exists()


def test_chance_of_a_pair_is_told_in_parts_that_add_up(made, run):
    row = rows_of(run / "success.csv")[0]
    pair = ["--learner", row["learner_id"], "--site", row["site_id"]]
    arguments = [SAMPLES / "c", "--model", made / "model", *pair]
    done = matcher("chance", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    points = sum(part["points"] for part in told["contributions"])
    assert told["base"] + points / 100 == pytest.approx(told["chance"])
    done = matcher("chance", *arguments)
    assert "Mensen beslissen" in done.stdout
    assert "verzonnen historiek" in done.stderr


def test_chance_counts_travel_as_the_policy_does(made, run):
    row = rows_of(run / "success.csv")[0]
    pair = ["--learner", row["learner_id"], "--site", row["site_id"], "--json"]
    straight = made / "rechtdoor.toml"
    straight.write_text(
        'success_model = "model"\n[travel]\ndetour = 1.1\n', encoding="utf-8"
    )

    def minutes(*options):
        done = matcher("chance", SAMPLES / "c", *options, *pair)
        assert done.returncode == 0, done.stderr
        parts = json.loads(done.stdout)["contributions"]
        (told,) = (part for part in parts if part["input"] == "travel_minutes")
        return float(told["found"])

    assert minutes("--policy", straight) < minutes("--model", made / "model")


def test_row_in_scores_is_told_beside_the_chance(made, run, tmp_path):
    row = rows_of(run / "success.csv")[0]
    pair = [row["learner_id"], row["site_id"]]
    shutil.copytree(SAMPLES / "c", tmp_path / "data")
    (tmp_path / "data" / "scores.csv").write_text(
        f"learner_id,site_id,success\n{','.join(pair)},0.125\n", encoding="utf-8"
    )
    arguments = ["--model", made / "model", "--learner", pair[0], "--site", pair[1]]
    done = matcher("chance", tmp_path / "data", *arguments)
    assert "12,5 op 100" in done.stdout.splitlines()[-1]
    done = matcher("chance", tmp_path / "data", *arguments, "--json")
    assert json.loads(done.stdout)["scores_row"] == 0.125


def test_chance_without_a_model_is_wrong_usage():
    done = matcher("chance", SAMPLES / "c", "--learner", "x", "--site", "y")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--model" in done.stderr


@pytest.mark.parametrize(("learner", "site"), [("X", "W00000"), ("L00000", "X")])
def test_chance_of_an_unknown_id_names_it(made, learner, site):
    pair = ["--learner", learner, "--site", site]
    done = matcher("chance", SAMPLES / "c", "--model", made / "model", *pair)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Er is geen" in done.stderr
    assert '"X"' in done.stderr


def test_folder_with_other_files_is_refused_before_the_work(made):
    done = matcher("train", made / "historiek", "--out", made / "historiek")
    assert done.returncode == 2
    assert "er is niets geschreven" in done.stderr
    assert not (made / "historiek" / "scorer.json").exists()


def test_pair_that_cannot_be_is_wrong_usage(made):
    arguments = ["--model", made / "model", "--learner", "niemand", "--site", "nergens"]
    done = matcher("chance", SAMPLES / "c", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "niemand" in done.stderr


def test_monitoring_says_whether_the_model_fits(made):
    done = matcher("monitor", made / "historiek", "--model", made / "model", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["fit"] in ("fits", "needs_a_look")
    done = matcher("monitor", made / "historiek", "--model", made / "model")
    assert "past nog" in done.stdout


def test_faulty_history_is_told_row_by_row(made):
    path = made / "fout.csv"
    text = (made / "historiek" / "history.csv").read_text("utf-8")
    header, first, *rest = text.splitlines()
    path.write_text("\n".join([f"{header},geslacht", f"{first},x", *rest]), "utf-8")
    done = matcher("train", path, "--out", made / "nooit")
    assert done.returncode == 1
    assert "geslacht" in done.stdout
    assert "history_forbidden" in done.stdout
    assert not (made / "nooit").exists()


def test_too_little_history_is_refused_with_what_would_do(made):
    lines = (made / "historiek" / "history.csv").read_text("utf-8").splitlines()
    (made / "weinig.csv").write_text("\n".join(lines[:60]), "utf-8")
    done = matcher("train", made / "weinig.csv", "--out", made / "nooit")
    assert done.returncode == 1
    assert re.search(r"van elk minstens \d+", done.stderr)
    done = matcher(
        "train", made / "weinig.csv", "--out", made / "nooit", "--language", "en"
    )
    assert re.search(r"at least \d+ of each", done.stderr)
    assert not (made / "nooit").exists()


def test_changed_model_is_refused(made):
    changed = made / "veranderd"
    shutil.copytree(made / "model", changed)
    with (changed / "metrics.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    policy = made / "veranderd.toml"
    policy.write_text(f'success_model = "{changed}"\n', encoding="utf-8")
    done = matcher(
        "solve", SAMPLES / "c", "--out", made / "nooit", "--policy", policy, "--quiet"
    )
    assert done.returncode == 1
    assert "metrics.json is veranderd nadat het geschreven werd" in done.stderr
    assert not (made / "nooit").exists()
    asked = ["--model", changed, "--learner", "x", "--site", "y", "--language", "en"]
    done = matcher("chance", SAMPLES / "c", *asked)
    assert done.returncode == 1
    assert "metrics.json was changed after it was written" in done.stderr
