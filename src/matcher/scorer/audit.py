"""For whom the score holds, and whether an input gives away what may not count."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.history import History
from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index
from matcher.scorer.features import Features, history_features
from matcher.scorer.inputs import INPUTS
from matcher.scorer.metric import (
    Interval,
    Scored,
    auc,
    brier,
    calibration_error,
    calibration_gap,
    interval,
    interval_against,
)

MIN_ROWS = 100
"""Smaller groups are counted and not judged: chance would speak, and people show."""
PROXY_ROWS = 500
PROXY_AUC = 0.8
"""An input that tells a group from the others so well may stand in for it."""
_NUM_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """How the score holds in one group, on later agreements.

    Attributes
    ----------
    kind
        ``sector``, ``audit_group``, ``support``, ``inputs`` or ``school``.
    name
        "" for schools: only the widest gaps are told, never whose they are.
    num_rows
        Agreements whose outcome is known.
    gap
        Mean chance less the share that lasted.
    error_gap
        Brier score less that of all others: above 0 the score is worse here.
    """

    kind: str
    name: str
    num_rows: int
    mean_chance: float
    share_lasted: float
    gap: Interval
    error_gap: Interval
    calibration_error: float
    auc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An input that tells members of a group from all others.

    Attributes
    ----------
    group
        Value of `audit_group`; "" for a school.
    auc
        How well the input alone tells them, from 0.5 to 1.
    """

    input: str
    kind: str
    group: str
    auc: float


def group_rows(
    history: History, rows: Index, scored: Scored, *, seed: int
) -> tuple[GroupRow, ...]:
    """Every group of enough rows; of the schools the two of the widest gaps.

    Parameters
    ----------
    rows
        (scored,), positions in the history.
    """
    asks = np.where(
        np.isnan(history.support_unmet),
        "",
        np.where(history.support_unmet > 0, "unmet", "met"),
    ).astype(object)
    whole = history_features(history).is_whole()
    inputs = np.where(whole, "all known", "some unknown").astype(object)
    found = [
        _row(kind, name, scored, labels[rows] == name, seed)
        for kind, labels in (
            ("sector", history.sector),
            ("audit_group", history.audit_group),
            ("support", asks),
            ("inputs", inputs),
        )
        for name in _large(labels[rows])
    ]
    school = history.school_id[rows]
    by_school = [
        _row("school", "", scored, school == name, seed) for name in _large(school)
    ]
    by_school.sort(key=lambda row: row.gap.value)
    return (*found, *by_school[:1], *by_school[1:][-1:])


def proxies(history: History, features: Features) -> tuple[Proxy, ...]:
    """Inputs that give an audit group, or a school, away."""
    found = []
    for kind, labels in (
        ("audit_group", history.audit_group),
        ("school", history.school_id),
    ):
        names, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
        for name in names[counts >= PROXY_ROWS]:
            inside = (labels == name)[labels != ""]
            kept = features.take(labels != "")
            for each in INPUTS:
                told = _telling(kept, each.name, inside)
                if told >= PROXY_AUC:
                    group = str(name) if kind == "audit_group" else ""
                    found.append(
                        Proxy(input=each.name, kind=kind, group=group, auc=told)
                    )
    return tuple(found)


def _telling(features: Features, name: str, inside: Bools) -> float:
    """AUC of the share of the group in ten bins of the input, and the unknown."""
    if not inside.any() or inside.all():
        return 0.5
    bin_of = _binned(features, name)
    total = np.bincount(bin_of)
    share = np.bincount(bin_of, weights=inside) / np.maximum(total, 1)
    return auc(share[bin_of], inside, np.ones(len(inside)))


def _binned(features: Features, name: str) -> Index:
    if name == "sector":
        return features.sector + 1
    column: Floats = features.column(name)
    is_known = ~np.isnan(column)
    if not is_known.any():
        return np.zeros(len(column), dtype=np.int64)
    shares = np.linspace(0.0, 1.0, _NUM_BINS + 1)[1:-1]
    edges = np.unique(np.quantile(column[is_known], shares))
    return np.where(is_known, np.searchsorted(edges, column) + 1, 0)


def _large(labels: Texts) -> list[str]:
    names, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
    return [str(name) for name in names[counts >= MIN_ROWS]]


def _row(kind: str, name: str, scored: Scored, inside: Bools, seed: int) -> GroupRow:
    own = scored.take(inside)
    return GroupRow(
        kind=kind,
        name=name,
        num_rows=len(own),
        mean_chance=float(np.average(own.chance, weights=own.weight)),
        share_lasted=float(np.average(own.lasted, weights=own.weight)),
        gap=interval(own, calibration_gap, seed=seed),
        error_gap=interval_against(scored, inside, brier, seed=seed),
        calibration_error=calibration_error(own.chance, own.lasted, own.weight),
        auc=auc(own.chance, own.lasted, own.weight),
    )
