"""Histories for the tests: drawn once, and small ones by hand."""

from dataclasses import fields, replace
from functools import cache

import numpy as np

from matcher.dataset import History
from matcher.scorer.synthetic import (
    SyntheticHistory,
    SyntheticParams,
    synthetic_history,
)
from matcher.scorer.train import Training, TrainParams, train

QUICK = TrainParams(num_draws=20, num_refits=2)


@cache
def drawn(
    num_rows: int = 3000, seed: int = 1, selection: float = 0.3, proxy: bool = False
) -> SyntheticHistory:
    params = SyntheticParams(selection=selection, proxy=proxy)
    return synthetic_history(num_rows, seed, params)


@cache
def trained(num_rows: int = 3000, seed: int = 1) -> Training:
    return train(drawn(num_rows, seed).history, QUICK)


def taken(history: History, rows: np.ndarray) -> History:
    columns = {
        field.name: getattr(history, field.name)[rows]
        for field in fields(History)
        if field.name != "sha256"
    }
    return replace(history, **columns)


def by_hand(*rows: tuple[int, int | None, str, int]) -> History:
    """Agreements as (start day, end day or None, reason, observed until), in days."""
    base = drawn(max(len(rows), 2), 7).history
    zero = np.datetime64("2024-01-01")
    starts, ends, reasons, until = zip(*rows, strict=True)
    history = taken(base, np.arange(len(rows)))
    return replace(
        history,
        start=zero + np.array(starts),
        planned_end=zero + np.array(starts) + 1000,
        end=np.array(
            [np.datetime64("NaT") if day is None else zero + day for day in ends],
            dtype="datetime64[D]",
        ),
        end_reason=np.array(reasons, dtype=object),
        observed_until=zero + np.array(until),
    )
