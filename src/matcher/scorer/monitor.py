"""Does a scorer still fit? Spread of the inputs, and chances against new outcomes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.dataset.history import History
from matcher.dataset.tables import Floats
from matcher.scorer.artefact import Artefact
from matcher.scorer.explain import input_words
from matcher.scorer.features import Features, history_features
from matcher.scorer.metric import Interval, Scored, calibration_gap, interval
from matcher.scorer.outcome import outcomes
from matcher.scorer.profile import spread_like, stability_index
from matcher.scorer.words import Language, number, said

LOOK_INDEX, OTHER_INDEX = 0.1, 0.25
"""Stability indices from which an input is to be looked at, and is another one."""
MIN_OUTCOMES = 200
GAP_TOLERANCE = 0.04
"""Chances may be off by so much on average before the scorer is put aside."""

OUTSIDE_SHARE = 0.25
"""Of the pairs with a value the history hardly saw, or none, from which it is said."""
OUTSIDE_SLACK = 0.25
"""Of the span that the history saw, on either side."""

Fit = Literal["fits", "needs_a_look", "fits_not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far the spread of one input moved since the history."""

    input: str
    index: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """An input and the share of rows for which it says little."""

    input: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What new data says of a scorer.

    Attributes
    ----------
    gap
        Mean chance less the share that lasted; None with too few outcomes.
    """

    drifts: tuple[Drift, ...]
    num_outcomes: int
    mean_chance: float
    share_lasted: float
    gap: Interval | None
    fit: Fit


def monitor(artefact: Artefact, history: History, *, seed: int = 1) -> Monitoring:
    """Compare agreements since the fitting with what the scorer says of them."""
    features = history_features(history)
    drifts = drifts_of(artefact, features)
    known = outcomes(history, artefact.scorer.horizon_days)
    used = known.is_known
    scored = Scored(
        chance=artefact.scorer.chance(features)[used],
        lasted=known.lasted[used],
        weight=known.weight[used],
        cluster=history.enterprise_id[used],
    )
    is_enough = len(scored) >= MIN_OUTCOMES
    gap = interval(scored, calibration_gap, seed=seed) if is_enough else None
    return Monitoring(
        drifts=drifts,
        num_outcomes=len(scored),
        mean_chance=_mean(scored.chance, scored.weight),
        share_lasted=_mean(scored.lasted.astype(np.float64), scored.weight),
        gap=gap,
        fit=_fit(drifts, gap),
    )


def drifts_of(artefact: Artefact, features: Features) -> tuple[Drift, ...]:
    """How far each input moved, in the order of `INPUTS`."""
    return tuple(
        Drift(
            input=profile.name,
            index=stability_index(profile.shares, spread_like(profile, features)),
        )
        for profile in artefact.profiles
    )


def outside_history(artefact: Artefact, features: Features) -> tuple[Outside, ...]:
    """Inputs whose values the history hardly saw, in many of these rows.

    Eligible pairs are spread wider than the placements that people chose, so what is
    looked at is no index of stability but whether there was anything to learn from.
    """
    found = []
    for shape, profile in zip(artefact.scorer.shapes, artefact.profiles, strict=True):
        if shape.kind == "category":
            share = spread_like(profile, features)[-1]
        else:
            column = features.column(shape.name)
            low, high = shape.knots[0], shape.knots[-1]
            slack = OUTSIDE_SLACK * (high - low)
            inside = (column >= low - slack) & (column <= high + slack)
            share = float(1.0 - inside.mean()) if len(column) else 0.0
        if share > OUTSIDE_SHARE:
            found.append(Outside(input=shape.name, share=share))
    return tuple(found)


def monitoring_to_text(monitoring: Monitoring, language: Language) -> str:
    """One line per input, one on the outcomes, and the verdict."""
    lines = [
        said(
            _drift_key(drift),
            language,
            name=input_words(drift.input, language),
            index=number(drift.index, ".2f", language),
        )
        for drift in monitoring.drifts
    ]
    if monitoring.gap is None:
        key, facts = "outcomes_too_few", {"need": str(MIN_OUTCOMES)}
    else:
        gap = monitoring.gap
        key = "outcomes"
        facts = {
            "mean": number(100 * monitoring.mean_chance, ".1f", language),
            "share": number(100 * monitoring.share_lasted, ".1f", language),
            "gap": number(100 * gap.value, "+.1f", language),
            "low": number(100 * gap.low, "+.1f", language),
            "high": number(100 * gap.high, "+.1f", language),
        }
    lines.append(said(key, language, rows=monitoring.num_outcomes, **facts))
    return "\n".join([*lines, said(monitoring.fit, language)])


def _drift_key(drift: Drift) -> str:
    if drift.index >= OTHER_INDEX:
        return "drift_other"
    return "drift_look" if drift.index >= LOOK_INDEX else "drift_steady"


def _fit(drifts: tuple[Drift, ...], gap: Interval | None) -> Fit:
    """Put aside where chances are surely off, or the inputs are of another world."""
    worst = max((drift.index for drift in drifts), default=0.0)
    is_off = gap is not None and (gap.low > 0 or gap.high < 0)
    if gap is not None and is_off and abs(gap.value) > GAP_TOLERANCE:
        return "fits_not"
    if worst >= OTHER_INDEX:
        return "fits_not"
    return "needs_a_look" if is_off or worst >= LOOK_INDEX else "fits"


def _mean(values: Floats, weight: Floats) -> float:
    return float(np.average(values, weights=weight)) if len(values) else float("nan")
