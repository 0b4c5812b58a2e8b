"""Where the shadow prices come from: those that the run kept, else solved again."""

from pathlib import Path

from matcher.suggestions import LoadedRun, RegionPrices, prices_in, region_prices

__all__ = ["RegionPrices", "shadow_prices"]

MOST_OPEN = 0.02
"""Share of the points of a run that kept prices may leave unproven.

A run that was stopped early keeps the prices of its first rounds, at which hardly a
limit binds: they would say that nothing is short.
"""


def shadow_prices(run: LoadedRun, folder: Path | None = None) -> RegionPrices:
    """Prices at which the relaxation's bound holds; 0 where a limit never binds.

    Parameters
    ----------
    folder
        Of the run; without it nothing that it kept is used.
    """
    # The gap is known at once; what kept prices prove only once they are read.
    if folder is not None and run.summary.gap <= MOST_OPEN:
        prices = prices_in(run, folder)
        if prove_enough(prices):
            return prices
    return region_prices(run)


def prove_enough(prices: RegionPrices) -> bool:
    """Whether prices leave at most `MOST_OPEN` of the points of the run unproven."""
    total = float(prices.points.sum())
    return total - float(prices.bounds.sum()) <= MOST_OPEN * total
