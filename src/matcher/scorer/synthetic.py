"""Synthetic history whose truth is known: to try the scorer, never to use it.

Planted: effects of travel (past 45 minutes steeper), support unmet, learners per
mentor, experience of the mentor, coverage and size; a confounder (some sectors have
their sites farther off and lose more agreements); a sector with few rows; agreements
still running or ended for reasons that say nothing; and coaches who chose the site,
partly by what no table holds (how sure they were of the match).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from matcher.dataset.history import History
from matcher.dataset.schema import history_schema
from matcher.dataset.tables import Bools, Dates, Floats, Texts
from matcher.eligibility.position import Index
from matcher.scorer.features import NUMBERS, Features

HORIZON_DAYS = 180
"""The truth is the chance to last so long."""

SECTORS = {
    "transport en logistiek": (0.20, 0.0, 1.0),
    "metaal en technologie": (0.15, 0.15, 1.1),
    "elektrotechniek": (0.10, 0.1, 1.1),
    "zorg en welzijn": (0.16, 0.2, 0.8),
    "kinderopvang": (0.08, 0.1, 0.8),
    "horeca": (0.13, -0.55, 1.3),
    "haarverzorging": (0.08, -0.25, 0.9),
    "garage": (0.08, 0.0, 1.0),
    "groene sectoren": (0.02, -0.4, 1.5),
}
"""Per sector: share of the rows, part in the log-odds, factor on the travel time."""

_HIDDEN_EFFECT = 0.5
"""Log-odds per standard deviation of what no table holds."""
_UNKNOWN_SHARE = 0.02
_UNKNOWN_EFFECT = -0.35
"""What nobody wrote down was often not looked at either."""
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_FIRST_DAY = np.datetime64("2019-09-01")
_LAST_DAY = np.datetime64("2026-06-30")
_YEARS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticParams:
    """Knobs of the history.

    Attributes
    ----------
    selection
        How far coaches choose by what no table holds: 0 not at all. At 1, who they
        are a standard deviation surer of is sent where travel counts half as much.
    proxy
        Whether `places` is made to give the audit group away.
    travel_factor
        On all travel times: another region, or another year.
    base
        Moves all log-odds.
    """

    selection: float = 0.3
    proxy: bool = False
    travel_factor: float = 1.0
    base: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticHistory:
    """A history with what nobody knows outside a simulation.

    Attributes
    ----------
    true_chance
        (rows,), of lasting `HORIZON_DAYS` for a learner and site like these, over
        all that no table holds.
    lasted
        (rows,), whether it does, also where the history does not tell.
    """

    history: History
    true_chance: Floats
    lasted: Bools


def synthetic_history(
    num_rows: int, seed: int, params: SyntheticParams | None = None
) -> SyntheticHistory:
    """Draw a history; the same arguments give the same rows."""
    params = params or SyntheticParams()
    rng = np.random.default_rng([seed, num_rows])
    shares = np.array([share for share, _, _ in SECTORS.values()])
    sector = rng.choice(len(SECTORS), num_rows, p=shares / shares.sum())
    audit = (rng.random(num_rows) < 0.3).astype(np.int64)
    hidden = rng.normal(size=num_rows)
    numbers = _chosen(sector, audit, hidden, params, rng)
    is_unknown = rng.random(numbers.shape) < _UNKNOWN_SHARE
    is_unknown[:, NUMBERS.index("places")] = False
    features = Features(numbers=numbers, sector=sector, sectors=tuple(SECTORS))
    log_odds = true_log_odds(features) + params.base
    log_odds += _UNKNOWN_EFFECT * is_unknown.any(axis=1)
    lasting = expit(log_odds + _HIDDEN_EFFECT * hidden)
    history, lasted = _observed(features, is_unknown, lasting, audit, rng)
    return SyntheticHistory(
        history=history, true_chance=_over_hidden(log_odds), lasted=lasted
    )


def true_log_odds(features: Features) -> Floats:
    """(rows,), of the truth before what no table holds; sectors by name."""
    part = {name: effect for name, (_, effect, _) in SECTORS.items()}
    by_code = np.array([*(part.get(name, 0.0) for name in features.sectors), 0.0])
    travel = np.minimum(features.column("travel_minutes"), 120.0)
    size = np.minimum(features.column("places"), 12.0)
    return np.asarray(
        0.75
        + by_code[features.sector]
        - 0.012 * np.minimum(travel, 45.0)
        - 0.03 * np.maximum(travel - 45.0, 0.0)
        - 0.32 * np.minimum(features.column("support_unmet"), 6.0) ** 0.85
        - 0.22 * (np.minimum(features.column("learners_per_mentor"), 6.0) - 1.0)
        + 0.35 * np.log1p(np.minimum(features.column("mentor_years"), 12.0))
        + 1.6 * (features.column("coverage") - 0.6)
        - 0.05 * np.abs(size - 5.0)
    )


def true_chance(features: Features) -> Floats:
    """(rows,), chance to last `HORIZON_DAYS`, over all that no table holds."""
    return _over_hidden(true_log_odds(features))


def write_synthetic(
    synthetic: SyntheticHistory, folder: Path, seed: int, params: SyntheticParams
) -> None:
    """Write ``history.csv``, ``truth.csv`` and the card that says it is synthetic."""
    folder.mkdir(parents=True, exist_ok=True)
    history = synthetic.history
    names = [column.name for column in history_schema().columns]
    _write(
        folder / "history.csv",
        names,
        [[_text(value) for value in getattr(history, name)] for name in names],
    )
    _write(
        folder / "truth.csv",
        ["placement_id", "true_chance", "lasted"],
        [
            list(history.placement_id),
            [repr(float(chance)) for chance in synthetic.true_chance],
            [str(bool(each)).lower() for each in synthetic.lasted],
        ],
    )
    card = (
        'name = "Synthetische historiek"\n'
        "synthetic = true\n"
        f"seed = {seed}\n"
        f"rows = {len(history)}\n"
        f"horizon_days = {HORIZON_DAYS}\n"
        f"selection = {params.selection}\n"
        f"proxy = {str(params.proxy).lower()}\n"
    )
    (folder / "dataset.toml").write_bytes(card.encode())


def _write(path: Path, names: list[str], columns: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(zip(*columns, strict=True))


def _text(value: object) -> str:
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value)
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(float(value)).removesuffix(".0")
    return str(value)


def _over_hidden(log_odds: Floats) -> Floats:
    """Mean chance over a standard normal, by Gauss and Hermite."""
    chances = expit(log_odds[:, None] + _HIDDEN_EFFECT * _NODES)
    return np.asarray(chances @ (_NODE_WEIGHTS / _NODE_WEIGHTS.sum()))


def _chosen(
    sector: Index,
    audit: Index,
    hidden: Floats,
    params: SyntheticParams,
    rng: np.random.Generator,
) -> Floats:
    """(rows, `NUMBERS`): of four sites, the one that the coach likes best."""
    num_rows, num_sites = len(sector), 4
    shape = (num_rows, num_sites)
    factor = np.array([factor for _, _, factor in SECTORS.values()])[sector]
    travel = rng.gamma(2.6, 12.5, shape) * (factor + 0.15 * audit)[:, None]
    travel = np.clip(travel * params.travel_factor, 2.0, 180.0).round()
    asks = rng.random(num_rows) < 0.35
    support = np.where(asks[:, None], rng.binomial(6, 0.25, shape), 0)
    columns = {
        "travel_minutes": travel,
        "support_unmet": support.astype(np.float64),
        "learners_per_mentor": 1.0 + rng.binomial(5, 0.25, shape),
        "mentor_years": np.minimum(rng.exponential(3.5, shape), 25.0).round(1),
        "coverage": rng.beta(5.0, 2.2, shape).round(2),
        "places": 1.0 + rng.negative_binomial(2, 0.35, shape),
    }
    weight = 1.0 - 0.5 * params.selection * hidden
    liking = (
        -weight[:, None] * travel / 25.0
        - 0.4 * support
        + 1.5 * columns["coverage"]
        + rng.gumbel(size=shape)
    )
    best = liking.argmax(axis=1)
    numbers = np.column_stack(
        [columns[name][np.arange(num_rows), best] for name in NUMBERS]
    )
    if params.proxy:
        small = rng.integers(1, 5, num_rows)
        numbers[:, NUMBERS.index("places")] = np.where(audit, small + 6, small)
    return numbers


def _observed(
    features: Features,
    is_unknown: Bools,
    lasting: Floats,
    audit: Index,
    rng: np.random.Generator,
) -> tuple[History, Bools]:
    """The rows as a region would have them on the last day, and the whole truth."""
    num_rows = len(lasting)
    start = _starts(num_rows, rng)
    planned = start + np.where(rng.random(num_rows) < 0.8, 280, 140)
    # Survival is lasting ** (days / horizon) ** 0.8: most early ends come soon.
    draw = rng.random(num_rows)
    days = HORIZON_DAYS * (np.log(draw) / np.log(lasting)) ** 1.25
    early = start + np.minimum(np.ceil(days), 5000).astype(np.int64)
    unrelated = start + np.ceil(rng.exponential(3000.0, num_rows)).astype(np.int64)
    end = np.minimum(np.minimum(early, unrelated), planned)
    reason = np.where(
        planned <= np.minimum(early, unrelated),
        "completed",
        np.where(
            unrelated < early,
            "unrelated",
            rng.choice(["mismatch", "learner", "site"], num_rows, p=[0.5, 0.3, 0.2]),
        ),
    )
    is_running = end > _LAST_DAY
    school = rng.integers(0, 24, num_rows)
    enterprise = rng.integers(0, max(num_rows // 25, 1), num_rows)
    numbers = np.where(is_unknown, np.nan, features.numbers)
    history = History(
        placement_id=_ids("A", np.arange(num_rows)),
        start=start,
        planned_end=planned,
        observed_until=np.full(num_rows, _LAST_DAY),
        end=np.where(is_running, np.datetime64("NaT"), end),
        end_reason=np.where(is_running, "", reason).astype(object),
        sector=np.array(features.sectors, dtype=object)[features.sector],
        school_id=_ids("S", school),
        enterprise_id=_ids("O", enterprise),
        audit_group=np.array(["groep_1", "groep_2"], dtype=object)[audit],
        sha256="",
        **{name: numbers[:, at] for at, name in enumerate(NUMBERS)},
    )
    return history, early >= start + HORIZON_DAYS


def _starts(num_rows: int, rng: np.random.Generator) -> Dates:
    """Mostly in the first weeks of a school year, the rest until April."""
    year = _FIRST_DAY + 365 * rng.integers(0, _YEARS, num_rows)
    is_early = rng.random(num_rows) < 0.7
    days = np.where(
        is_early, rng.integers(0, 45, num_rows), rng.integers(45, 240, num_rows)
    )
    started: Dates = np.sort(year + days)
    return started


def _ids(prefix: str, positions: Index) -> Texts:
    return np.array([f"{prefix}{at:05d}" for at in positions.tolist()], dtype=object)
