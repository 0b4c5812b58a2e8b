"""The calibration plot of a model card: predicted against what happened."""

from matcher.scorer.metric import CalibrationBins

_SIZE, _MARGIN = 320, 44
_INK, _DOT, _LINE = "#222", "#0072b2", "#888"


def calibration_svg(bins: CalibrationBins) -> str:
    """SVG of one dot per bin; on the diagonal the chances are right."""
    dots = "\n".join(
        f'<circle cx="{_x(mean):.1f}" cy="{_y(share):.1f}" r="4" fill="{_DOT}"/>'
        for mean, share in zip(bins.mean_chance, bins.share_lasted, strict=True)
    )
    ticks = "\n".join(_tick(at / 4) for at in range(5))
    middle, height, end = _x(0.5), _y(0.5), _SIZE + _MARGIN
    return f"""<svg xmlns="http://www.w3.org/2000/svg"
 viewBox="0 0 {end + 16} {end + 40}"
 font-family="sans-serif" font-size="11" fill="{_INK}" role="img">
<title>Predicted chance against the share that lasted</title>
<rect width="100%" height="100%" fill="#fff"/>
<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{_LINE}"/>
<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" fill="none" stroke="{_INK}"/>
{ticks}
{dots}
<text x="{middle}" y="{end + 34}" text-anchor="middle">predicted chance</text>
<text x="12" y="{height}" text-anchor="middle"
 transform="rotate(-90 12 {height})">share that lasted</text>
</svg>
"""


def _tick(at: float) -> str:
    return (
        f'<text x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle">{at:g}</text>'
        f'<text x="{_MARGIN - 6}" y="{_y(at) + 4}" text-anchor="end">{at:g}</text>'
    )


def _x(share: float) -> float:
    return _MARGIN + share * _SIZE


def _y(share: float) -> float:
    return _MARGIN / 4 + (1.0 - share) * _SIZE + _MARGIN / 2
