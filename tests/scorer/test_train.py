"""What training must show on history of known truth, and when it refuses."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from matcher.scorer.audit import proxies
from matcher.scorer.features import history_features
from matcher.scorer.metric import auc, calibration_error
from matcher.scorer.outcome import outcomes
from matcher.scorer.train import TrainParams, num_needed, train
from matcher.scorer.validation import (
    Choice,
    TooLittleHistoryError,
    choose,
    cut_days,
    forward_folds,
    to_be_right_on,
)
from tests.scorer.histories import QUICK, drawn, taken, trained

NUM_ROWS = 20_000


@cache
def full(seed):
    return train(drawn(NUM_ROWS, seed).history, QUICK)


def error_against(truth, chance):
    """Mean distance of chance and true chance over ten equally full bins."""
    order = np.argsort(chance, kind="stable")
    return float(
        np.mean(
            [abs((chance - truth)[part].mean()) for part in np.array_split(order, 10)]
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scorer_tells_almost_as_well_as_the_truth(seed):
    new = drawn(NUM_ROWS, seed + 100)
    chance = full(seed).scorer.chance(history_features(new.history))
    weight = np.ones(NUM_ROWS)
    best = auc(new.true_chance, new.lasted, weight)
    assert auc(chance, new.lasted, weight) >= best - 0.01


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chances_are_right_overall_and_in_every_group(seed):
    new = drawn(NUM_ROWS, seed + 100)
    chance = full(seed).scorer.chance(history_features(new.history))
    assert calibration_error(chance, new.lasted, np.ones(NUM_ROWS)) <= 0.02
    assert error_against(new.true_chance, chance) <= 0.02
    groups = [
        labels == name
        for labels in (
            new.history.sector,
            new.history.audit_group,
            new.history.school_id,
            new.history.support_unmet > 0,
            new.history.travel_minutes > 45,
        )
        for name in np.unique(labels)
    ]
    judged = [inside for inside in groups if inside.sum() >= 500]
    assert len(judged) > 20
    for inside in judged:
        assert error_against(new.true_chance[inside], chance[inside]) <= 0.04


def test_planted_proxy_is_flagged_and_without_it_nothing_is():
    history = drawn(3000, 1, proxy=True).history
    found = proxies(history, history_features(history))
    assert {(proxy.input, proxy.kind) for proxy in found} == {("places", "audit_group")}
    assert min(proxy.auc for proxy in found) > 0.95
    honest = drawn().history
    assert proxies(honest, history_features(honest)) == ()


def test_what_is_no_input_changes_nothing():
    history = drawn().history
    rng = np.random.default_rng(5)
    shuffled = rng.permutation(len(history))
    flipped = replace(
        history,
        placement_id=history.placement_id[shuffled],
        school_id=history.school_id[shuffled],
        enterprise_id=history.enterprise_id[shuffled],
        audit_group=np.where(history.audit_group == "groep_1", "groep_2", "groep_1"),
        sha256="anders",
    )
    found = train(flipped, QUICK)
    assert found.scorer == trained().scorer
    assert found.choice == trained().choice


def test_order_of_the_rows_changes_nothing():
    history = drawn().history
    rows = np.random.default_rng(6).permutation(len(history))
    found = train(taken(history, rows), QUICK)
    assert found.scorer == trained().scorer
    assert found.choice.chosen == trained().choice.chosen


@pytest.mark.parametrize("num_rows", [2, 50, 400])
def test_too_little_history_is_refused_and_told_how_much_would_do(num_rows):
    history = taken(drawn().history, np.arange(num_rows))
    with pytest.raises(TooLittleHistoryError) as refusal:
        train(history, QUICK)
    need = str(num_needed(history_features(history)))
    assert need in str(refusal.value)
    assert need in refusal.value.text("nl")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("mismatch", "hield er geen stand"), ("", "hielden alle stand")],
)
def test_history_whose_first_years_all_ended_alike_is_refused(reason, words):
    """Enough in all, but nothing to learn from where the first test looks back."""
    history = drawn().history
    early = history.start < np.datetime64("2022-09-01")
    never = np.datetime64("NaT")
    end = np.where(early, history.start + 20 if reason else never, history.end)
    reasons = np.where(early, reason, history.end_reason).astype(object)
    alike = replace(history, end=end, end_reason=reasons)
    with pytest.raises(TooLittleHistoryError) as refusal:
        train(alike, QUICK)
    assert words in refusal.value.text("nl")


def test_history_of_the_size_asked_for_is_enough():
    history = drawn(900, 4).history
    need = num_needed(history_features(history))
    known = outcomes(history, 180)
    lasted = known.lasted[known.is_known]
    assert min(lasted.sum(), (~lasted).sum()) >= need
    assert train(history, QUICK).num_rows == 900


def test_history_of_one_day_is_refused():
    history = drawn().history
    started = history.start
    by = np.datetime64("2019-09-01") - started
    same = replace(
        history,
        start=started + by,
        planned_end=history.planned_end + by,
        end=history.end + by,
    )
    with pytest.raises(TooLittleHistoryError, match="2019-09-01"):
        train(same, QUICK)


def test_folds_predict_later_agreements_from_what_was_known_before():
    """What happens after a fold looks back must not reach what it learns."""
    history = drawn().history
    before = forward_folds(history, 180, "logistic", seed=1)
    cuts = cut_days(history, outcomes(history, 180))
    # Early ends of the last fold are told as lasting; what is known stays known.
    late = (history.start >= cuts[-2]) & (history.end_reason == "mismatch")
    late &= history.observed_until >= history.start + 180
    end = np.where(late, history.start + 180, history.end)
    after = forward_folds(replace(history, end=end), 180, "logistic", seed=1)
    assert late.sum() > 50
    for fold in range(len(cuts) - 2):
        own, other = before.fold == fold, after.fold == fold
        np.testing.assert_array_equal(before.log_odds[own], after.log_odds[other])
    starts = history.start[before.row]
    for fold in range(len(cuts) - 1):
        assert starts[before.fold == fold].min() >= cuts[fold]


def test_simplest_candidate_within_one_standard_error_is_chosen():
    history = drawn().history
    final = outcomes(history, 180)
    folds = {
        name: forward_folds(history, 180, name, seed=1)
        for name in ("base_rate", "logistic", "boosting")
    }
    choice = choose(folds, final)
    assert choice.chosen == "logistic"
    assert choice.loss_above_best[0] > choice.standard_error[0]
    # Where every candidate says the same, the simplest one is good enough.
    same = dict.fromkeys(folds, folds["boosting"])
    assert choose(same, final).chosen == "base_rate"
    assert isinstance(choice, Choice)


def test_no_signal_gives_the_base_rate():
    history = drawn().history
    rng = np.random.default_rng(8)
    rows = rng.permutation(len(history))
    shuffled = replace(
        history,
        **{
            name: getattr(history, name)[rows]
            for name in ("sector", "travel_minutes", "support_unmet", "coverage",
                         "learners_per_mentor", "mentor_years", "places")
        },
    )  # fmt: skip
    found = train(shuffled, QUICK)
    chance = found.scorer.chance(history_features(history))
    assert chance.std() < 0.03


def test_input_that_nobody_recorded_is_left_out_of_account():
    history = drawn().history
    blank = replace(
        history,
        coverage=np.full(len(history), np.nan),
        places=np.full(len(history), 4.0),
        sector=np.full(len(history), "", dtype=object),
    )
    scorer = train(blank, QUICK).scorer
    parts = scorer.contributions(history_features(history))
    assert np.ptp(parts[:, [0, 5, 6]], axis=0).max() == 0.0
    assert np.ptp(parts[:, 1]) > 0.3


def test_what_is_no_longer_recorded_leaves_chances_right():
    history = drawn().history
    late = history.start >= np.quantile(history.start.astype(np.int64), 0.6).astype(
        "datetime64[D]"
    )
    blank = replace(history, coverage=np.where(late, np.nan, history.coverage))
    found = train(blank, QUICK)
    chance = found.scorer.chance(history_features(blank))
    assert abs((chance - drawn().true_chance)[~late].mean()) < 0.04
    assert abs(found.metrics["calibration_gap"].value) < 0.04


def test_unknown_inputs_hold_chances_low_and_leave_the_others_right():
    rows = {row.name: row for row in trained().groups if row.kind == "inputs"}
    assert abs(rows["all known"].gap.value) < 0.01
    assert rows["some unknown"].mean_chance < rows["all known"].mean_chance - 0.05
    assert rows["all known"].num_rows > 5 * rows["some unknown"].num_rows


def test_right_on_the_whole_rows_unless_they_are_few():
    used = np.array([True, True, True, False])
    most = np.array([True, True, False, True])
    few = np.array([True, False, False, True])
    np.testing.assert_array_equal(to_be_right_on(used, most), used & most)
    np.testing.assert_array_equal(to_be_right_on(used, few), used)


def test_groups_are_told_with_intervals_and_schools_without_names():
    rows = trained().groups
    assert {row.kind for row in rows} >= {"sector", "audit_group", "support"}
    assert all(row.name == "" for row in rows if row.kind == "school")
    for row in rows:
        assert row.num_rows >= 100
        assert row.gap.low <= row.gap.high
        assert row.gap.value == pytest.approx(row.mean_chance - row.share_lasted)
        assert row.error_gap.low <= row.error_gap.high


def test_bands_hold_their_curves_most_of_the_time():
    found = train(drawn().history, TrainParams(num_draws=2, num_refits=20))
    held = [
        low - 0.15 <= value <= high + 0.15
        for shape, band in zip(found.scorer.shapes, found.bands, strict=True)
        for value, low, high in zip(shape.values, band.low, band.high, strict=True)
    ]
    assert np.mean(held) > 0.9
