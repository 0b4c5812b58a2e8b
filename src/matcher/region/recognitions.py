"""Which site is recognised for which training, and for how long."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Dates, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.sites import Sites
from matcher.region.table import Table, dates, ids, table, taken

VALID_DAYS = 5 * 365 + 1
"""A recognition holds five years."""

FIRST_DAY, RECOGNISED_DAYS = np.datetime64("2022-09-01"), 1440
"""When the recognitions in force were given: in the four years before."""

RENEWED_SHARE = 0.6
"""Of the recognitions that would end before the last term does."""

SITES_AT_A_TIME = 20_000
"""Bounds the memory of drawing (sites, trainings)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognitions:
    """One row per site and training it is recognised for, in that order.

    Attributes
    ----------
    valid_from, valid_to
        First and last day, renewal included; NaT is open.
    renewed_on
        First day of the second row; NaT without renewal.
    """

    site: Ints
    training: Ints
    valid_from: Dates
    valid_to: Dates
    renewed_on: Dates

    def __len__(self) -> int:
        return len(self.site)


def draw_recognitions(frame: Frame, sites: Sites) -> Recognitions:
    """Recognise every site for some of the trainings that fit its work."""
    rng = frame.stream("recognitions")
    terms = frame.terms
    appeal = rng.lognormal(0, 0.3, len(frame.trainings))
    extra = max(0.0, frame.params.recognitions_per_site - 1)
    wanted = 1 + rng.poisson(extra, len(sites))
    site, training = _pairs(sites.affinity * appeal, wanted, rng)
    count = len(site)
    last_day = terms.end[-1]
    valid_from = FIRST_DAY + rng.integers(0, RECOGNISED_DAYS, count)
    is_new = rng.random(count) < 0.05
    first_days = terms.start[1:5]
    valid_from[is_new] = rng.choice(first_days, int(is_new.sum()))
    valid_to = valid_from + VALID_DAYS - 1
    is_renewed = (valid_to < last_day) & (rng.random(count) < RENEWED_SHARE)
    renewed_on = np.where(is_renewed, valid_to + 1, np.datetime64("NaT"))
    valid_to = np.where(is_renewed, valid_to + VALID_DAYS, valid_to)
    valid_from[rng.random(count) < 0.01] = np.datetime64("NaT")
    valid_to[rng.random(count) < 0.02] = np.datetime64("NaT")
    return Recognitions(
        site=site,
        training=training,
        valid_from=valid_from,
        valid_to=valid_to,
        renewed_on=renewed_on,
    )


def _pairs(
    affinity: Floats, wanted: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw without replacement, per site, in proportion to affinity (Gumbel)."""
    chosen: list[Ints] = []
    for first in range(0, len(wanted), SITES_AT_A_TIME):
        part = affinity[first : first + SITES_AT_A_TIME]
        with np.errstate(divide="ignore"):
            score = np.log(part) + rng.gumbel(size=part.shape)
        rank = np.argsort(np.argsort(-score, axis=1), axis=1)
        most = wanted[first : first + SITES_AT_A_TIME, None]
        here: Ints = np.argwhere((rank < most) & (part > 0))
        chosen.append(here + np.array([first, 0]))
    pairs = np.concatenate(chosen)
    return pairs[:, 0], pairs[:, 1]


def recognition_table(frame: Frame, recognitions: Recognitions) -> Table:
    """Table `recognitions`; a renewal is a row of its own."""
    renewed = np.flatnonzero(~np.isnat(recognitions.renewed_on))
    row = np.concatenate([np.arange(len(recognitions)), renewed])
    is_second = np.arange(len(row)) >= len(recognitions)
    order = np.lexsort([is_second, row])
    row, is_second = row[order], is_second[order]
    renewed_on = recognitions.renewed_on[row]
    has_two = ~np.isnat(renewed_on)
    valid_from = np.where(is_second, renewed_on, recognitions.valid_from[row])
    valid_to = np.where(
        has_two & ~is_second, renewed_on - 1, recognitions.valid_to[row]
    )
    return table(
        "recognitions",
        site_id=ids("V", recognitions.site[row]),
        trajectory_id=taken(
            (t.trajectory_id for t in frame.trainings), recognitions.training[row]
        ),
        valid_from=dates(valid_from),
        valid_to=dates(valid_to),
    )
