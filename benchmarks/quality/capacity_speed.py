"""How long a report about capacity takes, and to confirm what to recruit.

`python benchmarks/quality/capacity_speed.py DATA RUN` times two commands about a run
that is stored (best with `--keep-state`): the report with plan B and without steps to
recruit, and twenty steps to recruit without plan B. Each is a command of its own, so
that reading and writing count. What they wrote is checked: certificates hold by plain
arithmetic, and ranks follow gains and losses.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPORT = ("--top", "0", "--draws", "0")
RECRUIT = ("--top", "20", "--confirm", "20", "--no-plan-b", "--draws", "0")
MATCHER = Path(sys.executable).with_name("matcher")


def timed(data: Path, run: Path, out: Path, options: tuple[str, ...]) -> list[str]:
    """Run the command; seconds that passed, and that processors worked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [MATCHER, "capacity", data, "--run", run, "--out", out, "--quiet"]
    subprocess.run([*map(str, command), *options], check=True)
    passed = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [f"{passed:.0f}", f"{worked:.0f}"]


def check_report(data: Path, out: Path) -> str:
    """Certificates hold; losses are ranked. What the report holds, in words."""
    file = out / "shortages.json"
    subprocess.run(
        [str(MATCHER), "verify-shortage", str(file), "--data", str(data)], check=True
    )
    with (out / "robustness.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    losses = [float(row["loss_points"]) for row in rows]
    assert losses == sorted(losses, reverse=True)
    proven = sum(row["is_proven"] == "true" for row in rows)
    found = len(json.loads(file.read_text(encoding="utf-8")))
    return f"{found} certificates, {len(rows)} drop-outs, {proven} of them proven"


def check_recruits(out: Path) -> str:
    """Steps are ranked by what is sure. How they stand, in words."""
    rows = json.loads((out / "recruit.json").read_text(encoding="utf-8"))
    sure = [(row["gain_points"], row.get("in_plan_points", 0.0)) for row in rows]
    assert sure == sorted(sure, reverse=True)
    assert all(max(each) > 0 for each in sure)
    exact = sum(row["gain"] == "exact" for row in rows)
    in_plan = sum("in_plan_points" in row for row in rows)
    tried = json.loads((out / "capacity.json").read_text(encoding="utf-8"))
    counts = tried["candidates"]
    return (
        f"{counts['screened']} steps weighed, {counts['confirmed']} confirmed, "
        f"{len(rows)} gain: {exact} exactly, {in_plan} in this plan"
    )


def main() -> None:
    """Measure, check, and print a row per command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    asked = parser.parse_args()
    print("| what | seconds | worked | holds |\n| --- | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory() as folder:
        report, recruit = Path(folder) / "report", Path(folder) / "recruit"
        spent = timed(asked.data, asked.run, report, REPORT)
        told = check_report(asked.data, report)
        print(f"| report with plan B | {' | '.join(spent)} | {told} |", flush=True)
        spent = timed(asked.data, asked.run, recruit, RECRUIT)
        told = check_recruits(recruit)
        print(f"| twenty steps to recruit | {' | '.join(spent)} | {told} |")


if __name__ == "__main__":
    main()
