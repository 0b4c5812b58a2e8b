"""A map of one learner: home by postcode, and sites with their letters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from matcher.dataset import Dataset
from matcher.report.backdrop import Backdrop, backdrop
from matcher.report.geography import coarse_spots, spots_of
from matcher.travel import postcode_points

_LABEL = 24.0
"""Pixels that the sign of a site takes; one that would hide another is moved up."""

_MOST_LIFTS = 6


_MOST_SIGNS = 40
"""Sites up to which each has a sign with its letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The sign of a site: its point, and the middle of its letter."""

    letter: str
    x: float
    y: float
    label_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerMap:
    """All shapes, in pixels.

    Attributes
    ----------
    home
        The point of the postcode, never the address; None where nobody knows it.
    """

    land: Backdrop
    home: tuple[float, float] | None
    markers: tuple[Marker, ...]

    @property
    def is_crowded(self) -> bool:
        """So many that signs would hide each other: they are dots."""
        return len(self.markers) > _MOST_SIGNS

    @property
    def journeys(self) -> str:
        """Path of straight lines from home."""
        if self.home is None:
            return ""
        x, y = self.home
        return "".join(f"M{x} {y}L{each.x} {each.y}" for each in self.markers)


def learner_map(
    dataset: Dataset, letters: Sequence[tuple[str, str]]
) -> LearnerMap | None:
    """The map of a learner; None where nothing has a place.

    Parameters
    ----------
    dataset
        With this one learner.
    letters
        Site id and letter.
    """
    learners, sites = dataset.learners, dataset.sites
    home = coarse_spots(learners.postcode, learners.lat, learners.lon)
    position = {site_id: at for at, site_id in enumerate(sites.site_id)}
    at = np.array([position[site_id] for site_id, _ in letters], dtype=np.int64)
    places = spots_of(
        *postcode_points().locate(sites.postcode[at], sites.lat[at], sites.lon[at])
    )
    land = backdrop(Counter(learners.postcode.tolist()), home, places)
    if land is None:
        return None
    frame = land.frame
    points = [
        (letter, round(frame.x(float(east)), 1), round(frame.y(float(north)), 1))
        for (_, letter), east, north in zip(
            letters, places.east, places.north, strict=True
        )
        if not isnan(east)
    ]
    is_known = not isnan(home.east[0])
    return LearnerMap(
        land=land,
        home=(
            round(frame.x(float(home.east[0])), 1),
            round(frame.y(float(home.north[0])), 1),
        )
        if is_known
        else None,
        markers=_markers(points),
    )


def _markers(points: Sequence[tuple[str, float, float]]) -> tuple[Marker, ...]:
    """Signs from top to bottom, each lifted until it hides no other."""
    placed: list[Marker] = []
    for letter, x, y in sorted(points, key=lambda point: (point[2], point[1])):
        label_y = y
        for _ in range(_MOST_LIFTS):
            if not any(
                abs(x - other.x) < _LABEL and abs(label_y - other.label_y) < _LABEL
                for other in placed
            ):
                break
            label_y += _LABEL
        placed.append(Marker(letter=letter, x=x, y=y, label_y=round(label_y, 1)))
    return tuple(placed)
