"""Time against size on logarithmic axes, as SVG."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

Point = tuple[float, float]
"""Learners, seconds."""

_SIZE, _MARGIN, _KEY = 320, 48, 150
_INK, _GRID = "#222", "#ddd"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


def growth(points: Sequence[Point]) -> float:
    """The power of the size with which time grows: the slope of the line of best fit.

    Parameters
    ----------
    points
        Of two sizes at least.
    """
    learners, seconds = np.log(np.array(points)).T
    return float(np.polyfit(learners, seconds, 1)[0])


def growth_svg(series: Mapping[str, Sequence[Point]]) -> str:
    """SVG of one line per engine."""
    flat = np.array([point for points in series.values() for point in points])
    low = np.floor(np.log10(flat.min(axis=0)))
    high = np.maximum(np.ceil(np.log10(flat.max(axis=0))), low + 1)

    def x(learners: float) -> float:
        share = float((math.log10(learners) - low[0]) / (high[0] - low[0]))
        return _MARGIN + _SIZE * share

    def y(seconds: float) -> float:
        share = float((math.log10(seconds) - low[1]) / (high[1] - low[1]))
        return 12 + _SIZE * (1.0 - share)

    ticks = [
        f'<path d="M{x(10**at):.1f} 12v{_SIZE}" stroke="{_GRID}"/>'
        f'<text x="{x(10**at):.1f}" y="{_SIZE + 28}" text-anchor="middle">'
        f"{10**at:g}</text>"
        for at in range(int(low[0]), int(high[0]) + 1)
    ]
    ticks += [
        f'<path d="M{_MARGIN} {y(10**at):.1f}h{_SIZE}" stroke="{_GRID}"/>'
        f'<text x="{_MARGIN - 6}" y="{y(10**at) + 4:.1f}" text-anchor="end">'
        f"{10**at:g}</text>"
        for at in range(int(low[1]), int(high[1]) + 1)
    ]
    lines = []
    for at, (engine, points) in enumerate(series.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        places = [f"{x(size):.1f},{y(seconds):.1f}" for size, seconds in sorted(points)]
        lines.append(
            f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}"/>'
        )
        lines += [
            f'<circle cx="{place.split(",")[0]}" cy="{place.split(",")[1]}" r="4" '
            f'fill="{colour}"/>'
            for place in places
        ]
        lines.append(
            f'<text x="{_MARGIN + _SIZE + 12}" y="{24 + 18 * at}" fill="{colour}">'
            f"{engine}</text>"
        )
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="0 0 {_MARGIN + _SIZE + _KEY} {_SIZE + 56}" '
            f'font-family="sans-serif" font-size="11" fill="{_INK}">',
            "<title>Seconds of a whole run against learners, per engine</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *ticks,
            *lines,
            f'<text x="{_MARGIN + _SIZE / 2}" y="{_SIZE + 46}" '
            'text-anchor="middle">learners</text>',
            f'<text x="12" y="{12 + _SIZE / 2}" text-anchor="middle" '
            f'transform="rotate(-90 12 {12 + _SIZE / 2})">seconds</text>',
            "</svg>",
            "",
        ]
    )
