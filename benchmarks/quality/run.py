"""Quality of whole runs: `python benchmarks/quality/run.py --sizes 50 120`.

Makes a region per size, solves it by the command line with the greedy and the exact
engine, verifies both, and writes what came out into `benchmarks/results.json` and
the table of `benchmarks/README.md`. Fails when a run does not verify, or when the
exact engine is worse than greedy, or a bound is above an objective.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path

import psutil

FOLDER = Path(__file__).parents[1]
RESULTS, README = FOLDER / "results.json", FOLDER / "README.md"
START, END = "<!-- results: made by quality/run.py -->", "<!-- end of results -->"
GIB = 1024**3
TWO_CORES = ("--workers", "2")
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run.

    Attributes
    ----------
    seconds
        Wall time of the whole command, from start to exit.
    peak_gib
        Most memory of the command and its children together, sampled.
    """

    learners: int
    sites_per_learner: float
    seed: int
    engine: str
    time_limit_seconds: float
    requested_gap: float
    status: str
    objective: float
    bound: float
    gap: float
    placed: int
    seconds: float
    peak_gib: float
    dataset_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All runs of one call, and what they ran on."""

    date: str
    version: str
    python: str
    machine: str
    rows: tuple[Row, ...]


def measured(arguments: Sequence[str]) -> tuple[float, int]:
    """Seconds and peak bytes of one `matcher` command that must succeed."""
    started = time.monotonic()
    command = [str(Path(sys.executable).parent / "matcher"), *arguments]
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        watch = _MemoryWatch(process)
        watch.start()
        status = process.wait()
        watch.join()
        if status != 0:
            said.seek(0)
            sys.exit(f"{' '.join(arguments)}: exit {status}\n{said.read().decode()}")
    return time.monotonic() - started, watch.peak


class _MemoryWatch(threading.Thread):
    """Samples the memory of a process and its children until it ends."""

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.peak = 0

    def run(self) -> None:
        while self._process.is_running():
            try:
                family = [self._process, *self._process.children(recursive=True)]
                used = sum(each.memory_info().rss for each in family)
            except psutil.Error:
                continue  # one of them ended while we looked
            self.peak = max(self.peak, used)
            time.sleep(0.05)


def solved(
    data: Path, size: tuple[int, float], engine: str, options: argparse.Namespace
) -> Row:
    """Solve and verify."""
    learners, sites_per_learner = size
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        limits = ["--time-limit", str(options.time_limit), "--gap", str(options.gap)]
        seconds, peak = measured(
            [
                "solve",
                str(data),
                "--out",
                str(out),
                "--engine",
                engine,
                *limits,
                *TWO_CORES,
            ]
        )
        measured(["verify", str(data), str(out)])
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    if summary["bound"] > summary["objective"] + TOLERANCE:
        sys.exit(f"{learners} {engine}: the bound is above the objective.")
    return Row(
        learners=learners,
        sites_per_learner=sites_per_learner,
        seed=options.seed,
        engine=engine,
        time_limit_seconds=options.time_limit,
        requested_gap=options.gap,
        status=summary["status"],
        objective=summary["objective"],
        bound=summary["bound"],
        gap=summary["gap"],
        placed=summary["placed"],
        seconds=round(seconds, 1),
        peak_gib=round(peak / GIB, 2),
        dataset_sha256=summary["dataset_sha256"],
    )


def rows_of(size: tuple[int, float], options: argparse.Namespace) -> tuple[Row, Row]:
    """Greedy, and the exact engine, which must be better unless greedy is optimal."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        learners, sites_per_learner = size
        wanted = ["--learners", str(learners), "--seed", str(options.seed)]
        wanted += ["--sites-per-learner", str(sites_per_learner)]
        measured(["generate", str(data), *wanted])
        greedy = solved(data, size, "greedy", options)
        exact = solved(data, size, "column_generation", options)
    ties = greedy.objective <= exact.bound + TOLERANCE
    if not (exact.objective < greedy.objective - TOLERANCE or ties):
        sys.exit(f"{learners}: the exact engine does not beat greedy.")
    return greedy, exact


def table(results: Results) -> str:
    """The results as Markdown."""
    lines = [
        f"{results.date}, matcher {results.version}, Python {results.python}, "
        f"{results.machine}.",
        "",
        "| learners | sites each | seed | engine | status | objective | bound | gap "
        "| placed | seconds | peak GiB |",
        "| ---: | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.learners} | {row.sites_per_learner:.2f} | {row.seed} "
        f"| {row.engine} | {row.status} "
        f"| {row.objective:.1f} | {row.bound:.1f} | {row.gap:.3%} | {row.placed} "
        f"| {row.seconds:.1f} | {row.peak_gib:.2f} |"
        for row in results.rows
    ]
    limits = {(row.requested_gap, row.time_limit_seconds) for row in results.rows}
    asked = "; ".join(
        f"gap {gap:g}, {seconds:g} seconds" for gap, seconds in sorted(limits)
    )
    return "\n".join([*lines, "", f"Asked for: {asked}. Every run was verified."])


def with_table(text: str, results: Results) -> str:
    """The text with the table between its markers."""
    head, rest = text.split(START)
    _, tail = rest.split(END)
    return f"{head}{START}\n\n{table(results)}\n\n{END}{tail}"


def machine() -> str:
    """The machine in a few words, without its name."""
    memory = psutil.virtual_memory().total / GIB
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"


def main() -> None:
    """Measure, write, and say the table."""
    parser = argparse.ArgumentParser(description="Quality of whole runs.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 120, 300, 1000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sites-per-learner", type=float, nargs="+", default=[4.5])
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--time-limit", type=float, default=1800.0, help="seconds")
    options = parser.parse_args()
    results = Results(
        date=datetime.now(UTC).date().isoformat(),
        version=version("matcher"),
        python=platform.python_version(),
        machine=machine(),
        rows=tuple(
            row
            for size in product(options.sizes, options.sites_per_learner)
            for row in rows_of(size, options)
        ),
    )
    text = json.dumps(asdict(results), indent=2) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    README.write_text(
        with_table(README.read_text(encoding="utf-8"), results), encoding="utf-8"
    )
    print(table(results))


if __name__ == "__main__":
    main()
