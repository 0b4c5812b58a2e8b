"""Random regions with their proven optimum, as runs; and the oracle's answers."""

from dataclasses import dataclass
from pathlib import Path

import matcher
from matcher.capacity.candidate import Candidate
from matcher.pipeline import solve_dataset
from matcher.policy import Policy, read_policy
from matcher.report import write_run_files
from matcher.suggestions import LoadedRun, load_run
from tests.oracle.brute_force import optimum_of_tables
from tests.oracle.literal import Plan
from tests.oracle.tables import Tables, copy_tables, write_tables
from tests.oracle.tiny import Case, tiny_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A case and its run, proven best by the engine."""

    case: Case
    run: LoadedRun


def solved_case(seed: int, profile: str, folder: Path) -> Solved:
    case = tiny_case(seed, profile)
    data = write_tables(case.tables, folder / "data")
    text = folder / "policy.toml"
    text.write_text(case.policy, encoding="utf-8")
    dataset = matcher.read_dataset(data)
    params = matcher.SolveParams(gap=0.0)
    record = solve_dataset(dataset, read_policy(text), params)
    assert record.summary.status == "optimal"
    write_run_files(record, folder / "run")
    return Solved(case=case, run=load_run(dataset, folder / "run"))


def loaded_of(tables: Tables, folder: Path) -> LoadedRun:
    """The run of some tables under the policy of the contract, proven best."""
    dataset = matcher.read_dataset(write_tables(tables, folder / "data"))
    record = solve_dataset(dataset, Policy(), matcher.SolveParams(gap=0.0))
    assert record.summary.status == "optimal"
    write_run_files(record, folder / "run")
    return load_run(dataset, folder / "run")


def true_optimum(case: Case) -> float:
    return optimum_of_tables(case.tables, case.policy).objective


def optimum_with(case: Case, candidate: Candidate) -> float:
    """Of the case with the candidate's rows added to its text."""
    return optimum_of_tables(with_rows(case.tables, candidate), case.policy).objective


def with_rows(tables: Tables, candidate: Candidate) -> Tables:
    longer = copy_tables(tables)
    for name, rows in candidate.rows.items():
        longer.setdefault(name, []).extend(dict(row) for row in rows)
        columns = dict.fromkeys(column for row in longer[name] for column in row)
        longer[name] = [
            {column: row.get(column, "") for column in columns} for row in longer[name]
        ]
    return longer


def plans_of_run(solved: Solved, region) -> list[Plan]:
    """The run as the oracle writes plans."""
    run = solved.run
    site_at = {site.site_id: at for at, site in enumerate(region.sites)}
    dataset, problem = run.dataset, run.problem
    plans = []
    for row in range(len(run.plans)):
        stays = []
        for option in run.plans.option[row].tolist():
            if option < 0:
                stays.append(None)
                continue
            site = dataset.sites.site_id[problem.option_site[option]]
            stays.append((site_at[site], int(problem.pairs.option_mentor[option])))
        courses = run.plans.course[row]
        seats = tuple(sorted(courses[courses >= 0].tolist()))
        plans.append(Plan(stays=tuple(stays), seats=seats))
    return plans
