"""Charts of where it is tight: who waits, what stays unused, what is dear."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from matcher.capacity.names import Names
from matcher.capacity.report import CapacityReport
from matcher.capacity.section import cell_phrase
from matcher.capacity.unused import UNUSED_REASONS
from matcher.capacity.words import both
from matcher.dataset import Phrase
from matcher.report.charts import Bar, bars_of

_MOST_BARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars under a heading.

    Attributes
    ----------
    key
        Of the words.
    """

    key: str
    bars: tuple[Bar, ...]


def charts_of(report: CapacityReport, names: Names, least: int = 0) -> Iterator[Chart]:
    """Each chart with its longest bars, the longest first; empty where all are 0.

    Parameters
    ----------
    least
        No bar is of fewer people than this; what nobody may know has none.
    """
    waiting: Counter[str] = Counter()
    unused: Counter[str] = Counter()
    for row in report.supply:
        waiting[row.trajectory_id] += row.unplaced
        for reason in UNUSED_REASONS:
            unused[reason] += getattr(row, f"unused_{reason}")
    trainings = {each: cell_phrase(names.training(each)) for each in waiting}
    reasons = {each: both(f"column_supply_unused_{each}") for each in UNUSED_REASONS}
    waiting = Counter({each: n for each, n in waiting.items() if n >= least})
    yield _chart("chart_waiting", waiting, trainings)
    yield _chart("chart_unused", unused, reasons)
    for key, kinds in (("chart_paid", ("site",)), ("chart_paid_seats", ("course",))):
        paid: Counter[str] = Counter()
        for group in report.price_groups:
            if group.by != "trajectory" or isnan(group.paid_points):
                continue
            if group.kind in kinds:
                # Whole points: bars are for the eye.
                paid[group.trajectory_id] += round(group.paid_points)
        yield _chart(key, paid, trainings)


def _chart(key: str, values: Counter[str], labels: dict[str, Phrase]) -> Chart:
    most = [(name, value) for name, value in values.most_common(_MOST_BARS) if value]
    return Chart(
        key=key,
        bars=bars_of(
            [labels[name] for name, _ in most],
            [float(value) for _, value in most],
            [False] * len(most),
        ),
    )
