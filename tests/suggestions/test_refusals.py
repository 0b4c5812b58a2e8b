"""What would have to change, in whole generated regions: each set does, less does not.

The set is applied to the tables of the region as they were given to a coach, in JSON.
Whether the learner may then be there is asked of the whole region, and the plan whose
points were told has to stand before the judge beside the plans of all others.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

import numpy as np
import pytest

from matcher.advice.change import ChangeError, Part, with_parts
from matcher.checker import check_plan
from matcher.dataset import read_dataset
from matcher.pipeline import solve_dataset
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.problem import Problem, prepare
from matcher.region import generate_region
from matcher.report import write_run_files
from matcher.solvers import SolveParams
from matcher.suggestions import LoadedRun, explain_site, load_run, loaded
from matcher.suggestions.one_learner import any_plan_in_room, plan_in_room
from matcher.suggestions.plan_search import Effort
from matcher.suggestions.wire import Json, site_json
from tests.suggestions.test_one_learner import rows_with


def region(folder, learners: int) -> LoadedRun:
    """A generated region, planned without proof: refusals are what matters here."""
    generate_region(folder / "data", learners=learners, seed=11)
    dataset = read_dataset(folder / "data")
    params = SolveParams(engine="greedy", work_limit=5)
    write_run_files(solve_dataset(dataset, params=params), folder / "run")
    return load_run(dataset, folder / "run")


def refusals(run: LoadedRun, seed: int) -> Iterator[Json]:
    """Answers for learners and recognised sites at random: barred, or open and full."""
    random = Random(seed)  # noqa: S311  (test data, not secrets)
    dataset = run.dataset
    rows = dataset.recognitions
    while True:
        learner = random.randrange(len(dataset.learners))
        training = dataset.learners.trajectory_id[learner]
        sites = rows.site_id[rows.trajectory_id == training].tolist()
        options = run.problem.options_of(learner)
        if random.random() < 0.5 and len(options):
            # Of those drawn below few are open: half of all are, to find full ones.
            sites = dataset.sites.site_id[run.problem.sites_of(options)].tolist()
        learner_id = str(dataset.learners.learner_id[learner])
        answer = explain_site(run, learner_id, random.choice(sites))
        if answer.changes:
            yield site_json(answer)


def parts_of(way: Json) -> list[Part]:
    return [
        Part(
            table=each["table"],
            key=tuple(each["key"].items()),
            column=each["column"],
            before=each["from"],
            after=each["to"],
        )
        for each in way["parts"]
    ]


def moved(run: LoadedRun, problem: Problem) -> Plans:
    """The plans of a run as positions of a changed region."""
    old = run.problem
    keys = (
        zip(
            each.option_learner.tolist(),
            each.dataset.sites.site_id[each.option_site].tolist(),
            each.dataset.mentors.mentor_id[each.pairs.option_mentor].tolist(),
            strict=True,
        )
        for each in (old, problem)
    )
    named = list(next(keys))
    position = {key: at for at, key in enumerate(next(keys))}
    plans = empty_plans(problem)
    for row, period in np.argwhere(run.plans.option >= 0):
        plans.option[row, period] = position[named[run.plans.option[row, period]]]
    return Plans(learner=plans.learner, option=plans.option, course=run.plans.course)


class Changed:
    """The whole region with parts applied; None of it where half a row is no row."""

    def __init__(self, run: LoadedRun, parts: list[Part]) -> None:
        self.run: LoadedRun | None = None
        try:
            problem = prepare(with_parts(run.dataset, parts), run.problem.policy)
        except ChangeError:
            return
        self.run = loaded(problem, moved(run, problem), run.summary)

    def is_eligible(self, learner: int, site: int) -> bool:
        run = self.run
        if run is None:
            return False
        options = run.problem.options_of(learner)
        here = options[run.problem.sites_of(options) == site]
        return bool(run.problem.pairs.eligible[here].any())

    def has_room(self, learner: int, site: int) -> bool:
        if self.run is None:
            return False
        found = any_plan_in_room(self.run, learner, site, Effort())
        assert found is not None
        return found


def check(run: LoadedRun, answer: Json) -> int:
    """Every set of one answer; how many there are."""
    learner, site = run.learner(answer["learner_id"]), run.site(answer["site_id"])
    is_open = answer["status"] == "eligible"
    does = Changed.has_room if is_open else Changed.is_eligible
    assert not does(Changed(run, []), learner, site)
    for way in answer["changes"]:
        parts = parts_of(way)
        changed = Changed(run, parts)
        assert does(changed, learner, site), way
        for at in range(len(parts)):
            less = Changed(run, parts[:at] + parts[at + 1 :])
            assert not does(less, learner, site), (way, at)
        check_points(run, changed, way, learner, site)
    return len(answer["changes"])


def check_points(
    run: LoadedRun, changed: Changed, way: Json, learner: int, site: int
) -> None:
    """The plan that was priced is there, costs that, and stands before the judge."""
    assert way["is_settled"]
    found = plan_in_room(changed.run, learner, site, Effort()).found
    assert (found is None) is (way["points"] is None), way
    if found is not None:
        now = float(run.points[learner].sum())
        assert found.points - now == pytest.approx(way["points"])
        rows = rows_with(changed.run, found.plan)
        verdict = check_plan(changed.run.dataset, run.summary.policy, *rows)
        assert verdict.holds, verdict.violations


def test_ten_refusals_of_a_region_change_as_told(tmp_path):
    run = region(tmp_path, 60)
    assert sum(check(run, each) for each in islice(refusals(run, 1), 10)) >= 10


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_hundred_refusals_of_a_region_change_as_told(tmp_path):
    run = region(tmp_path, 150)
    answers = list(islice(refusals(run, 2), 100))
    assert sum(check(run, each) for each in answers) >= 100
    assert sum(each["status"] == "eligible" for each in answers) >= 10
