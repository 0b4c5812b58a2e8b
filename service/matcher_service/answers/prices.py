"""Shadow prices beside a run, so that a question need not solve anything."""

from pathlib import Path

import numpy as np

from matcher.problem.rows import rows_of
from matcher.suggestions import LoadedRun, RegionPrices

PRICES_FILE = "prices.npz"


def write_prices(prices: RegionPrices, run: Path) -> None:
    """Leave the prices in a run folder."""
    np.savez(
        run / PRICES_FILE,
        row_prices=prices.row_prices,
        floors=prices.floors,
        part_of=prices.part_of,
        bounds=prices.bounds,
        points=prices.points,
    )


def read_prices(loaded: LoadedRun, run: Path) -> RegionPrices:
    """The prices that were left in a run folder."""
    with np.load(run / PRICES_FILE, allow_pickle=False) as kept:
        return RegionPrices(
            rows=rows_of(loaded.problem),
            row_prices=kept["row_prices"],
            floors=kept["floors"],
            part_of=kept["part_of"],
            bounds=kept["bounds"],
            points=kept["points"],
        )
