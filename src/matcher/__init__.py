"""matcher: plans for dual learning, with a proof and an explanation.

The front door: the names below are promised, everything else is reachable. They
come from their rooms when first asked for, so that `import matcher` stays light.

    dataset = matcher.read_dataset(Path("scenarios/data/voorbeeld"))
    record = matcher.solve_dataset(dataset)
    print(record.summary.objective, record.summary.bound)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.checker import check_plan as check_plan
    from matcher.checker import check_run as check_run
    from matcher.dataset import Dataset as Dataset
    from matcher.dataset import read_dataset as read_dataset
    from matcher.dataset import read_tables as read_tables
    from matcher.errors import InternalError as InternalError
    from matcher.errors import MatcherError as MatcherError
    from matcher.pipeline import RunParams as RunParams
    from matcher.pipeline import run as run
    from matcher.pipeline import solve_dataset as solve_dataset
    from matcher.policy import Policy as Policy
    from matcher.policy import read_policy as read_policy
    from matcher.problem.problem import Problem as Problem
    from matcher.problem.problem import prepare as prepare
    from matcher.problem.run_record import RunRecord as RunRecord
    from matcher.solvers import Result as Result
    from matcher.solvers import SolveParams as SolveParams
    from matcher.solvers import solve as solve

_ROOM_OF = {
    "Dataset": "dataset",
    "InternalError": "errors",
    "MatcherError": "errors",
    "Policy": "policy",
    "Problem": "problem.problem",
    "Result": "solvers",
    "RunParams": "pipeline",
    "RunRecord": "problem.run_record",
    "SolveParams": "solvers",
    "check_plan": "checker",
    "check_run": "checker",
    "prepare": "problem.problem",
    "read_dataset": "dataset",
    "read_policy": "policy",
    "read_tables": "dataset",
    "run": "pipeline",
    "solve": "solvers",
    "solve_dataset": "pipeline",
}


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})
