"""What early ends may do to a region: drawn at random many times (Monte Carlo).

Each agreement of the run, a block of one learner at one site, ends early at a rate.
Who loses a place gets, in the order drawn, the first place with room for all that is
left of the block; nobody else moves. That is what a school could do on a telephone: a
cautious picture, not a proof.
"""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.plans import block_starts, plan_sites
from matcher.suggestions import LoadedRun

EARLY_ENDS = 0.456
"""Share of the agreements of 2015 to 2020 that ended early (Flemish figures)."""

_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyEndParams:
    """How to draw.

    Attributes
    ----------
    draws
        0 draws nothing.
    rate
        Chance that an agreement ends before its last period.
    """

    draws: int = 200
    rate: float = EARLY_ENDS
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyEnds:
    """Weeks of active periods without a place over all learners.

    Attributes
    ----------
    in_run
        As planned.
    lost, after_refill
        (5th, 50th and 95th percentile) of the weeks without a place when ends are
        drawn, before and after places are found anew.
    found_share
        Mean share of the lost weeks for which a place was found.
    """

    draws: int
    rate: float
    in_run: float
    lost: tuple[float, ...]
    after_refill: tuple[float, ...]
    found_share: float


def early_ends(run: LoadedRun, params: EarlyEndParams | None = None) -> EarlyEnds:
    """The same draws for the same run, rate and seed."""
    params = params or EarlyEndParams()
    random = np.random.default_rng(params.seed)
    simulation = _Simulation(run)
    rows = [simulation.draw(random, params.rate) for _ in range(params.draws)]
    lost, found = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    base = simulation.in_run
    share = np.divide(found, lost, out=np.ones_like(lost), where=lost > 0)
    return EarlyEnds(
        draws=params.draws,
        rate=params.rate,
        in_run=base,
        lost=_percentiles(base + lost),
        after_refill=_percentiles(base + lost - found),
        found_share=float(share.mean()),
    )


def _percentiles(values: Floats) -> tuple[float, ...]:
    return tuple(np.percentile(values, _PERCENTILES).tolist())


class _Simulation:
    def __init__(self, run: LoadedRun) -> None:
        self._run = run
        self._problem = problem = run.problem
        self._sites = plan_sites(problem, run.plans)
        starts = block_starts(self._sites)
        self._blocks = [
            (int(row), int(first), _end(self._sites[row], int(first)))
            for row, first in np.argwhere(starts)
        ]
        is_open = problem.pairs.calendar.active & (run.plans.option < 0)
        self.in_run = float((is_open * problem.weeks).sum())

    def draw(self, random: np.random.Generator, rate: float) -> tuple[float, float]:
        """Weeks lost, and weeks found again."""
        problem, weeks = self._problem, self._problem.weeks
        ended = []
        for at in np.flatnonzero(random.random(len(self._blocks)) < rate):
            row, first, last = self._blocks[at]
            ended.append((row, int(random.integers(first, last)), last))
        room = _Room(self._run)
        for row, first, last in ended:
            room.give_back(row, first, last)
        lost = sum(float(weeks[first:last].sum()) for _, first, last in ended)
        found = 0.0
        for at in random.permutation(len(ended)):
            row, first, last = ended[at]
            if room.take_first(row, first, last, self._sites[row, first]):
                found += float(problem.weeks[first:last].sum())
        return lost, found


def _end(sites: Index, first: int) -> int:
    """The period after the last one of the block that starts at `first`."""
    last = first + 1
    while last < len(sites) and sites[last] == sites[first]:
        last += 1
    return last


class _Room:
    """What is left of places and hours while the draws go on."""

    def __init__(self, run: LoadedRun) -> None:
        problem = run.problem
        self._run, self._problem = run, problem
        self._starts = block_starts(plan_sites(problem, run.plans))
        self._site = problem.capacities.site.copy()
        self._enterprise = problem.capacities.enterprise.copy()
        self._mentor = problem.capacities.mentor.copy()
        self._hours = problem.capacities.hours - run.mentor_hours
        row, period = np.nonzero(run.plans.option >= 0)
        self._count(run.plans.option[row, period], period, -1.0)

    def give_back(self, row: int, first: int, last: int) -> None:
        """An agreement ends: its places and hours from `first` on are free."""
        period = np.arange(first, last)
        option = self._run.plans.option[row, first:last]
        self._count(option, period, 1.0)
        hours = self._problem.scored.guidance_hours[option].copy()
        if self._starts[row, first]:
            hours[:1] *= self._problem.policy.guidance.startup_factor
        np.add.at(
            self._hours, (self._problem.pairs.option_mentor[option], period), hours
        )

    def take_first(self, row: int, first: int, last: int, not_site: int) -> bool:
        """Take the nearest place with room for all of it; False where none has.

        Not at the site that was left, and not for less than a block lasts at least.
        """
        problem = self._problem
        weeks = float(problem.weeks[first:last].sum())
        if weeks < problem.min_block_weeks[row] - TOLERANCE:
            return False
        options = np.arange(*problem.option_start[problem.pair_start[[row, row + 1]]])
        options = options[problem.sites_of(options) != not_site]
        options = options[problem.open_options[options, first:last].all(axis=1)]
        minutes = problem.pairs.minutes[problem.pairs.option_pair[options]]
        for option in options[np.argsort(minutes, kind="stable")]:
            if self._fits(int(option), first, last):
                self._take(int(option), first, last)
                return True
        return False

    def _fits(self, option: int, first: int, last: int) -> bool:
        problem, at = self._problem, slice(first, last)
        site, mentor = problem.option_site[option], problem.pairs.option_mentor[option]
        enterprise = problem.pairs.positions.site_enterprise[site]
        hours = self._asked(option, last - first)
        return bool(
            (self._site[site, at] >= 1).all()
            and (self._mentor[mentor, at] >= 1).all()
            and (self._hours[mentor, at] + TOLERANCE >= hours).all()
            and (enterprise < 0 or (self._enterprise[enterprise, at] >= 1).all())
        )

    def _take(self, option: int, first: int, last: int) -> None:
        period = np.arange(first, last)
        self._count(np.full(len(period), option), period, -1.0)
        mentor = self._problem.pairs.option_mentor[option]
        self._hours[mentor, first:last] -= self._asked(option, last - first)

    def _asked(self, option: int, length: int) -> Floats:
        hours = np.full(length, self._problem.scored.guidance_hours[option])
        hours[0] *= self._problem.policy.guidance.startup_factor
        return hours

    def _count(self, option: Index, period: Index, sign: float) -> None:
        if not len(option):
            return
        problem = self._problem
        site = problem.sites_of(option)
        enterprise = problem.pairs.positions.site_enterprise[site]
        owned = enterprise >= 0
        np.add.at(self._site, (site, period), sign)
        np.add.at(self._mentor, (problem.pairs.option_mentor[option], period), sign)
        np.add.at(self._enterprise, (enterprise[owned], period[owned]), sign)
