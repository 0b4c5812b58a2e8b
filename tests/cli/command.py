"""The command as a user has it: a process, its words and its exit code."""

import csv
import json
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
EXAMPLE = Path(__file__).parents[2] / "scenarios" / "data" / "voorbeeld"
MATCHER = str(Path(sys.executable).with_name("matcher"))

# The pricing code is compiled once per version of its sources, which takes a while.
PATIENCE_SECONDS = 400


def matcher(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MATCHER, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def solve(data: Path, out: Path, *options: object) -> None:
    done = matcher("solve", data, "--out", out, *options)
    assert done.returncode == 0, done.stderr


def summary_of(out: Path) -> dict:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def write_summary(out: Path, **changes: object) -> None:
    text = json.dumps(summary_of(out) | changes)
    (out / "summary.json").write_text(text, encoding="utf-8")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(out: Path) -> dict[str, bytes | dict]:
    """Files of a run, but for times and versions."""
    found: dict[str, bytes | dict] = {
        path.name: path.read_bytes() for path in out.iterdir() if path.is_file()
    }
    summary = summary_of(out)
    del summary["seconds"], summary["versions"]
    return found | {"summary.json": summary}
