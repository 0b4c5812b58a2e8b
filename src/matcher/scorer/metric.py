"""How good chances are: weighted measures, with intervals by bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Bools, Floats, Texts

NUM_BINS = 10
_EDGE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A measure with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Chances beside outcomes.

    Attributes
    ----------
    chance, lasted, weight
        (rows,), of rows whose outcome is known; weights as of `Outcomes`.
    cluster
        (rows,), the enterprise: its rows are drawn together. Blank: the row alone.
    """

    chance: Floats
    lasted: Bools
    weight: Floats
    cluster: Texts

    def __len__(self) -> int:
        return len(self.chance)

    def take(self, rows: Bools) -> "Scored":
        """Some of the rows."""
        return Scored(
            chance=self.chance[rows],
            lasted=self.lasted[rows],
            weight=self.weight[rows],
            cluster=self.cluster[rows],
        )


Measure = Callable[[Floats, Bools, Floats], float]
"""Of chance, lasted and weight."""


def auc(chance: Floats, lasted: Bools, weight: Floats) -> float:
    """Chance that one that lasted scored above one that did not; a tie counts half."""
    levels, at = np.unique(chance, return_inverse=True)
    good = np.bincount(at, weights=weight * lasted, minlength=len(levels))
    bad = np.bincount(at, weights=weight * ~lasted, minlength=len(levels))
    if good.sum() <= 0 or bad.sum() <= 0:
        return float("nan")
    below = np.cumsum(bad) - 0.5 * bad
    return float(good @ below / (good.sum() * bad.sum()))


def row_log_loss(chance: Floats, lasted: Bools) -> Floats:
    """(rows,), minus the log of the chance given to what happened."""
    safe = np.clip(chance, _EDGE, 1.0 - _EDGE)
    return -np.where(lasted, np.log(safe), np.log1p(-safe))


def log_loss(chance: Floats, lasted: Bools, weight: Floats) -> float:
    """Mean of `row_log_loss`."""
    return float(np.average(row_log_loss(chance, lasted), weights=weight))


def brier(chance: Floats, lasted: Bools, weight: Floats) -> float:
    """Mean squared distance of chance and outcome."""
    return float(np.average((chance - lasted) ** 2, weights=weight))


def calibration_gap(chance: Floats, lasted: Bools, weight: Floats) -> float:
    """Mean chance minus the share that lasted: above 0 promises too much."""
    return float(np.average(chance - lasted, weights=weight))


def calibration_error(chance: Floats, lasted: Bools, weight: Floats) -> float:
    """Mean distance of chance and share that lasted, over ten equally full bins."""
    bins = calibration_bins(chance, lasted, weight)
    gaps = np.abs(bins.mean_chance - bins.share_lasted)
    return float(np.average(gaps, weights=bins.weight))


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBins:
    """(bins,) each, from low to high chances."""

    mean_chance: Floats
    share_lasted: Floats
    weight: Floats


def calibration_bins(
    chance: Floats, lasted: Bools, weight: Floats, num_bins: int = NUM_BINS
) -> CalibrationBins:
    """Bins of about equal weight; equal chances stay in one bin."""
    levels, at = np.unique(chance, return_inverse=True)
    by_level = np.bincount(at, weights=weight, minlength=len(levels))
    middle = (np.cumsum(by_level) - 0.5 * by_level) / by_level.sum()
    bin_of = np.minimum((middle * num_bins).astype(np.int64), num_bins - 1)[at]
    total = np.bincount(bin_of, weights=weight, minlength=num_bins).astype(np.float64)
    used = total > 0
    sums = np.bincount(bin_of, weights=weight * chance, minlength=num_bins)
    good = np.bincount(bin_of, weights=weight * lasted, minlength=num_bins)
    return CalibrationBins(
        mean_chance=sums[used] / total[used],
        share_lasted=good[used] / total[used],
        weight=total[used],
    )


def interval(
    scored: Scored, measure: Measure, *, seed: int, num_draws: int = 200
) -> Interval:
    """A measure, and the 2.5 and 97.5 percentiles over redrawn enterprises."""
    value = measure(scored.chance, scored.lasted, scored.weight)
    found = [
        measure(scored.chance[kept], scored.lasted[kept], weight)
        for kept, weight in _redrawn(scored, seed, num_draws)
    ]
    return _between(value, found)


def interval_against(
    scored: Scored,
    inside: Bools,
    measure: Measure,
    *,
    seed: int,
    num_draws: int = 200,
) -> Interval:
    """A measure on some rows less that on all others, redrawn as in `interval`."""
    found = [
        _difference(scored, rows, inside[rows], weight, measure)
        for rows, weight in _redrawn(scored, seed, num_draws)
    ]
    every = np.ones(len(scored), dtype=bool)
    return _between(_difference(scored, every, inside, scored.weight, measure), found)


def _difference(
    scored: Scored, rows: Bools, inside: Bools, weight: Floats, measure: Measure
) -> float:
    """NaN where one of the two sides is empty: a draw may miss a small group."""
    if inside.all() or not inside.any():
        return float("nan")
    chance, lasted = scored.chance[rows], scored.lasted[rows]
    own, others = (
        measure(chance[side], lasted[side], weight[side]) for side in (inside, ~inside)
    )
    return own - others


def _between(value: float, found: list[float]) -> Interval:
    told = [each for each in found if np.isfinite(each)]
    if not told:
        return Interval(value=value, low=float("nan"), high=float("nan"))
    low, high = np.quantile(told, [0.025, 0.975])
    return Interval(value=value, low=float(low), high=float(high))


def _redrawn(scored: Scored, seed: int, num_draws: int) -> list[tuple[Bools, Floats]]:
    """Rows kept, and their weights, for each draw of enterprises with replacement."""
    alone = np.array([f" {at}" for at in range(len(scored))], dtype=object)
    names = np.where(scored.cluster == "", alone, scored.cluster).astype(str)
    clusters, of_row = np.unique(names, return_inverse=True)
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(num_draws):
        drawn = rng.integers(0, len(clusters), len(clusters))
        times = np.bincount(drawn, minlength=len(clusters))[of_row]
        kept = times > 0
        draws.append((kept, scored.weight[kept] * times[kept]))
    return draws
