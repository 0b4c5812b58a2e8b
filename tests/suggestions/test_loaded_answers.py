"""What is loaded once: stored prices, columns gathered, chances in parts."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import matcher
from matcher.pipeline import RunParams
from matcher.policy import Policy
from matcher.problem.plans import plan_sites
from matcher.solvers import SolveParams
from matcher.solvers.state import read_state
from matcher.suggestions import (
    SuggestParams,
    explain_plan,
    load_run,
    prices_in,
    region_prices,
    stored_prices,
    suggest,
)
from matcher.suggestions.region_prices import sharers_of
from matcher.suggestions.text import Speaker
from matcher.suggestions.wire import plan_answer_json
from tests.suggestions.regions import loaded_case

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/data/samples"
MODEL = ROOT / "models/scorer/voorbeeld"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A run that kept its state, and its folder."""
    out = tmp_path_factory.mktemp("kept") / "run"
    params = RunParams(solve=SolveParams(gap=0.0, keep_state=True))
    matcher.run(SAMPLES / "a", out, params=params)
    return load_run(matcher.read_dataset(SAMPLES / "a"), out), out


def test_stored_prices_prove_no_more_than_the_run(kept):
    run, folder = kept
    prices = prices_in(run, folder)
    assert prices.bounds.sum() <= run.summary.bound + 1e-6
    assert prices.bounds.sum() > 0.8 * run.summary.bound
    assert prices.points.sum() == pytest.approx(run.summary.objective)
    assert (prices.row_prices >= 0).all()


def test_kept_prices_stay_where_no_prices_prove_much_more(kept, monkeypatch):
    # The module, which goes by the name of its function in the package.
    module = sys.modules["matcher.suggestions.region_prices"]
    monkeypatch.setattr(module, "CENTRAL_LEARNERS", 1)
    run, folder = kept
    state = read_state(folder)
    stored = stored_prices(run, state)
    assert region_prices(run, state).row_prices.tolist() == stored.row_prices.tolist()

    # All is free in a state that was kept before a limit bound.
    free = replace(
        state,
        row_prices=np.zeros_like(state.row_prices),
        floors=np.full_like(state.floors, np.nan),
    )
    poor, better = stored_prices(run, free), region_prices(run, free)
    assert poor.row_prices.max() == 0 < better.row_prices.max()
    assert poor.bounds.sum() < better.bounds.sum() <= better.points.sum() + 1e-6
    assert better.bounds.sum() >= 0.98 * stored.bounds.sum()


def test_bounds_by_stored_prices_hold(kept):
    """The lower bound is no more than what solving again finds."""
    run, folder = kept
    prices, compared = prices_in(run, folder), 0
    for learner_id in run.dataset.learners.learner_id.tolist()[:4]:
        exact = {
            (each.facts.placements, each.facts.seats): each.price.region
            for each in suggest(run, learner_id, SuggestParams(exact=True, top=9))
        }
        quick = suggest(run, learner_id, SuggestParams(exact=False, top=9), prices)
        for each in quick:
            true = exact.get((each.facts.placements, each.facts.seats))
            if true is not None and true.kind == "exact":
                assert each.price.region.at_least <= true.points + 1e-6
                compared += 1
    assert compared >= 4


def test_everybody_shares_with_those_of_the_own_part(tmp_path):
    run = loaded_case(3, "tiny", tmp_path)
    for learner in range(run.problem.num_learners):
        sharers = sharers_of(run, learner)
        assert learner in sharers
        for other in sharers.tolist():
            assert sharers_of(run, other).tolist() == sharers.tolist()


def test_tables_around_a_learner_hold_no_other(kept):
    run, _ = kept
    for learner, learner_id in enumerate(run.dataset.learners.learner_id):
        own = run.lookup.around(np.array([learner]))
        assert own.learners.learner_id.tolist() == [learner_id]
        for table in ("support_needs", "abilities", "placements", "preferences"):
            assert set(getattr(own, table).learner_id) <= {learner_id}


def test_tables_of_plans_hold_the_sites_where_learners_are(kept):
    run, _ = kept
    some = np.array([0, 2])
    own = run.lookup.around(some, which="planned")
    sites = plan_sites(run.problem, run.plans.take(some))
    signed = run.lookup.around(some, which="none").sites.site_id
    expected = {*run.dataset.sites.site_id[np.unique(sites[sites >= 0])], *signed}
    assert expected > {*signed}
    assert set(own.sites.site_id) == expected


def test_answers_do_not_depend_on_who_was_asked_about_before(kept):
    """What is kept of one question must not get into the next."""
    run, folder = kept
    prices = prices_in(run, folder)
    ids = run.dataset.learners.learner_id.tolist()[:4]
    for learner_id in (*ids, *reversed(ids)):
        fresh = load_run(run.dataset, folder)
        assert suggest(run, learner_id, prices=prices) == suggest(
            fresh, learner_id, prices=prices
        )


def test_chance_of_a_site_is_told_in_parts_that_add_up(tmp_path):
    policy = Policy(success_model=str(MODEL))
    params = RunParams(solve=SolveParams(engine="greedy"))
    matcher.run(SAMPLES / "c", tmp_path / "run", policy=policy, params=params)
    run = load_run(matcher.read_dataset(SAMPLES / "c"), tmp_path / "run")
    told = 0
    for learner_id in run.dataset.learners.learner_id:
        answer = explain_plan(run, learner_id)
        for each in plan_answer_json(answer)["plan"]["chances"]:
            parts = sum(part["points"] for part in each["parts"])
            assert each["base"] + parts / 100 == pytest.approx(each["chance"])
            assert each["site_id"] in Speaker("nl").plan(answer)
            told += 1
    assert told > 3
