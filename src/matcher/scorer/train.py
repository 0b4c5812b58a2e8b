"""From history to a scorer, with everything that was found out on the way."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from matcher.dataset.history import History
from matcher.dataset.tables import Floats
from matcher.scorer.audit import GroupRow, Proxy, group_rows, proxies
from matcher.scorer.candidate import CANDIDATES, fitted, shapes_of
from matcher.scorer.estimator import moved
from matcher.scorer.features import NUMBERS, Features, history_features
from matcher.scorer.inputs import INPUTS
from matcher.scorer.metric import (
    CalibrationBins,
    Interval,
    Scored,
    auc,
    brier,
    calibration_bins,
    calibration_error,
    calibration_gap,
    interval,
    log_loss,
)
from matcher.scorer.outcome import Outcomes, outcomes
from matcher.scorer.profile import Profile, profiles_of
from matcher.scorer.scorer import Scorer
from matcher.scorer.shape import Shape
from matcher.scorer.validation import (
    Choice,
    Folds,
    TooLittleHistoryError,
    calibration_of,
    choose,
    forward_folds,
    group_folds,
    scored_rows,
    to_be_right_on,
)

MIN_PER_COEFFICIENT = 10
"""Agreements of the rarer outcome for each number that is fitted."""

_DECIMALS = 6
"""Of what a shape adds to the log-odds: past all that a history can tell."""
_MEASURES = MappingProxyType(
    {
        "auc": auc,
        "calibration_error": calibration_error,
        "calibration_gap": calibration_gap,
        "brier": brier,
        "log_loss": log_loss,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainParams:
    """What may be chosen about a fitting.

    Attributes
    ----------
    horizon_days
        Days from the start that count as lasting.
    num_draws
        Redrawn histories behind each interval.
    num_refits
        Redrawn histories on which the shapes are fitted again, for their bands.
    """

    horizon_days: int = 180
    seed: int = 1
    num_draws: int = 200
    num_refits: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """5 and 95 percentiles of a shape over redrawn histories, per value of it."""

    name: str
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A scorer and what is known about it.

    Attributes
    ----------
    metrics
        On later agreements than those learned from, by name.
    across
        AUC on schools, and on enterprises, that were not learned from.
    bins
        Of the calibration plot.
    num_known, num_lasted
        Agreements whose outcome at the horizon is known, and that lasted.
    share_lasted
        Of all agreements, running ones weighed in.
    """

    scorer: Scorer
    params: TrainParams
    choice: Choice
    metrics: Mapping[str, Interval]
    across: Mapping[str, Interval]
    groups: tuple[GroupRow, ...]
    proxies: tuple[Proxy, ...]
    bins: CalibrationBins
    bands: tuple[Band, ...]
    profiles: tuple[Profile, ...]
    num_rows: int
    num_known: int
    num_lasted: int
    share_lasted: float
    first_start: str
    last_start: str
    history_sha256: str
    is_synthetic: bool


def train(
    history: History,
    params: TrainParams | None = None,
    *,
    is_synthetic: bool = False,
) -> Training:
    """Fit, choose, calibrate and audit.

    Raises
    ------
    TooLittleHistoryError
        The history cannot carry a score; the message says how much would.
    """
    # Threads gain nothing on so few rows, and lose much where cores are shared.
    with threadpool_limits(limits=1):
        return _trained(history, params or TrainParams(), is_synthetic=is_synthetic)


def _trained(history: History, params: TrainParams, *, is_synthetic: bool) -> Training:
    features = history_features(history)
    final = outcomes(history, params.horizon_days)
    _check_enough(features, final, params)
    by_candidate = {
        name: forward_folds(history, params.horizon_days, name, seed=params.seed)
        for name in CANDIDATES
    }
    choice = choose(by_candidate, final)
    folds = by_candidate[choice.chosen]
    scored = scored_rows(history, folds, final)
    scorer = _scorer(features, final, choice.chosen, folds, params)
    across = {
        name: _across(history, final, choice.chosen, name, params)
        for name in ("school_id", "enterprise_id")
    }
    return Training(
        scorer=scorer,
        params=params,
        choice=choice,
        metrics={
            name: interval(
                scored, measure, seed=params.seed, num_draws=params.num_draws
            )
            for name, measure in _MEASURES.items()
        },
        across=across,
        groups=group_rows(history, folds.row, scored, seed=params.seed),
        proxies=proxies(history, features),
        bins=calibration_bins(scored.chance, scored.lasted, scored.weight),
        bands=_bands(history, features, final, scorer, choice.chosen, params),
        profiles=profiles_of(features),
        num_rows=len(history),
        num_known=int(final.is_known.sum()),
        num_lasted=int(final.lasted[final.is_known].sum()),
        share_lasted=float(np.average(final.lasted, weights=final.weight)),
        first_start=str(history.start.min()),
        last_start=str(history.start.max()),
        history_sha256=history.sha256,
        is_synthetic=is_synthetic,
    )


def num_needed(features: Features) -> int:
    """Agreements of each outcome that a history with these sectors must hold."""
    num_coefficients = 3 * len(NUMBERS) + max(len(features.sectors), 1)
    return MIN_PER_COEFFICIENT * num_coefficients


def _check_enough(features: Features, final: Outcomes, params: TrainParams) -> None:
    lasted = int(final.lasted[final.is_known].sum())
    ended = int(final.is_known.sum()) - lasted
    need = num_needed(features)
    if min(lasted, ended) >= need:
        return
    rarer = min(lasted, ended)
    raise TooLittleHistoryError(
        "too_little" if rarer else "too_little_of_one",
        rows=len(features),
        lasted=lasted,
        ended=ended,
        days=params.horizon_days,
        need=need,
        about=math.ceil(len(features) * need / max(rarer, 1)),
    )


def _scorer(
    features: Features,
    final: Outcomes,
    name: str,
    folds: Folds,
    params: TrainParams,
) -> Scorer:
    """Fit on all that is known; stretch as later agreements ask.

    The level is set on earlier agreements too: it asks for many, and the later ones
    alone would say it with more noise.
    """
    used = final.weight > 0
    weight, lasted = final.weight[used], final.lasted[used]
    pipeline = fitted(name, features, final.lasted, final.weight, seed=params.seed)
    every = np.ones(len(folds.row), dtype=bool)
    stretch = calibration_of(folds, final, every).stretch
    shapes = _written(pipeline, stretch)
    unlevelled = Scorer(horizon_days=params.horizon_days, intercept=0.0, shapes=shapes)
    log_odds = unlevelled.log_odds(features.take(used))
    right_on = to_be_right_on(used, features.is_whole())[used]
    weight = np.where(right_on, weight, 0.0)
    level = brentq(lambda at: weight @ (expit(at + log_odds) - lasted), -30.0, 30.0)
    return replace(unlevelled, intercept=round(float(level), _DECIMALS))


def _written(pipeline: Pipeline, stretch: float) -> tuple[Shape, ...]:
    """Shapes of a fitted pipeline, stretched, as they are written."""
    stretched = [moved(shape, times=stretch) for shape in shapes_of(pipeline)]
    return tuple(
        replace(
            shape,
            values=tuple(round(value, _DECIMALS) + 0.0 for value in shape.values),
            unknown=round(shape.unknown, _DECIMALS) + 0.0,
        )
        for shape in stretched
    )


def _across(
    history: History, final: Outcomes, name: str, column: str, params: TrainParams
) -> Interval:
    folds = group_folds(
        history,
        params.horizon_days,
        name,
        getattr(history, column),
        seed=params.seed,
    )
    nothing = Interval(value=math.nan, low=math.nan, high=math.nan)
    if not len(folds.row):
        return nothing
    scored: Scored = scored_rows(history, folds, final)
    return interval(scored, auc, seed=params.seed, num_draws=params.num_draws)


def _bands(
    history: History,
    features: Features,
    final: Outcomes,
    scorer: Scorer,
    name: str,
    params: TrainParams,
) -> tuple[Band, ...]:
    """Fit again on redrawn enterprises, and see how far each shape moves."""
    rng = np.random.default_rng(params.seed)
    alone = np.array([f" {at}" for at in range(len(history))], dtype=object)
    ids = np.where(history.enterprise_id == "", alone, history.enterprise_id)
    clusters, of_row = np.unique(ids.astype(str), return_inverse=True)
    found: list[list[Floats]] = [[] for _ in INPUTS]
    for _ in range(params.num_refits):
        drawn = rng.integers(0, len(clusters), len(clusters))
        times = np.bincount(drawn, minlength=len(clusters))[of_row]
        weight = final.weight * times
        pipeline = fitted(name, features, final.lasted, weight, seed=params.seed)
        shapes = _written(pipeline, 1.0)
        for values, shape, own in zip(found, shapes, scorer.shapes, strict=True):
            values.append(_at(shape, own))
    return tuple(_band(*each) for each in zip(scorer.shapes, found, strict=True))


def _band(shape: Shape, values: list[Floats]) -> Band:
    if not values:
        return Band(name=shape.name, low=shape.values, high=shape.values)
    low, high = np.quantile(values, [0.05, 0.95], axis=0).round(_DECIMALS)
    return Band(name=shape.name, low=tuple(low.tolist()), high=tuple(high.tolist()))


def _at(shape: Shape, own: Shape) -> Floats:
    """Values of one shape where another one has its values."""
    if own.kind == "category":
        return shape.of_categories(np.arange(len(own.categories)), own.categories)
    if own.kind == "linear":
        return shape.of_numbers(np.array(own.knots))
    knots = np.array(own.knots)
    return shape.of_numbers(np.append(knots, (knots[-1] if len(knots) else 0.0) + 1.0))
