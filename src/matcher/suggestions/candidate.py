"""Plans of one learner that differ in kind: what a coach may want to choose between."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from types import MappingProxyType

import numpy as np

from matcher.dataset import Phrase
from matcher.dataset.tables import Floats
from matcher.problem.plans import Plans, coverage_of, plan_sites
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.plan_search import Wish, cheapest_plan, options_of

KINDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "now": Phrase(nl="het plan zoals het nu is", en="the plan as it is now"),
        "room": Phrase(
            nl="het beste met de plannen van de anderen zoals ze zijn",
            en="the best with the plans of the others as they are",
        ),
        "nearer": Phrase(nl="dichter bij huis dan nu", en="nearer to home than now"),
        "more_covered": Phrase(nl="meer gedekt dan nu", en="more covered than now"),
        "better_support": Phrase(nl="meer steun dan nu", en="more support than now"),
        "own_best": Phrase(
            nl="het beste voor deze leerling alleen",
            en="the best for this learner alone",
        ),
        "kinder": Phrase(
            nl="laat meer ruimte voor anderen dan nu",
            en="leaves more room for others than now",
        ),
        "so_far": Phrase(
            nl="het goedkoopste dat gevonden is; er is niet verder gezocht",
            en="the cheapest found; it was not searched further",
        ),
        "elsewhere": Phrase(nl="een andere werkplek", en="another site"),
        "otherwise": Phrase(
            nl="anders, met werkplekken van nu", en="otherwise, with sites of now"
        ),
    }
)
"""What is special about a suggestion, beside the plan as it is now.

Whatever a search asked for, only what is so is said.
"""

_COMPARED = ("nearer", "more_covered", "better_support", "kinder")
"""Kinds that compare with the plan now, in the order of `_measures`."""

_LESS = 1e-6
"""By how much a measure has to be less."""

_NEARER_POINTS = 1.0
"""Points per minute and week that a nearer plan counts on top of the policy."""

_SUPPORT_FACTOR = 10.0
"""How many times support counts more in a plan with better support."""

_BURDEN_SHARE = 0.9
"""Share of the weekly points that a plan which covers more leaves uncounted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan, and everything that is special about it."""

    plan: Plans
    kinds: tuple[str, ...]


def candidates_for(
    run: LoadedRun, learner: int, most: int, others_pay: Floats | None
) -> tuple[Candidate, ...]:
    """Different plans of one learner; what was found under two wishes stands once.

    Parameters
    ----------
    most
        Suggestions asked for: plans that leave out one site of another plan are
        looked for until there are as many, and half as many again.
    others_pay
        (options of the learner, periods), shadow prices of placements; None where
        they are not known.
    """
    found: dict[bytes, Candidate] = {}
    for kinds, plan in _of_each_kind(run, learner, others_pay):
        _note(found, kinds, plan, run)
    asked: set[int] = set()
    while len(found) < most + (most + 1) // 2:
        site = _site_to_leave(run, learner, found, asked)
        if site is None:
            break
        asked.add(site)
        barred = run.problem.sites_of(options_of(run, learner)) == site
        other = cheapest_plan(
            run, learner, Wish(in_room=True, barred=barred, is_quick=True)
        )
        if other.plan is not None:
            _note(found, (), other.plan, run)
    return _told(run, list(found.values()), others_pay)


def _note(
    found: dict[bytes, Candidate], kinds: tuple[str, ...], plan: Plans, run: LoadedRun
) -> None:
    """Plans with the same sites and seats are one: mentors are for the site to say.

    But what is called the best is, down to the mentors.
    """
    key = plan_sites(run.problem, plan).tobytes() + plan.course.tobytes()
    if kinds and key in found and (found[key].plan.option != plan.option).any():
        key += plan.option.tobytes()
    known = found.get(key, Candidate(plan=plan, kinds=()))
    found[key] = replace(known, kinds=(*known.kinds, *kinds))


def _told(
    run: LoadedRun, found: list[Candidate], others_pay: Floats | None
) -> tuple[Candidate, ...]:
    """The plans, of which the first is the one now, with all that is so of them."""
    plans = Plans.join([each.plan for each in found])
    measures = _measures(run, plans, others_pay)
    sites = plan_sites(run.problem, plans)
    told = []
    for row, each in enumerate(found):
        is_less = measures[row] < measures[0] - _LESS
        kinds = each.kinds + tuple(compress(_COMPARED, is_less))
        if not kinds:
            has_other = set(sites[row].tolist()) - {-1, *sites[0].tolist()}
            kinds = ("elsewhere" if has_other else "otherwise",)
        told.append(replace(each, kinds=kinds))
    return tuple(told)


def _measures(run: LoadedRun, plans: Plans, others_pay: Floats | None) -> Floats:
    """(plans, kinds of `_COMPARED`), of one learner: less is nearer, and so on.

    Minutes and missing support are those of a week at a site: who is at none is not
    near. NaN, which is not less than anything, where that is never.
    """
    problem = run.problem
    placed = plans.option >= 0
    weeks = np.where(placed, problem.weeks, 0.0)
    in_all = np.where(placed.any(axis=1), weeks.sum(axis=1), np.nan)
    coverage = coverage_of(problem, plans)
    measures = np.full((len(plans), len(_COMPARED)), np.nan)
    measures[:, 1] = coverage.gap.sum(axis=1) + coverage.lacking.sum(axis=1)
    if placed.any():
        pair = problem.pairs.option_pair[plans.option]
        minutes = np.nan_to_num(problem.pairs.minutes[pair])
        support = problem.scored.support[plans.option]
        measures[:, 0] = (minutes * weeks).sum(axis=1) / in_all
        measures[:, 2] = (support * weeks).sum(axis=1) / in_all
        if others_pay is not None:
            first = options_of(run, int(plans.learner[0]))[0]
            at = np.where(placed, plans.option - first, 0)
            pay = others_pay[at, np.arange(problem.num_periods)]
            measures[:, 3] = np.where(placed, pay, 0.0).sum(axis=1)
    return measures


def _of_each_kind(
    run: LoadedRun, learner: int, others_pay: Floats | None
) -> Iterator[tuple[tuple[str, ...], Plans]]:
    """Plans for several wishes; what they may be called whatever they are like."""
    problem, options = run.problem, options_of(run, learner)
    weeks = problem.weeks
    yield ("now",), run.plans.take(np.array([learner]))
    wishes = {"room": Wish(in_room=True)}
    if len(options):
        minutes = np.nan_to_num(
            problem.pairs.minutes[problem.pairs.option_pair[options]]
        )
        support = problem.scored.support[options]
        points = problem.weekly_points[options]
        wishes |= {
            "nearer": _wish(_NEARER_POINTS * minutes, weeks),
            "more_covered": _wish(-_BURDEN_SHARE * points, weeks),
            "better_support": _wish(_SUPPORT_FACTOR * support, weeks),
        }
    wishes["own_best"] = Wish(in_room=False)
    if others_pay is not None:
        wishes["kinder"] = Wish(in_room=False, extra=others_pay, is_quick=True)
    for kind, wish in wishes.items():
        found = cheapest_plan(run, learner, wish)
        if found.plan is None:
            continue
        if wish.is_quick:
            yield (), found.plan
        else:
            yield (kind if found.is_settled else "so_far",), found.plan


def _wish(per_week: Floats, weeks: Floats) -> Wish:
    # A coach waits: what is called the best is searched in full, this is not.
    extra = per_week[:, None] * weeks
    return Wish(in_room=True, extra=extra, is_quick=True)


def _site_to_leave(
    run: LoadedRun, learner: int, found: dict[bytes, Candidate], asked: set[int]
) -> int | None:
    """The first unsigned site of the plans found that was not left out yet."""
    signed = run.problem.pairs.signed_option[learner]
    for candidate in found.values():
        sites = plan_sites(run.problem, candidate.plan)[0]
        for site in sites[(sites >= 0) & (signed < 0)].tolist():
            if site not in asked:
                return int(site)
    return None
