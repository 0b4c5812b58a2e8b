"""Short forms for the columns that travel takes."""

import numpy as np

from matcher.travel import Points


def points(*places: tuple[float, float]) -> Points:
    """Points of (lat, lon) in degrees."""
    lat_lon = np.array(places, dtype=np.float64).reshape(-1, 2)
    return Points(lat_lon[:, 0].copy(), lat_lon[:, 1].copy())


def every_pair(
    num_origins: int, num_destinations: int
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs, by origin, then destination."""
    return (
        np.repeat(np.arange(num_origins), num_destinations),
        np.tile(np.arange(num_destinations), num_origins),
    )


def everyone_to_all(
    provider, origins: Points, destinations: Points, modes
) -> np.ndarray:
    """Minutes as a table (origins x destinations)."""
    pairs = every_pair(len(origins), len(destinations))
    minutes = provider.minutes(origins, destinations, *pairs, modes)
    return minutes.reshape(len(origins), len(destinations))
