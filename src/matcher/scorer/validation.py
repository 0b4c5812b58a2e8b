"""Which candidate, judged on agreements that start after all it has seen."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.special import expit, logit
from sklearn.pipeline import Pipeline

from matcher.dataset.history import History
from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index
from matcher.errors import MatcherError
from matcher.scorer.candidate import CANDIDATES, fitted, table_of
from matcher.scorer.features import Features, history_features
from matcher.scorer.least_loss import LossProblem, least_loss
from matcher.scorer.metric import Scored, row_log_loss
from matcher.scorer.outcome import Outcomes, outcomes
from matcher.scorer.words import said

_CUTS = (0.4, 0.55, 0.7, 0.85)
"""Shares of the known agreements, by start, that a fold learns from."""
_NUM_GROUP_FOLDS = 3
_MIN_CHANCE = 1e-6


class TooLittleHistoryError(MatcherError):
    """The history cannot carry a score; the message says how much would.

    Parameters
    ----------
    key
        Of the words.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(said(key, "en", **facts), said(key, "nl", **facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """Out-of-time predictions of one candidate, before calibration.

    Attributes
    ----------
    row
        (predictions,), position in the history.
    fold
        (predictions,), which fold predicted it.
    log_odds
        (predictions,)
    is_whole
        (predictions,), every input is known.
    """

    row: Index
    fold: Index
    log_odds: Floats
    is_whole: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The candidates compared.

    Attributes
    ----------
    loss
        Mean log loss per candidate, of `CANDIDATES`.
    loss_above_best, standard_error
        Per candidate: how much worse than the best one, row by row, and the
        standard error of that.
    chosen
        The simplest one that is worse by at most one standard error.
    """

    loss: tuple[float, ...]
    loss_above_best: tuple[float, ...]
    standard_error: tuple[float, ...]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Log-odds to be moved and stretched; `stretch` is 0 or more."""

    move: float
    stretch: float

    def applied(self, log_odds: Floats) -> Floats:
        """(rows,), calibrated log-odds."""
        return self.move + self.stretch * log_odds


def cut_days(history: History, known: Outcomes) -> list[np.datetime64]:
    """Days on which a fold looks back, and the day after the last start.

    Raises
    ------
    TooLittleHistoryError
        All agreements start on too few days to tell earlier from later.
    """
    starts = np.sort(history.start[known.is_known])
    at = [starts[int(share * (len(starts) - 1))] for share in _CUTS]
    cuts = sorted({np.datetime64(day) for day in at if day > starts[0]})
    if len(cuts) < 2:
        raise TooLittleHistoryError("too_few_days", first=starts[0], last=starts[-1])
    return [*cuts, starts[-1] + np.timedelta64(1, "D")]


def forward_folds(
    history: History, horizon_days: int, name: str, *, seed: int
) -> Folds:
    """Predict later agreements from earlier ones, with what was known at that time.

    Raises
    ------
    TooLittleHistoryError
        A fold would learn from agreements that all lasted, or all did not.
    """
    features = history_features(history)
    final = outcomes(history, horizon_days)
    cuts = cut_days(history, final)
    rows, folds, log_odds = [], [], []
    for fold, (cut, after) in enumerate(pairwise(cuts)):
        then = outcomes(history, horizon_days, as_of=cut - np.timedelta64(1, "D"))
        pipeline = _fitted(name, features, then, seed)
        is_tested = (history.start >= cut) & (history.start < after) & final.is_known
        rows.append(np.flatnonzero(is_tested))
        folds.append(np.full(int(is_tested.sum()), fold))
        log_odds.append(_predicted(pipeline, features.take(is_tested)))
    predicted = np.concatenate(rows)
    return Folds(
        row=predicted,
        fold=np.concatenate(folds),
        log_odds=np.concatenate(log_odds),
        is_whole=features.is_whole()[predicted],
    )


def group_folds(
    history: History, horizon_days: int, name: str, groups: Texts, *, seed: int
) -> Folds:
    """Predict agreements of some groups from those of the others; blank: left out."""
    features = history_features(history)
    final = outcomes(history, horizon_days)
    names = np.array(sorted({group for group in groups if group}), dtype=object)
    at = np.full(len(history), -1)
    order = np.random.default_rng(seed).permutation(len(names))
    part = dict(
        zip(names[order], np.arange(len(names)) % _NUM_GROUP_FOLDS, strict=True)
    )
    for row, group in enumerate(groups):
        at[row] = part.get(group, -1)
    rows, folds, log_odds = [], [], []
    for fold in range(_NUM_GROUP_FOLDS if len(names) >= _NUM_GROUP_FOLDS else 0):
        is_tested = (at == fold) & final.is_known
        learned = replace(final, weight=np.where(at == fold, 0.0, final.weight))
        pipeline = _fitted(name, features, learned, seed)
        rows.append(np.flatnonzero(is_tested))
        folds.append(np.full(int(is_tested.sum()), fold))
        log_odds.append(_predicted(pipeline, features.take(is_tested)))
    empty = [np.zeros(0, dtype=np.int64)]
    predicted = np.concatenate(rows or empty)
    return Folds(
        row=predicted,
        fold=np.concatenate(folds or empty),
        log_odds=np.concatenate(log_odds or [np.zeros(0)]),
        is_whole=features.is_whole()[predicted],
    )


def choose(by_candidate: dict[str, Folds], final: Outcomes) -> Choice:
    """The simplest candidate within one standard error of the best.

    The difference of two candidates is taken row by row, so that what makes a row
    hard for both does not blur it. All candidates predict the same rows.
    """
    row = next(iter(by_candidate.values())).row
    weight, lasted = final.weight[row], final.lasted[row]
    losses = np.column_stack(
        [
            row_log_loss(expit(calibrated_apart(by_candidate[name], final)), lasted)
            for name in CANDIDATES
        ]
    )
    mean = np.average(losses, axis=0, weights=weight)
    best = int(mean.argmin())
    excess = losses - losses[:, [best]]
    above = np.average(excess, axis=0, weights=weight)
    share = weight / weight.sum()
    error = np.sqrt(((share[:, None] * (excess - above)) ** 2).sum(axis=0))
    chosen = next(
        name
        for name, more, one in zip(CANDIDATES, above, error, strict=True)
        if more <= one
    )
    return Choice(
        loss=tuple(mean.tolist()),
        loss_above_best=tuple(above.tolist()),
        standard_error=tuple(error.tolist()),
        chosen=chosen,
    )


def calibration_of(folds: Folds, final: Outcomes, used: Bools) -> Calibration:
    """Move and stretch that make the chances right on average (Platt).

    Parameters
    ----------
    used
        (predictions,), those to learn from.
    """
    used = to_be_right_on(used, folds.is_whole)
    log_odds, row = folds.log_odds[used], folds.row[used]
    problem = LossProblem(
        design=np.column_stack([np.ones(len(row)), log_odds]),
        target=final.lasted[row],
        weight=final.weight[row],
        pull=np.zeros(2),
        lower=np.array([-np.inf, 0.0]),
    )
    (move, stretch), _ = least_loss(problem, np.array([0.0, 1.0]))
    return Calibration(move=float(move), stretch=float(stretch))


def to_be_right_on(used: Bools, is_whole: Bools) -> Bools:
    """Of the rows used those on which chances are made right.

    Where an input is unknown they are held low on purpose, and would bend the rest:
    the whole rows, then, unless most rows lack something.
    """
    whole = used & is_whole
    return whole if 2 * whole.sum() >= used.sum() else used


def calibrated_apart(folds: Folds, final: Outcomes) -> Floats:
    """(predictions,), each fold calibrated on the others: nothing judges itself."""
    result = np.zeros(len(folds.row))
    for fold in np.unique(folds.fold):
        here = folds.fold == fold
        calibration = calibration_of(folds, final, ~here)
        result[here] = calibration.applied(folds.log_odds[here])
    return result


def scored_rows(history: History, folds: Folds, final: Outcomes) -> Scored:
    """Out-of-time chances beside what came of them."""
    return Scored(
        chance=np.asarray(expit(calibrated_apart(folds, final))),
        lasted=final.lasted[folds.row],
        weight=final.weight[folds.row],
        cluster=history.enterprise_id[folds.row],
    )


def _fitted(name: str, features: Features, known: Outcomes, seed: int) -> Pipeline:
    used = known.weight > 0
    lasted = known.lasted[used]
    if lasted.all() or not lasted.any():
        key = "all_lasted" if lasted.any() else "none_lasted"
        raise TooLittleHistoryError(key, rows=int(used.sum()))
    return fitted(name, features, known.lasted, known.weight, seed=seed)


def _predicted(pipeline: Pipeline, features: Features) -> Floats:
    if not len(features):
        return np.zeros(0)
    chance = pipeline.predict_proba(table_of(features))[:, 1]
    return np.asarray(logit(np.clip(chance, _MIN_CHANCE, 1.0 - _MIN_CHANCE)))
