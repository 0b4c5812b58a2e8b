"""Runs of small random regions, solved to their optimum and loaded as from files."""

from pathlib import Path

import matcher
from matcher.pipeline import solve_dataset
from matcher.report import write_run_files
from matcher.solvers import SolveParams
from matcher.suggestions import LoadedRun, load_run
from tests.oracle.tiny import tiny_case


def loaded_case(seed: int, profile: str, folder: Path) -> LoadedRun:
    """The run of one random case."""
    data, policy = tiny_case(seed, profile).write(folder)
    return loaded_folder(data, policy, folder / "run")


def loaded_folder(data: Path, policy: Path | None, out: Path) -> LoadedRun:
    """The run of a dataset folder, written to `out` and read back."""
    dataset = matcher.read_dataset(data)
    chosen = None if policy is None else matcher.read_policy(policy)
    record = solve_dataset(dataset, chosen, SolveParams(gap=0.0))
    write_run_files(record, out)
    return load_run(dataset, out)
