"""Quality of whole runs: `python benchmarks/quality/run.py --sizes 50 120`.

Makes a region per size, solves it by the command line with the greedy and the exact
engine, and up to a size with the compact model by CP-SAT and by a MIP solver; verifies
all, and writes what came out into `benchmarks/results.json`, the table of
`benchmarks/README.md` and the plot beside it. Fails when a run does not verify, when
the exact engine is worse than greedy, or when the bound of one run is above the
objective of another on the same region.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path

import psutil
from growth_plot import growth, growth_svg

FOLDER = Path(__file__).parents[1]
RESULTS, README = FOLDER / "results.json", FOLDER / "README.md"
PLOT = FOLDER / "growth.svg"
MATCHER = (str(Path(sys.executable).parent / "matcher"),)
MIP = (sys.executable, str(Path(__file__).with_name("mip.py")))
PROGRESS = re.compile(r"^[* ] *(\d+) +(\d+) +[\d.,-]+ ", re.MULTILINE)
START, END = "<!-- results: made by quality/run.py -->", "<!-- end of results -->"
GIB = 1024**3
TWO_CORES = ("--workers", "2")
TOLERANCE = 1e-6
ENOUGH_SIZES = 3
"""Sizes from which on growth is told: below, the start of Python weighs most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run.

    Attributes
    ----------
    seconds
        Wall time of the whole command, from start to exit.
    peak_gib
        Most memory of the command and its children together, sampled.
    rounds, columns
        In the last line of progress; of a compact model, better plans and literals.
        None where there was no line.
    """

    learners: int
    sites_per_learner: float
    seed: int
    engine: str
    rounds: int | None
    columns: int | None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a command took, and all that it said."""

    seconds: float
    peak_bytes: int
    said: str


def measured(*command: str) -> Measured:
    """Run one command that must succeed."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = psutil.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        watch = _MemoryWatch(process)
        watch.start()
        status = process.wait()
        seconds = time.monotonic() - started
        watch.join()
        output.seek(0)
        said = output.read().decode()
    if status != 0:
        sys.exit(f"{' '.join(command)}: exit {status}\n{said}")
    return Measured(seconds=seconds, peak_bytes=watch.peak, said=said)


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
        asked = [str(data), "--out", str(out), *limits, *TWO_CORES]
        if engine == "mip":
            done = measured(*MIP, *asked)
        else:
            done = measured(*MATCHER, "solve", *asked, "--engine", engine)
        measured(*MATCHER, "verify", str(data), str(out))
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    told = PROGRESS.findall(done.said)
    rounds, columns = map(int, told[-1]) if told else (None, None)
    if summary["bound"] > summary["objective"] + TOLERANCE:
        sys.exit(f"{learners} {engine}: the bound is above the objective.")
    return Row(
        learners=learners,
        sites_per_learner=sites_per_learner,
        seed=options.seed,
        engine=engine,
        rounds=rounds,
        columns=columns,
        time_limit_seconds=options.time_limit,
        requested_gap=options.gap,
        status=summary["status"],
        objective=summary["objective"],
        bound=summary["bound"],
        gap=summary["gap"],
        placed=summary["placed"],
        seconds=round(done.seconds, 1),
        peak_gib=round(done.peak_bytes / GIB, 2),
        dataset_sha256=summary["dataset_sha256"],
    )


def rows_of(size: tuple[int, float], options: argparse.Namespace) -> list[Row]:
    """All engines; the exact one must beat greedy unless greedy is optimal."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        learners, sites_per_learner = size
        wanted = ["--learners", str(learners), "--seed", str(options.seed)]
        wanted += ["--sites-per-learner", str(sites_per_learner)]
        measured(*MATCHER, "generate", str(data), *wanted)
        peers = PEERS if learners <= options.peers_up_to else ()
        engines = ("greedy", *peers, "column_generation")
        rows = [solved(data, size, engine, options) for engine in engines]
    greedy, exact = rows[0], rows[-1]
    ties = greedy.objective <= exact.bound + TOLERANCE
    if not (exact.objective < greedy.objective - TOLERANCE or ties):
        sys.exit(f"{learners}: the exact engine does not beat greedy.")
    for one, other in product(rows, rows):
        if one.bound > other.objective + TOLERANCE:
            sys.exit(f"{learners}: {one.engine} bounds more than {other.engine} needs.")
    return rows


PEERS = ("cp_sat", "mip")
"""The compact model, by a solver of each kind."""


def table(results: Results) -> str:
    """The results as Markdown."""
    lines = [
        f"{results.date}, matcher {results.version}, Python {results.python}, "
        f"{results.machine}.",
        "",
        "| learners | sites each | engine | status | objective | bound | gap "
        "| open a learner | placed | rounds | columns | seconds | peak GiB |",
        "| ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
        "| ---: | ---: |",
    ]
    lines += [
        f"| {row.learners} | {row.sites_per_learner:.2f} "
        f"| {row.engine} | {row.status} "
        f"| {row.objective:.1f} | {row.bound:.1f} | {row.gap:.3%} "
        f"| {(row.objective - row.bound) / row.learners:.1f} | {row.placed} "
        f"| {_or_none(row.rounds)} | {_or_none(row.columns)} "
        f"| {row.seconds:.1f} | {row.peak_gib:.2f} |"
        for row in results.rows
    ]
    limits = {(row.requested_gap, row.time_limit_seconds) for row in results.rows}
    asked = "; ".join(
        f"gap {gap:g}, {seconds:g} seconds" for gap, seconds in sorted(limits)
    )
    lines += [
        "",
        f"Seed {results.rows[0].seed}. Asked for: {asked}. Every run was verified. "
        "Open: points between objective and bound.",
    ]
    for engine, points in by_engine(results).items():
        if len(points) >= ENOUGH_SIZES:
            power = growth(points)
            lines.append(f"Time of {engine} grows with the size to the {power:.1f}.")
    return "\n".join([*lines, "", f"![Time against size]({PLOT.name})"])


def _or_none(number: int | None) -> str:
    return "-" if number is None else str(number)


def by_engine(results: Results) -> dict[str, list[tuple[float, float]]]:
    """Learners and seconds of runs that ended by themselves, at the first density."""
    density = results.rows[0].sites_per_learner
    points: dict[str, list[tuple[float, float]]] = {}
    for row in results.rows:
        has_ended = row.engine == "greedy" or row.status != "limit"
        if row.sites_per_learner == density and has_ended:
            points.setdefault(row.engine, []).append((row.learners, row.seconds))
    return points


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
    parser.add_argument("--peers-up-to", type=int, default=300, metavar="LEARNERS")
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
    PLOT.write_text(growth_svg(by_engine(results)), encoding="utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
