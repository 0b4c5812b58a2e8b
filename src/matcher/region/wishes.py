"""Wishes and what was measured or agreed for one pair: a few rows each."""

import numpy as np

from matcher.region.columns import Floats, Ints
from matcher.region.frame import Frame
from matcher.region.learners import Learners
from matcher.region.mentors import Mentors
from matcher.region.nearby import Nearby
from matcher.region.table import Table, ids, numbers, table, taken

WISH_SHARE = 0.3
"""Learners who said what they think of some sites."""

ANSWER_SHARE = 0.12
"""Learners of whom a site said what it thinks."""

MEASURED_SHARE = 0.05
"""Learners whose travel somebody looked up."""

SCORED_SHARE = 0.04

AGREED_SHARE = 0.02
"""Learners for whom a mentor agreed other hours than the formula's."""

MOST_AGREED_HOURS = 1.0
"""Hours per week that a learner and a mentor agree on, instead of the formula."""


def wish_tables(
    frame: Frame, learners: Learners, mentors: Mentors, near: Nearby
) -> list[Table]:
    """Tables `preferences`, `travel`, `guidance` and `scores`: a few rows each."""
    rng = frame.stream("wishes")
    by_learner = _some(near, WISH_SHARE, 3, rng)
    by_site = _some(near, ANSWER_SHARE, 1, rng)
    measured = _some(near, MEASURED_SHARE, 2, rng)
    scored = _some(near, SCORED_SHARE, 2, rng)
    return [
        _preferences(by_learner, by_site, near, rng),
        _travel(measured, near, learners.max_travel_minutes, rng),
        _guidance(near, mentors, rng),
        table(
            "scores",
            learner_id=ids("L", scored[0]),
            site_id=ids("V", near.site[scored]),
            success=numbers(np.clip(rng.normal(0.7, 0.15, len(scored[0])), 0, 1), 2),
        ),
    ]


def _some(
    near: Nearby, share: float, most: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """(learner, rank) of up to `most` nearby sites for a share of the learners."""
    is_asked = rng.random(len(near.count)) < share
    kept = (near.site >= 0) & is_asked[:, None]
    kept[:, most:] = False
    kept[:, 1:] &= rng.random(kept[:, 1:].shape) < 0.7
    learner, rank = np.nonzero(kept)
    return learner, rank


def _preferences(
    by_learner: tuple[Ints, Ints],
    by_site: tuple[Ints, Ints],
    near: Nearby,
    rng: np.random.Generator,
) -> Table:
    learner = np.concatenate([by_learner[0], by_site[0]])
    rank = np.concatenate([by_learner[1], by_site[1]])
    by = np.repeat([0, 1], [len(by_learner[0]), len(by_site[0])])
    wish = rng.choice([-0.6, -0.2, 0.2, 0.4, 0.6, 0.8, 1.0], size=len(learner))
    order = np.lexsort([by, rank, learner])
    return table(
        "preferences",
        learner_id=ids("L", learner[order]),
        site_id=ids("V", near.site[learner, rank][order]),
        by=taken(("learner", "site"), by[order]),
        preference=numbers(wish[order], 1),
    )


def _travel(
    measured: tuple[Ints, Ints],
    near: Nearby,
    limit: Floats,
    rng: np.random.Generator,
) -> Table:
    """Timetables differ from the estimate, by a sixth either way.

    Never past the limit: an agreement at that site would break a rule.
    """
    minutes = near.minutes[measured] * rng.uniform(0.85, 1.15, len(measured[0]))
    minutes = np.fmin(minutes, limit[measured[0]])
    return table(
        "travel",
        learner_id=ids("L", measured[0]),
        site_id=ids("V", near.site[measured]),
        minutes=numbers(minutes, 0),
    )


def _guidance(near: Nearby, mentors: Mentors, rng: np.random.Generator) -> Table:
    is_agreed = (rng.random(len(near.count)) < AGREED_SHARE) & (near.count > 0)
    learner = np.flatnonzero(is_agreed)
    mentor = np.searchsorted(mentors.site, near.site[learner, 0])
    return table(
        "guidance",
        learner_id=ids("L", learner),
        mentor_id=ids("M", mentor),
        hours_per_week=numbers(rng.uniform(0.3, MOST_AGREED_HOURS, len(learner)), 2),
    )
