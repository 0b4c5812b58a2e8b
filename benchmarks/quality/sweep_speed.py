"""How fast a sweep of scenarios is: `python benchmarks/quality/sweep_speed.py`.

200 scenarios about a region of 300 learners, by the command line: in one process and in
two, killed at a random moment and given again, and (a sample of them, for it takes
hours) each from nothing instead of from the plans of the base. Fails where the files of
two sweeps differ by a byte, or where two answers to one question contradict each other.
Writes the table of `benchmarks/README.md`.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from matcher.dataset import Dataset, read_dataset
from matcher.policy import Policy
from matcher.scenario import Scenario, read_scenario
from matcher.solvers.run import SolveParams
from matcher.whatif.base_store import CACHE
from matcher.whatif.run import solved_base
from matcher.whatif.solving import rows_of
from matcher.whatif.tasks import tasks_of
from matcher.whatif.variant import Setting, Variant, solved_variant

README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- sweeps: made by quality/sweep_speed.py -->", "<!-- end of sweeps -->"
MATCHER = str(Path(sys.executable).with_name("matcher"))
FILES = ("sweep.csv", "sweep.json", "sweep.html")
TOLERANCE = 1e-6
CORES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sweep to measure: its file, what it is about, and how it is solved."""

    path: Path
    scenario: Scenario
    dataset: Dataset
    params: SolveParams
    total: int

    @property
    def name(self) -> str:
        return self.scenario.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The same variants, each begun with the base's search and from nothing.

    Attributes
    ----------
    warm, cold
        Seconds of the processor.
    """

    number: int
    warm: float
    cold: float


def asked_sweep(folder: Path, options: argparse.Namespace) -> Asked:
    """Years that turn out otherwise, with and without one more site."""
    data = folder / "data"
    size = ["--learners", str(options.learners), "--seed", str(options.seed)]
    size += ["--sites-per-learner", str(options.sites_per_learner)]
    subprocess.run([MATCHER, "generate", str(data), *size], check=True)
    dataset = read_dataset(data)
    learners = dataset.learners
    ((trajectory_id, _),) = Counter(learners.trajectory_id).most_common(1)
    own = learners.postcode[learners.trajectory_id == trajectory_id]
    ((postcode, _),) = Counter(own).most_common(1)
    draws = options.variants // 8
    path = folder / "years.toml"
    path.write_text(
        f"""title = "Years that turn out otherwise"
question = "Does one more site hold whatever the year brings?"
dataset = "data"
[stop]
gap = {options.gap}
[[change]]
kind = "drop_outs"
share = "$share"
seed = "$draw"
[sweep]
draws = {draws}
[[sweep.parameter]]
name = "share"
values = [0.02, 0.05, 0.10, 0.15]
[[sweep.choice]]
name = "as it is"
[[sweep.choice]]
name = "one more site"
[[sweep.choice.changes]]
kind = "site_added"
site_id = "NEW"
name = "One more"
postcode = "{postcode}"
capacity = 2
trajectories = ["{trajectory_id}"]
""",
        encoding="utf-8",
    )
    return Asked(
        path=path,
        scenario=read_scenario(path),
        dataset=dataset,
        params=SolveParams(gap=options.gap),
        total=8 * draws,
    )


def base_seconds(asked: Asked, cache: Path, workers: int) -> float:
    """Seconds to solve the base and keep it in `cache`."""
    shutil.rmtree(cache, ignore_errors=True)
    started = time.monotonic()
    solved_base(asked.dataset, Policy(), replace(asked.params, workers=workers), cache)
    return time.monotonic() - started


def out_with(base: Path, out: Path, asked: Asked) -> Path:
    """A folder to sweep into, in which the base is there already."""
    shutil.copytree(base, out / asked.name / CACHE)
    (out / "whatif.json").write_text('{"made_by": "matcher whatif"}\n')
    return out


def command(asked: Asked, out: Path, workers: int) -> list[str]:
    words = ["whatif", str(asked.path), "--out", str(out), "--workers", str(workers)]
    return [MATCHER, *words, "--quiet"]


def sweep_seconds(asked: Asked, out: Path, workers: int) -> float:
    """Seconds of the whole command."""
    started = time.monotonic()
    subprocess.run(command(asked, out, workers), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def kill_at_random(asked: Asked, out: Path, random: Random) -> int:
    """Kill -9 a sweep on two processes; the number of answers that it left."""
    least = random.randrange(1, asked.total)
    pause = random.random()
    cache = out / asked.name / CACHE
    process = subprocess.Popen(command(asked, out, CORES), stdout=subprocess.DEVNULL)
    with process:
        while len(list(cache.glob("*.json"))) < least and process.poll() is None:
            time.sleep(0.02)
        time.sleep(pause)
        process.kill()
    return len(list(cache.glob("*.json")))


def same_files(asked: Asked, one: Path, other: Path) -> None:
    for name in FILES:
        files = [(out / asked.name / name).read_bytes() for out in (one, other)]
        assert files[0] == files[1], name
    answers = [answers_in(asked, out) for out in (one, other)]
    assert answers[0] == answers[1]
    assert len(answers[0]) == asked.total


def answers_in(asked: Asked, out: Path) -> dict[str, bytes]:
    cache = out / asked.name / CACHE
    return {path.name: path.read_bytes() for path in cache.glob("*.json")}


def sampled(asked: Asked, base: Path, number: int) -> Sample:
    """Time some of the variants in this process, warm and cold in turn."""
    found = solved_base(asked.dataset, Policy(), asked.params, base)
    cold = Setting(
        name=asked.name,
        dataset=asked.dataset,
        policy=Policy(),
        params=asked.params,
        running=None,
    )
    warm = replace(
        cold,
        params=replace(asked.params, start=found.state),
        running=rows_of(found.problem, found.plans),
    )
    tasks = tasks_of(asked.scenario, asked.dataset, Policy(), asked.params)
    chosen = tasks[:: len(tasks) // number][:number]
    spent = {"warm": 0.0, "cold": 0.0}
    for task in chosen:
        answers: list[Variant] = []
        for key, setting in (("warm", warm), ("cold", cold)):
            started = time.process_time()
            answers.append(solved_variant(setting, task.changes, task.digest))
            spent[key] += time.process_time() - started
            print(f"{task.choice} {task.point} {key}: {spent[key]:.1f} s", flush=True)
        for one, other in (answers, answers[::-1]):
            assert one.bound <= other.objective + TOLERANCE
    return Sample(number=len(chosen), **spent)


def with_table(text: str, table: str) -> str:
    """The text with the table between its markers."""
    head, rest = text.split(START)
    _, tail = rest.split(END)
    return f"{head}{START}\n\n{table}\n\n{END}{tail}"


def measure(options: argparse.Namespace, folder: Path) -> str:
    """The table, once everything is measured and every answer held."""
    asked = asked_sweep(folder, options)
    base = folder / "base"
    alone = base_seconds(asked, base, 1)
    print(f"base: {alone:.1f} s", flush=True)
    outs = {n: out_with(base, folder / f"workers{n}", asked) for n in (1, CORES)}
    seconds = {n: sweep_seconds(asked, out, n) for n, out in outs.items()}
    print(f"sweeps: {seconds}", flush=True)
    same_files(asked, outs[1], outs[CORES])
    random = Random(options.seed)  # noqa: S311 - a moment, no secret
    kills = []
    for turn in range(options.kills):
        out = out_with(base, folder / f"killed{turn}", asked)
        kills.append(kill_at_random(asked, out, random))
        sweep_seconds(asked, out, CORES)
        same_files(asked, outs[1], out)
    sample = sampled(asked, base, options.cold)
    each = {n: spent / asked.total for n, spent in seconds.items()}
    cold = sample.cold / sample.number
    whole = alone + seconds[1]
    rows = [
        (
            "scenarios, learners, gap",
            f"{asked.total}, {options.learners}, {options.gap}",
        ),
        ("base, once", f"{alone:.0f} s"),
        ("one process", f"{seconds[1]:.0f} s, {each[1]:.2f} s each"),
        ("two processes", f"{seconds[CORES]:.0f} s, {each[CORES]:.2f} s each"),
        ("two against one", f"{seconds[1] / seconds[CORES]:.2f} times faster"),
        (
            f"warm and cold, {sample.number} of them",
            f"{sample.warm / sample.number:.1f} and {cold:.1f} s each (processor)",
        ),
        ("warm against cold", f"{sample.cold / sample.warm:.1f} times faster"),
        (
            "the same, with the base, all of them",
            f"{cold * asked.total / whole:.1f} times faster (cold extrapolated)",
        ),
    ]
    if kills:
        after = ", ".join(map(str, kills))
        rows.append(
            ("killed after so many answers, given again", f"{after}: the same files")
        )
    day = datetime.now(UTC).date().isoformat()
    head = [f"{day}, seed {options.seed}.", "", "| what | measured |", "| --- | --- |"]
    return "\n".join([*head, *(f"| {what} | {figure} |" for what, figure in rows)])


def main() -> None:
    """Measure, write, and say the table."""
    parser = argparse.ArgumentParser(description="Speed of sweeps of scenarios.")
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--sites-per-learner", type=float, default=4.5)
    parser.add_argument("--variants", type=int, default=200, help="a multiple of 8")
    parser.add_argument("--cold", type=int, default=4, help="variants solved cold too")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = measure(options, Path(folder))
    text = README.read_text(encoding="utf-8")
    README.write_text(with_table(text, table), encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
