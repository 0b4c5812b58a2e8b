"""The engines of `matcher` behind the signature of `solving`."""

from pathlib import Path
from tempfile import TemporaryDirectory

import matcher
from matcher.solvers import SolveParams
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
