"""Where the shadow prices come from: the one file to change when runs store them.

Today the relaxation of the region is solved again, from the plans of the run.
"""

from matcher.suggestions import LoadedRun, RegionPrices, region_prices

__all__ = ["RegionPrices", "shadow_prices"]


def shadow_prices(run: LoadedRun) -> RegionPrices:
    """Prices at which the relaxation's bound holds; 0 where a limit never binds."""
    return region_prices(run)
