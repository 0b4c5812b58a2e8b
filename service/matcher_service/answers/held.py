"""A run as it is held in memory by who answers questions about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import matcher
from matcher.suggestions import LoadedRun, RegionPrices, load_run
from matcher_service.answers.prices import read_prices

DATASET, RUN = "dataset", "run"
PSEUDONYM_FILE = "pseudonyms.bin"
"""Random bytes behind the pseudonyms of one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRun:
    """What questions are answered from; one question at a time.

    Attributes
    ----------
    folder
        Of the job: the dataset with its decisions, and the run.
    """

    folder: Path
    run: LoadedRun
    prices: RegionPrices


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told of a run to who may ask about it.

    Attributes
    ----------
    schools
        School by learner.
    week_points
        Points of a week without a placement.
    first_day, last_day
        Of all periods.
    """

    schools: Mapping[str, str]
    week_points: float
    first_day: date
    last_day: date


def hold(folder: Path) -> HeldRun:
    """Load a run from the folder of its job."""
    run = load_run(matcher.read_dataset(folder / DATASET), folder / RUN)
    return HeldRun(folder=folder, run=run, prices=read_prices(run, folder / RUN))


def about(held: HeldRun) -> About:
    """What is told of a run."""
    learners, periods = held.run.dataset.learners, held.run.dataset.periods
    return About(
        schools=dict(
            zip(learners.learner_id.tolist(), learners.school_id.tolist(), strict=True)
        ),
        week_points=held.run.problem.policy.unplaced,
        first_day=periods.start[0].item(),
        last_day=periods.end[-1].item(),
    )
