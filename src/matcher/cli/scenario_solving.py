"""`matcher solve SCENARIO.toml`: the changed dataset solved, and kept beside."""

import tempfile
from dataclasses import replace
from pathlib import Path

from matcher.cli.answer import WRONG_USAGE, leave
from matcher.cli.reading import leave_with_findings
from matcher.cli.solving import SolveOptions, policy_of, solved
from matcher.cli.words import said
from matcher.dataset import DatasetError, read_dataset
from matcher.pipeline import OutFolderError, check_out_folder
from matcher.scenario import Scenario, read_scenario, write_changed
from matcher.whatif.run import applied_to

_DATASET = "dataset"


def solved_scenario(path: Path, out: Path, options: SolveOptions) -> None:
    """Apply the changes, solve, and write the changed dataset into the run folder.

    How to solve: the options, then the file, then the defaults.
    """
    scenario = read_scenario(path)
    if scenario.sweep is not None:
        leave(said("solve_sweep", options.language, name=scenario.name), WRONG_USAGE)
    try:
        check_out_folder(out)
        dataset = read_dataset(scenario.dataset)
    except DatasetError as error:
        leave_with_findings(error.findings, options.language)
    except OutFolderError as error:
        leave(error.text(options.language), WRONG_USAGE)
    applied = applied_to(scenario, dataset, policy_of(options.policy))
    lasting = out / _DATASET
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / _DATASET
        write_changed(applied.dataset, scenario.dataset, changed)
        outcome = solved(
            changed,
            out,
            _with_stop(options, scenario),
            policy=applied.policy,
            lasting=lasting,
        )
    # With a router, these are the data with the routed minutes: those that verify.
    write_changed(outcome.dataset, scenario.dataset, lasting)


def _with_stop(options: SolveOptions, scenario: Scenario) -> SolveOptions:
    limit, gap, seed = options.time_limit_seconds, options.gap, options.seed
    return replace(
        options,
        time_limit_seconds=scenario.max_runtime_seconds if limit is None else limit,
        gap=scenario.gap if gap is None else gap,
        seed=scenario.seed if seed is None else seed,
    )
