"""The engines of `matcher` behind the signature of `solving`."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import matcher
from matcher.solvers import SolveParams
from matcher.solvers.run import Watch
from matcher.solvers.state import RunState, read_state, write_state
from tests.oracle.tiny import Case
from tests.properties.solving import Answer, Solve


def engine(params: SolveParams) -> Solve:
    """An engine of `matcher`, fed with files as a user would."""

    def solve(case: Case) -> Answer:
        with TemporaryDirectory() as folder:
            data, policy = case.write(Path(folder))
            dataset = matcher.read_dataset(data)
            record = matcher.solve_dataset(dataset, matcher.read_policy(policy), params)
        rows = tuple(
            {
                "learner_id": row.learner_id,
                "period_id": row.period_id,
                "site_id": row.site_id,
                "mentor_id": row.mentor_id,
            }
            for row in record.assignments
        )
        return Answer(
            objective=record.summary.objective,
            bound=record.summary.bound,
            assignments=rows,
        )

    return solve


class WarmEngine:
    """The default engine, each solve of which begins with what the last one left.

    Attributes
    ----------
    cold_params
        Of the first solve.
    rounds
        Rounds of pricing of the last solve.
    """

    def __init__(self, params: SolveParams) -> None:
        self._params = params
        self._state: RunState | None = None
        self.cold_params = params
        self.rounds = 0

    def __call__(self, case: Case) -> Answer:
        with TemporaryDirectory() as folder:
            data, policy = case.write(Path(folder))
            problem = matcher.prepare(
                matcher.read_dataset(data), matcher.read_policy(policy)
            )
        params = self.cold_params if self._state is None else self._params
        seen: list[int] = []
        result = matcher.solve(
            problem,
            replace(params, start=self._state, keep_state=True),
            Watch(on_progress=lambda line: seen.append(line.round)),
        )
        self.rounds = seen[-1]
        with TemporaryDirectory() as folder:
            write_state(result.state, Path(folder))
            self._state = read_state(Path(folder))
        dataset, pairs = problem.dataset, problem.pairs
        learner, period = np.nonzero(result.plans.option >= 0)
        option = result.plans.option[learner, period]
        columns = (
            dataset.learners.learner_id[learner],
            dataset.periods.period_id[period],
            dataset.sites.site_id[problem.option_site[option]],
            dataset.mentors.mentor_id[pairs.option_mentor[option]],
        )
        names = ("learner_id", "period_id", "site_id", "mentor_id")
        rows = tuple(
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        )
        return Answer(objective=result.objective, bound=result.bound, assignments=rows)
