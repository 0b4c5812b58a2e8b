"""Where the shadow prices come from: those that the run kept, else solved again."""

from pathlib import Path

from matcher.suggestions import LoadedRun, RegionPrices, prices_in, region_prices

__all__ = ["RegionPrices", "shadow_prices"]


def shadow_prices(run: LoadedRun, folder: Path | None = None) -> RegionPrices:
    """Prices at which the relaxation's bound holds; 0 where a limit never binds.

    Parameters
    ----------
    folder
        Of the run; without it nothing that it kept is used.
    """
    return region_prices(run) if folder is None else prices_in(run, folder)
