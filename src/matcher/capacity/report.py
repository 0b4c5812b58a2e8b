"""The whole of `matcher capacity`: from a run to all answers about its region."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from matcher.capacity.area import Areas
from matcher.capacity.candidates import candidates_of
from matcher.capacity.certificate import Shortage
from matcher.capacity.early_ends import EarlyEndParams, EarlyEnds, early_ends
from matcher.capacity.fairness import (
    EnterpriseLoad,
    GroupBurden,
    LearnerBurden,
    enterprise_loads,
    group_burdens,
    learner_burdens,
)
from matcher.capacity.price_groups import PriceGroup, price_groups
from matcher.capacity.price_table import PriceRow, price_rows
from matcher.capacity.recruit import RecruitList, RecruitParams, recruit_list
from matcher.capacity.recruit_sets import RecruitSet, SetParams, best_sets
from matcher.capacity.repair import Repair, solo_floors
from matcher.capacity.robustness import RobustnessParams, plan_b
from matcher.capacity.seat_shortages import SeatShortage, find_seat_shortages
from matcher.capacity.shadow_prices import shadow_prices
from matcher.capacity.shortages import find_shortages
from matcher.capacity.supply import SupplyRow, supply_rows
from matcher.suggestions import LoadedRun

logger = logging.getLogger(__name__)

_WORKERS = 2
"""Threads; no answer depends on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPeriod:
    """A period without a placement that no certificate explains: not proven."""

    learner_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReport:
    """All answers about the capacity of a region.

    Attributes
    ----------
    not_proven
        Periods that the run leaves open without a certificate: they may come from
        blocks, hours or costs, or from the run not being the best there is.
    """

    shortages: tuple[Shortage, ...]
    seat_shortages: tuple[SeatShortage, ...]
    prices: tuple[PriceRow, ...]
    price_groups: tuple[PriceGroup, ...]
    supply: tuple[SupplyRow, ...]
    recruits: RecruitList
    recruit_sets: tuple[RecruitSet, ...]
    repairs: tuple[Repair, ...]
    burdens: tuple[LearnerBurden, ...]
    groups: tuple[GroupBurden, ...]
    loads: tuple[EnterpriseLoad, ...]
    early_ends: EarlyEnds | None
    areas: Areas
    not_proven: tuple[OpenPeriod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityParams:
    """How far to look, and by what areas.

    Attributes
    ----------
    areas
        Of the tables by area.
    recruit
        With `top` 0 nothing is recruited.
    sets
        Of the steps recruited.
    robustness
        None leaves plan B out.
    early_ends
        With `draws` 0 nothing is drawn.
    """

    areas: Areas = field(default_factory=Areas)
    recruit: RecruitParams = field(default_factory=RecruitParams)
    sets: SetParams = field(default_factory=SetParams)
    robustness: RobustnessParams | None = field(default_factory=RobustnessParams)
    early_ends: EarlyEndParams = field(default_factory=EarlyEndParams)


def capacity_report(
    run: LoadedRun,
    params: CapacityParams | None = None,
    on_step: Callable[[str], None] = lambda _: None,
    folder: Path | None = None,
) -> CapacityReport:
    """Everything about a run's region.

    Parameters
    ----------
    params
        The defaults when absent.
    on_step
        Called with the name of each step as it begins.
    folder
        Of the run: prices that it kept are not worked out again.
    """
    params = params or CapacityParams()
    on_step("shortages")
    # Beside the rest, most of which is compiled and leaves it a processor.
    with ThreadPoolExecutor(1) as beside:
        shortages = beside.submit(find_shortages, run.problem)
        return _report(run, params, on_step, folder, shortages)


def _report(
    run: LoadedRun,
    params: CapacityParams,
    on_step: Callable[[str], None],
    folder: Path | None,
    shortages: Future[tuple[Shortage, ...]],
) -> CapacityReport:
    """The report, but for its shortages, which are searched meanwhile."""
    on_step("supply")
    supply = supply_rows(run, params.areas)
    on_step("prices")
    prices = shadow_prices(run, folder)
    recruits = RecruitList(recruits=(), screened=0, confirmed=0)
    if params.recruit.top:
        on_step("recruit")
        recruits = recruit_list(run, prices, candidates_of(run, prices), params.recruit)
    sets: tuple[RecruitSet, ...] = ()
    if params.sets.largest > 1:
        on_step("sets")
        sets = best_sets(run, prices, recruits.recruits, params.sets)
    floors = solo_floors(run, _WORKERS)
    repairs: tuple[Repair, ...] = ()
    if params.robustness is not None:
        on_step("plan_b")
        repairs = plan_b(run, params.robustness, floors=floors)
    on_step("fairness")
    burdens = learner_burdens(run, floors)
    drawn = early_ends(run, params.early_ends) if params.early_ends.draws else None
    return CapacityReport(
        shortages=shortages.result(),
        seat_shortages=find_seat_shortages(run.problem),
        prices=price_rows(run.problem, prices),
        price_groups=price_groups(run, prices, params.areas),
        supply=supply,
        recruits=recruits,
        recruit_sets=sets,
        repairs=repairs,
        burdens=burdens,
        groups=group_burdens(run, burdens, params.areas),
        loads=enterprise_loads(run),
        early_ends=drawn,
        areas=params.areas,
        not_proven=_not_proven(run, shortages.result()),
    )


def _not_proven(
    run: LoadedRun, shortages: tuple[Shortage, ...]
) -> tuple[OpenPeriod, ...]:
    """Open periods of learners who stand in no certificate for any place then."""
    explained = {
        (learner_id, each.period_id)
        for each in shortages
        if each.competence_id is None
        for learner_id in each.learners
    }
    problem, dataset = run.problem, run.dataset
    is_open = problem.pairs.calendar.active & (run.plans.option < 0)
    found = (
        (dataset.learners.learner_id[row], dataset.periods.period_id[period])
        for row, period in np.argwhere(is_open)
    )
    return tuple(
        OpenPeriod(learner_id=learner_id, period_id=period_id)
        for learner_id, period_id in found
        if (learner_id, period_id) not in explained
    )
