"""What a map draws behind its symbols: land as dots, towns, a scale, an inset."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matcher.report.geography import (
    MAIN_TOWNS,
    PROVINCES,
    Spots,
    place_names,
    provinces_at,
    spots_of,
)
from matcher.travel import postcode_points

WIDTH = 760.0
MIN_ASPECT, MAX_ASPECT = 0.42, 0.68
MIN_SPAN_KM = 24.0
DOT_SPACING = 9.0
MAX_LABELS = 12
LABEL_SIZE = 15.0
LABEL_AWAY, LABEL_FAR = 7.0, 29.0
INSET_WIDTH = 150.0
FLANDERS = (178.0, 5635.0, 412.0, 5726.0)
"""West, south, east and north of Flanders in kilometres, for the inset."""
INSET_BELOW_KM = 130.0
SCALE_STEPS_KM = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The part of the world that is drawn, in kilometres, and its scale."""

    west: float
    north: float
    pixels_per_km: float
    width: float
    height: float

    def x(self, east: float) -> float:
        """Pixels from the left."""
        return (east - self.west) * self.pixels_per_km

    def y(self, north: float) -> float:
        """Pixels from the top."""
        return (self.north - north) * self.pixels_per_km


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """The land as a lattice of dots, one path per province of `PROVINCES`."""

    paths: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name of a town beside its point."""

    x: float
    y: float
    text_x: float
    anchor: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inset:
    """Flanders in small, with the frame of the map as a rectangle."""

    dots: Dots
    width: float
    height: float
    x: float
    y: float
    frame_width: float
    frame_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """A piece of the country without anything on it, in pixels.

    Attributes
    ----------
    inset
        None where the piece is most of Flanders.
    scale_km
        Length of the scale bar.
    """

    frame: Frame
    dots: Dots
    inset: Inset | None
    labels: tuple[Label, ...]
    scale_km: int


Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


def backdrop(
    learners_at: Counter[str],
    *groups: Spots,
    drawn: Callable[[Frame], Iterable[Box]] = lambda _: (),
) -> Backdrop | None:
    """The piece of the country that holds some spots; None where none has a place.

    Parameters
    ----------
    learners_at
        Learners per postcode: towns with many are named first.
    drawn
        What a map draws in its frame that no name may lie over.
    """
    frame = _frame(*groups)
    if frame is None:
        return None
    return Backdrop(
        frame=frame,
        dots=_dots(frame, DOT_SPACING),
        inset=_inset(frame),
        labels=_labels(frame, learners_at, list(drawn(frame))),
        scale_km=_scale_km(frame),
    )


def _frame(*groups: Spots) -> Frame | None:
    east = np.concatenate([spots.east for spots in groups])
    north = np.concatenate([spots.north for spots in groups])
    if np.isnan(east).all():
        return None
    west, right = float(np.nanmin(east)), float(np.nanmax(east))
    south, top = float(np.nanmin(north)), float(np.nanmax(north))
    margin = 0.06 * max(right - west, top - south) + 2.0
    span = max(right - west + 2 * margin, MIN_SPAN_KM)
    rise = max(top - south + 2 * margin, MIN_ASPECT * span)
    span = max(span, rise / MAX_ASPECT)
    scale = WIDTH / span
    return Frame(
        west=(west + right - span) / 2,
        north=(south + top + rise) / 2,
        pixels_per_km=scale,
        width=WIDTH,
        height=round(rise * scale, 1),
    )


def _dots(frame: Frame, spacing: float) -> Dots:
    """Lattice whose rows shift by half a step, in pixels of the frame."""
    step = spacing * math.sqrt(3) / 2
    rows = np.arange(spacing / 2, frame.height, step)
    columns = np.arange(spacing / 2, frame.width - spacing / 4, spacing)
    x = columns[None, :] + np.where(np.arange(len(rows)) % 2, spacing / 2, 0)[:, None]
    y = np.repeat(rows[:, None], len(columns), axis=1)
    spots = Spots(
        east=frame.west + x.ravel() / frame.pixels_per_km,
        north=frame.north - y.ravel() / frame.pixels_per_km,
    )
    province = provinces_at(spots)
    paths = tuple(
        "".join(
            f"M{left:.1f} {top:.1f}h.01"
            for left, top in zip(
                x.ravel()[province == at], y.ravel()[province == at], strict=True
            )
        )
        for at in range(len(PROVINCES))
    )
    return Dots(paths=paths, size=round(0.66 * spacing, 2))


def _inset(frame: Frame) -> Inset | None:
    """Inset where the frame shows a corner of Flanders only."""
    if frame.width / frame.pixels_per_km > INSET_BELOW_KM:
        return None
    west, south, east, north = FLANDERS
    scale = INSET_WIDTH / (east - west)
    small = Frame(
        west=west,
        north=north,
        pixels_per_km=scale,
        width=INSET_WIDTH,
        height=round((north - south) * scale, 1),
    )
    ratio = scale / frame.pixels_per_km
    return Inset(
        dots=_dots(small, 3.2),
        width=small.width,
        height=small.height,
        x=round(small.x(frame.west), 1),
        y=round(small.y(frame.north), 1),
        frame_width=round(frame.width * ratio, 1),
        frame_height=round(frame.height * ratio, 1),
    )


def _labels(
    frame: Frame, learners_at: Counter[str], taken: list[Box]
) -> tuple[Label, ...]:
    """Towns by which people find their way, then where most learners live."""
    points = postcode_points()
    spots = spots_of(points.lat, points.lon)
    position = {postcode: at for at, postcode in enumerate(points.postcode)}
    names = place_names()
    homes = [
        code for code, _ in sorted(learners_at.items(), key=lambda c: (-c[1], c[0]))
    ]
    # Beside a symbol that lies on its town a name stands further off.
    distances = (LABEL_AWAY, LABEL_FAR) if taken else (LABEL_AWAY,)
    labels: list[Label] = []
    for code in dict.fromkeys((*MAIN_TOWNS, *homes)):
        if code not in position or code not in names:
            continue
        x = frame.x(float(spots.east[position[code]]))
        y = frame.y(float(spots.north[position[code]]))
        label = _placed_label(frame, x, y, names[code], taken, distances)
        if label is not None:
            labels.append(label)
        if len(labels) == MAX_LABELS:
            break
    return tuple(labels)


def _placed_label(
    frame: Frame,
    x: float,
    y: float,
    name: str,
    taken: list[Box],
    distances: tuple[float, ...],
) -> Label | None:
    """Label right or left of its point where it fits, else None."""
    length = 0.56 * LABEL_SIZE * len(name)
    places = [
        place
        for away in distances
        for place in (
            ("start", x + away, x + away),
            ("end", x - away - length, x - away),
        )
    ]
    for anchor, left, text_x in places:
        box = (left, y - LABEL_SIZE, left + length, y + 0.6 * LABEL_SIZE)
        inside = (
            box[0] > 4
            and box[2] < frame.width - 4
            and box[1] > 4
            and box[3] < frame.height - 24
        )
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return Label(
                x=round(x, 1),
                y=round(y, 1),
                text_x=round(text_x, 1),
                anchor=anchor,
                name=name,
            )
    return None


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )


def _scale_km(frame: Frame) -> int:
    """Longest round length that takes less than a quarter of the width."""
    span = frame.width / frame.pixels_per_km
    return max(km for km in SCALE_STEPS_KM if km == 1 or km < span / 4)
