"""Whether what suggestions cost the others is so: `python` this file.

Suggestions drawn at random in regions made by seed. The exact price takes the learner
out and solves again for those who share something. Here the whole region is solved,
once free and once with the learner left no other choice than the plan; both must say
the same. Where an optimum is not proven in time, the intervals must meet. Bounds of the
estimate must hold, and no suggestion may be beaten in every term by another of its
list. With `--write` it puts the table into `benchmarks/README.md`.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from matcher.dataset import read_dataset
from matcher.pipeline import solve_dataset
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.problem import Problem
from matcher.region import RegionParams, generate_region
from matcher.report import write_run_files
from matcher.solvers import SolveParams, solve
from matcher.suggestions import (
    LoadedRun,
    RegionPrices,
    Suggestion,
    SuggestParams,
    load_run,
    region_prices,
    suggest,
)
from matcher.suggestions.plan_facts import PlanFacts
from matcher.suggestions.price_for_others import (
    Amount,
    estimated_price,
    exact_price,
    optimum_of,
)
from matcher.suggestions.region_prices import sharers_of

README = Path(__file__).parents[1] / "README.md"
START = "<!-- prices: made by quality/price_for_others.py -->"
END = "<!-- end of prices -->"
TOLERANCE = 1e-6
FORCED = 1e6
"""Points that leaving a period of the plan costs more: nobody would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One suggestion: what the region loses, by three ways to know it.

    Attributes
    ----------
    low, high
        By two full solves; the same number where both are proven.
    exact
        None where the plan ties hours of a mentor to the others' signatures.
    estimate, crude
        With shadow prices and without.
    """

    low: float
    high: float
    exact: Amount | None
    estimate: Amount
    crude: Amount
    seconds: float

    @property
    def is_proven(self) -> bool:
        return self.exact is not None and self.exact.kind == "exact" and self.is_known

    @property
    def is_known(self) -> bool:
        return self.high - self.low <= TOLERANCE

    @property
    def off(self) -> float:
        """Points between the exact price and the full solves, or their intervals."""
        if self.exact is None:
            return 0.0
        low, high = self.exact.at_least, self.exact.at_most
        return max(0.0, low - self.high, self.low - high)


def loaded_region(folder: Path, learners: int, seed: int, sites: float) -> Path:
    """The folder of a region."""
    data = folder / f"{learners}-{seed}"
    params = RegionParams(sites_per_learner=sites)
    generate_region(data, learners=learners, seed=seed, params=params)
    return data


def solved(data: Path, params: SolveParams) -> LoadedRun:
    """Its run, written and read back."""
    dataset = read_dataset(data)
    out = data.with_name(f"{data.name}-run")
    write_run_files(solve_dataset(dataset, params=params), out)
    return load_run(dataset, out)


def plan_of(run: LoadedRun, facts: PlanFacts) -> Plans:
    """The plan of these facts, as positions."""
    learner = run.learner(facts.learner_id)
    plan = empty_plans(run.problem).take(np.array([learner]))
    options = run.problem.options_of(learner)
    mentors = run.problem.pairs.option_mentor[options]
    sites = run.problem.sites_of(options)
    periods = run.dataset.periods.period_id.tolist()
    for each in facts.placements:
        is_it = (mentors == run.lookup.mentor[each.mentor_id]) & (
            sites == run.site(each.site_id)
        )
        plan.option[0, periods.index(each.period_id)] = options[is_it][0]
    courses = run.dataset.courses.course_id.tolist()
    for seat in facts.seats:
        at = courses.index(seat.course_id)
        plan.course[0, run.problem.teaching.course_unit[at]] = at
    return plan


def with_no_other_choice(problem: Problem, plan: Plans) -> Problem:
    """The whole region, in which one learner can do nothing but follow the plan.

    Seats of the plan are taken off the courses, and what they teach is acquired: their
    points are missing from the objective.
    """
    learner, seats = int(plan.learner[0]), plan.course[0]
    placed = np.flatnonzero(plan.option[0] >= 0)
    is_open, leave = problem.open_options.copy(), problem.leave_points.copy()
    is_open[problem.option_learner == learner] = False
    is_open[plan.option[0, placed], placed] = True
    leave[learner, placed] += FORCED
    teaching, left = problem.teaching, problem.capacities.seats.copy()
    left[seats[seats >= 0]] -= 1
    needed = teaching.needed.copy()
    needed[learner, seats >= 0] = False
    owner = np.repeat(np.arange(problem.num_learners), np.diff(teaching.reach_start))
    kept = owner != learner
    return replace(
        problem,
        open_options=is_open,
        leave_points=leave,
        capacities=replace(problem.capacities, seats=left),
        teaching=replace(
            teaching,
            needed=needed,
            reach_start=np.searchsorted(
                owner[kept], np.arange(problem.num_learners + 1)
            ),
            reach_course=teaching.reach_course[kept],
        ),
    )


def compared(
    run: LoadedRun, prices: RegionPrices, one: Suggestion, params: SolveParams
) -> Compared:
    """One suggestion, priced and solved for."""
    began = time.process_time()
    plan = plan_of(run, one.facts)
    fixed = solve(with_no_other_choice(run.problem, plan), params)
    row = int(plan.learner[0])
    assert (fixed.plans.option[row] == plan.option[0]).all()
    of_seats = run.problem.policy.course * float((plan.course >= 0).sum())
    sharers = sharers_of(run, row)
    optimum = optimum_of(run, sharers, params)
    exact = exact_price(run, plan, sharers, optimum, params)
    return Compared(
        low=max(0.0, fixed.bound + of_seats - run.summary.objective),
        high=max(0.0, fixed.objective + of_seats - run.summary.bound),
        exact=None if exact is None else exact.region,
        estimate=estimated_price(run, plan, prices).region,
        crude=estimated_price(run, plan, None).region,
        seconds=time.process_time() - began,
    )


def drawn(
    run: LoadedRun, prices: RegionPrices, count: int, seed: int
) -> Iterator[Suggestion]:
    """Suggestions other than the plan of the run, of learners drawn by seed."""
    ids = run.dataset.learners.learner_id.tolist()
    random = Random(seed)  # noqa: S311  (test data, not secrets)
    for learner_id in random.sample(ids, len(ids)):
        if not count:
            return
        found = suggest(run, learner_id, SuggestParams(exact=False), prices)
        assert not is_any_beaten(found)
        others = [each for each in found if "now" not in each.kinds]
        if others:
            count -= 1
            yield random.choice(others)


def is_any_beaten(found: tuple[Suggestion, ...]) -> bool:
    """One of a list is as good in all, and better in something."""
    table = np.array(
        [[*each.facts.terms.values(), each.price.others.points] for each in found]
    )
    return any(
        (
            (table <= row + 1e-9).all(axis=1) & (table < row - TOLERANCE).any(axis=1)
        ).any()
        for row in table
    )


def check(one: Compared) -> None:
    """The prices are what they say."""
    close = TOLERANCE * max(1.0, one.high)
    assert one.off <= close, one
    for each in (one.estimate, one.crude):
        assert each.at_least is None or each.at_least <= one.high + close, one
        assert each.at_most is None or each.at_most >= one.low - close, one
        if each.kind == "lower_bound":
            assert each.points <= one.high + close, one


def row_of(run: LoadedRun, name: str, found: list[Compared]) -> str:
    """One line of the table."""
    known = [each for each in found if each.is_known]
    off = [abs(each.estimate.points - each.low) for each in known]
    cells = (
        name,
        run.problem.num_learners,
        run.summary.status,
        len(found),
        sum(each.is_proven for each in found),
        f"{max((each.off for each in found), default=0):.1e}",
        sum(each.low > TOLERANCE for each in found),
        f"{np.mean(off):.1f}" if off else "-",
        f"{sum(each.seconds for each in found):.0f}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Measure, check, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--learners", type=int, nargs="+", default=[100, 100, 120, 150, 200, 300]
    )
    parser.add_argument("--suggestions", type=int, default=5, help="in each region")
    parser.add_argument("--sites-per-learner", type=float, default=8.0)
    parser.add_argument(
        "--time-limit", type=float, default=300.0, help="seconds of one solve"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into the README")
    asked = parser.parse_args()
    params = SolveParams(gap=0.0, time_limit_seconds=asked.time_limit)
    rows = [
        "| seed | learners | run | suggestions | both proven | most points off "
        "| cost the region something | estimate off, points | seconds |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    print("\n".join(rows), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for seed, learners in enumerate(asked.learners, start=asked.seed):
            data = loaded_region(Path(folder), learners, seed, asked.sites_per_learner)
            run = solved(data, params)
            prices = region_prices(run)
            found = []
            for each in drawn(run, prices, asked.suggestions, seed):
                found.append(compared(run, prices, each, params))
                check(found[-1])
            rows.append(row_of(run, str(seed), found))
            print(rows[-1], flush=True)
    if asked.write:
        made = "\n".join(rows)
        head, rest = README.read_text(encoding="utf-8").split(START)
        _, tail = rest.split(END)
        README.write_text(f"{head}{START}\n\n{made}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
