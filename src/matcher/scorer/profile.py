"""How the inputs of a history are spread: what later data is compared with."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.scorer.features import NUMBERS, Features

_NUM_BINS = 10
_LEAST_SHARE = 1e-4
"""In an empty bin: the index of stability has a logarithm in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Spread of one input.

    Attributes
    ----------
    edges
        Ascending; a bin ends at its edge. None for words.
    categories
        Words; none for numbers.
    shares
        Of the rows: per bin or word, then unknown (or an unseen word) as the last.
    """

    name: str
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    shares: tuple[float, ...]


def profiles_of(features: Features) -> tuple[Profile, ...]:
    """Spread of every input, the sector first."""
    sectors = features.sectors
    return (
        Profile(
            name="sector",
            categories=sectors,
            shares=_shares(features.sector, len(sectors)),
        ),
        *(_number_profile(name, features.column(name)) for name in NUMBERS),
    )


def spread_like(profile: Profile, features: Features) -> tuple[float, ...]:
    """Shares of other rows, in the bins of a profile."""
    if profile.name == "sector":
        place = {name: at for at, name in enumerate(profile.categories)}
        by_code = np.array([*(place.get(s, -1) for s in features.sectors), -1])
        return _shares(by_code[features.sector], len(profile.categories))
    return _binned_shares(features.column(profile.name), profile.edges)


def stability_index(expected: tuple[float, ...], found: tuple[float, ...]) -> float:
    """Population stability index: 0 for the same spread, past 0.25 another one."""
    before = np.maximum(expected, _LEAST_SHARE)
    after = np.maximum(found, _LEAST_SHARE)
    return float(((after - before) * np.log(after / before)).sum())


def _number_profile(name: str, column: Floats) -> Profile:
    known = column[~np.isnan(column)]
    edges: tuple[float, ...] = ()
    if len(known):
        shares = np.linspace(0.0, 1.0, _NUM_BINS + 1)[1:-1]
        edges = tuple(np.unique(np.quantile(known, shares)).tolist())
    return Profile(name=name, edges=edges, shares=_binned_shares(column, edges))


def _binned_shares(column: Floats, edges: tuple[float, ...]) -> tuple[float, ...]:
    at = np.searchsorted(edges, column, side="left")
    return _shares(np.where(np.isnan(column), -1, at), len(edges) + 1)


def _shares(codes: Index, num_codes: int) -> tuple[float, ...]:
    counts = np.bincount(np.where(codes < 0, num_codes, codes), minlength=num_codes + 1)
    return tuple((counts / max(len(codes), 1)).round(6).tolist())
