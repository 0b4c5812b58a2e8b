"""What happens to a learner, period by period: blocks, open periods, pauses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from matcher.dataset import Dataset
from matcher.problem.run_record import Assignment, RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive periods in which the same holds for a learner.

    Attributes
    ----------
    kind
        A block at a site; active without a placement; or not active.
    num_periods
        Periods that the stretch lasts.
    site_id
        "" unless a block.
    mentor_ids
        In the order of the periods, each named once per turn.
    tone
        Rank of the site among those of the learner, by first use; -1 for none.
    signature
        Whether all, some or none of the periods are signed.
    """

    kind: Literal["block", "open", "inactive"]
    num_periods: int
    site_id: str = ""
    mentor_ids: tuple[str, ...] = ()
    tone: int = -1
    signature: Literal["all", "some", "none"] = "none"


Timelines = Mapping[str, tuple[Stretch, ...]]
"""Stretches by learner id; their periods add up to all periods."""


def timelines_of(dataset: Dataset, record: RunRecord) -> Timelines:
    """Timeline of every learner of the dataset, in the order of its table."""
    placed: dict[str, dict[str, Assignment]] = defaultdict(dict)
    for row in record.assignments:
        placed[row.learner_id][row.period_id] = row
    signed = _signed_periods(dataset)
    learners, starts = dataset.learners, dataset.periods.start
    active = np.isnat(learners.ready_from)[:, None] | (
        learners.ready_from[:, None] <= starts
    )
    return {
        learner: _timeline(
            tuple(dataset.periods.period_id),
            placed.get(learner, {}),
            dict(zip(dataset.periods.period_id, active[row].tolist(), strict=True)),
            signed[learner],
        )
        for row, learner in enumerate(learners.learner_id)
    }


def period_runs(
    period_ids: Iterable[str], calendar: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """Periods in the order of the calendar, cut where one is skipped."""
    rank = {period: at for at, period in enumerate(calendar)}
    ordered = sorted(period_ids, key=rank.__getitem__)
    runs = groupby(enumerate(ordered), key=lambda item: rank[item[1]] - item[0])
    return tuple(tuple(period for _, period in run) for _, run in runs)


def _signed_periods(dataset: Dataset) -> Mapping[str, set[str]]:
    rows = dataset.placements
    signed: dict[str, set[str]] = defaultdict(set)
    for learner, period, status in zip(
        rows.learner_id, rows.period_id, rows.status, strict=True
    ):
        if status == "signed":
            signed[learner].add(period)
    return signed


def _timeline(
    periods: tuple[str, ...],
    placed: Mapping[str, Assignment],
    active: Mapping[str, bool],
    signed: set[str],
) -> tuple[Stretch, ...]:
    def state(period: str) -> tuple[Literal["block", "open", "inactive"], str]:
        if period in placed:
            return "block", placed[period].site_id
        return ("open", "") if active[period] else ("inactive", "")

    sites = list(dict.fromkeys(placed[p].site_id for p in periods if p in placed))
    stretches = []
    for (kind, site), run in groupby(periods, key=state):
        members = list(run)
        turns = groupby(placed[p].mentor_id for p in members if p in placed)
        num_signed = len(signed.intersection(members)) if site else 0
        stretches.append(
            Stretch(
                kind=kind,
                num_periods=len(members),
                site_id=site,
                mentor_ids=tuple(mentor for mentor, _ in turns),
                tone=sites.index(site) if site else -1,
                signature=(
                    "all"
                    if num_signed == len(members)
                    else "some"
                    if num_signed
                    else "none"
                ),
            )
        )
    return tuple(stretches)
