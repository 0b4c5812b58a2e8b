"""Where the shadow prices come from: those that the run kept, else solved again."""

from pathlib import Path

from matcher.solvers.state import STATE_FILE
from matcher.suggestions import (
    LoadedRun,
    RegionPrices,
    kept_state,
    region_prices,
    stored_prices,
)

__all__ = ["RegionPrices", "shadow_prices"]

MOST_OPEN = 0.02
"""Share of the points of a run that kept prices may leave unproven, to be taken as
they are."""

_WORKERS = 2


def shadow_prices(run: LoadedRun, folder: Path | None = None) -> RegionPrices:
    """Prices at which the relaxation's bound holds; 0 where a limit never binds.

    Parameters
    ----------
    folder
        Of the run; without it nothing that it kept is used.

    Raises
    ------
    RunError
        The folder keeps a state that cannot be read.
    """
    if folder is None or not (folder / STATE_FILE).is_file():
        return region_prices(run, workers=_WORKERS)
    state = kept_state(folder)
    # The gap is known at once; what kept prices prove only once they are read.
    if run.summary.gap <= MOST_OPEN:
        prices = stored_prices(run, state)
        if prove_enough(prices):
            return prices
    return region_prices(run, state, workers=_WORKERS)


def prove_enough(prices: RegionPrices) -> bool:
    """Whether prices leave at most `MOST_OPEN` of the points of the run unproven."""
    total = float(prices.points.sum())
    return total - float(prices.bounds.sum()) <= MOST_OPEN * total
