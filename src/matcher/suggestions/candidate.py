"""Plans of one learner that differ in kind: what a coach may want to choose between."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from matcher.dataset import Phrase
from matcher.dataset.tables import Floats
from matcher.problem.plans import Plans, plan_sites
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.plan_search import Wish, cheapest_plan, options_of

KINDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "now": Phrase(nl="het plan zoals het nu is", en="the plan as it is now"),
        "room": Phrase(
            nl="het beste met de plannen van de anderen zoals ze zijn",
            en="the best with the plans of the others as they are",
        ),
        "nearer": Phrase(nl="dichter bij huis", en="nearer to home"),
        "more_covered": Phrase(nl="meer competenties gedekt", en="more covered"),
        "better_support": Phrase(nl="meer steun", en="better support"),
        "own_best": Phrase(
            nl="het beste voor deze leerling alleen",
            en="the best for this learner alone",
        ),
        "kinder": Phrase(
            nl="laat meer ruimte voor anderen", en="leaves more room for others"
        ),
        "so_far": Phrase(
            nl="het goedkoopste dat gevonden is; er is niet verder gezocht",
            en="the cheapest found; it was not searched further",
        ),
        "elsewhere": Phrase(nl="een andere werkplek", en="another site"),
    }
)
"""What is special about a suggestion."""

_NEARER_POINTS = 1.0
"""Points per minute and week that a nearer plan counts on top of the policy."""

_SUPPORT_FACTOR = 10.0
"""How many times support counts more in a plan with better support."""

_BURDEN_SHARE = 0.9
"""Share of the weekly points that a plan which covers more leaves uncounted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan, and every kind in which it is the best."""

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
    for kind, plan in _of_each_kind(run, learner, others_pay):
        _note(found, kind, plan, run)
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
            _note(found, "elsewhere", other.plan, run)
    return tuple(found.values())


def _note(
    found: dict[bytes, Candidate], kind: str, plan: Plans, run: LoadedRun
) -> None:
    """Plans with the same sites and seats are one: mentors are for the site to say."""
    key = plan_sites(run.problem, plan).tobytes() + plan.course.tobytes()
    if key in found:
        known = found[key]
        if kind not in known.kinds and kind != "elsewhere":
            found[key] = replace(known, kinds=(*known.kinds, kind))
    else:
        found[key] = Candidate(plan=plan, kinds=(kind,))


def _of_each_kind(
    run: LoadedRun, learner: int, others_pay: Floats | None
) -> Iterator[tuple[str, Plans]]:
    problem, options = run.problem, options_of(run, learner)
    weeks = problem.weeks
    yield "now", run.plans.take(np.array([learner]))
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
        if found.plan is not None:
            is_best = found.is_settled or wish.is_quick
            yield kind if is_best else "so_far", found.plan


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
