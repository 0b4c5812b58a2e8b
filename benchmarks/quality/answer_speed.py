"""How long a coach waits for an answer, where the run is loaded already.

`python benchmarks/quality/answer_speed.py DATA RUN` asks `suggest` and `explain` (the
plan, and one site drawn among all that are recognised for the training) about learners
drawn by seed and reports quantiles of the milliseconds that passed and, beside them,
that the processor worked: on a busy machine only those compare. The run has
to be solved with `--keep-state`; `--cold` works its prices out instead. Answers are
checked while they are timed: no suggestion may be beaten, terms add up.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from matcher.dataset import read_dataset
from matcher.suggestions import (
    LoadedRun,
    SuggestParams,
    explain_plan,
    explain_site,
    load_run,
    prices_in,
    suggest,
)

QUANTILES = (0.5, 0.95, 0.99, 1.0)


def site_to_ask(run: LoadedRun, learner: int, rng: np.random.Generator) -> str:
    """A site that is recognised for the learner's training at some time."""
    rows = run.dataset.recognitions
    own = rows.trajectory_id == run.dataset.learners.trajectory_id[learner]
    return str(rng.choice(np.unique(rows.site_id[own].astype(str))))


def clocks() -> tuple[float, float]:
    """Seconds that pass, and that the processor works for this."""
    return time.perf_counter(), time.process_time()


def measure(
    data: Path, folder: Path, learners: int, seed: int, *, cold: bool
) -> dict[str, list[tuple[float, float]]]:
    """Seconds of each question by both clocks, by kind."""
    began = np.array(clocks())
    run = load_run(read_dataset(data), folder)
    prices = None if cold else prices_in(run, folder)
    seconds = {"load": [tuple(clocks() - began)]}
    rng = np.random.default_rng(seed)
    drawn = rng.choice(run.problem.num_learners, size=learners + 3, replace=False)
    for turn, learner in enumerate(drawn.tolist()):
        learner_id = str(run.dataset.learners.learner_id[learner])
        site_id = site_to_ask(run, learner, rng)
        times = [clocks()]
        found = suggest(run, learner_id, SuggestParams(exact=False), prices)
        times.append(clocks())
        plan = explain_plan(run, learner_id)
        times.append(clocks())
        explain_site(run, learner_id, site_id, prices)
        times.append(clocks())
        check(found, plan)
        if turn >= 3:  # the first questions fill what is looked up once
            for kind, spent in zip(
                ("suggest", "explain plan", "explain site"),
                np.diff(times, axis=0),
                strict=True,
            ):
                seconds.setdefault(kind, []).append(tuple(spent))
    return seconds


def check(found, plan) -> None:
    """The answers are answers."""
    for each in found:
        assert abs(sum(each.facts.terms.values()) - each.facts.points) < 1e-6
    assert plan.alone.points <= plan.facts.points + 1e-6
    table = np.array(
        [[*each.facts.terms.values(), each.price.others.points] for each in found]
    )
    for row in table:
        better = (table <= row + 1e-9).all(axis=1) & (table < row - 1e-6).any(axis=1)
        assert not better.any()


def main() -> None:
    """Measure, and print a row per question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--learners", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cold", action="store_true", help="without shadow prices")
    asked = parser.parse_args()
    seconds = measure(
        asked.data, asked.run, asked.learners, asked.seed, cold=asked.cold
    )
    clock = ("p50", "p95", "p99", "most")
    names = [f"{each} ms{of}" for of in ("", " worked") for each in clock]
    print(f"| question | answers | {' | '.join(names)} |")
    print(f"| --- |{' ---: |' * (1 + len(names))}")
    for kind, spent in seconds.items():
        by_clock = np.quantile(spent, QUANTILES, axis=0).T
        cells = " | ".join(f"{1e3 * each:.0f}" for each in by_clock.ravel())
        print(f"| {kind} | {len(spent)} | {cells} |")


if __name__ == "__main__":
    main()
