"""Questions about a run: what they answer is plain facts, before any redaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from matcher.dataset import Dataset
from matcher.desk import LearnerLine, desk_lists, learner_list
from matcher.problem.run_record import UnplacedRow
from matcher.suggestions import SuggestParams, explain_plan, explain_site, suggest
from matcher.suggestions.wire import plan_answer_json, site_json, suggestions_json
from matcher.training_plan import TrainingPlan
from matcher.training_plan import training_plan as training_plan_of
from matcher_service.answers.held import HeldRun

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleSite:
    """A site where some period is eligible.

    Attributes
    ----------
    minutes
        One way; None where nobody knows.
    period_ids
        In which a mentor may take the learner.
    unknown_demands
        What the work asks and nobody assessed for the learner yet.
    """

    site_id: str
    minutes: float | None
    period_ids: tuple[str, ...]
    unknown_demands: int


def suggestions(held: HeldRun, learner_id: str, top: int) -> Json:
    """Plans that fit a learner, each with its price for the others."""
    params = SuggestParams(top=top, exact=False)
    found = suggest(held.run, learner_id, params, held.prices)
    return suggestions_json(learner_id, found)


def explanation(held: HeldRun, learner_id: str) -> Json:
    """Why a learner has this plan."""
    return plan_answer_json(explain_plan(held.run, learner_id))


def why_not(held: HeldRun, learner_id: str, site_id: str) -> Json:
    """Why a learner is not at a site, and which changes would do."""
    return site_json(explain_site(held.run, learner_id, site_id, held.prices))


def lines(held: HeldRun, school_id: str, as_of: date | None) -> tuple[LearnerLine, ...]:
    """The learners of a school."""
    return learner_list(held.run, as_of, school_id)


def desk(held: HeldRun, school_id: str, as_of: date | None) -> Json:
    """The desk lists of a school."""
    return asdict(desk_lists(held.run, as_of, school_id))


def training_plan(held: HeldRun, learner_id: str, as_of: date | None) -> TrainingPlan:
    """The training plan of a learner."""
    return training_plan_of(held.run, learner_id, as_of)


def possible_sites(held: HeldRun, learner_id: str) -> tuple[PossibleSite, ...]:
    """Sites where a learner may be, in the order of the table of pairs."""
    run = held.run
    learner, pairs, dataset = run.learner(learner_id), run.problem.pairs, run.dataset
    options = run.problem.options_of(learner)
    found = []
    for pair in np.unique(pairs.option_pair[options]):
        of_pair = options[pairs.option_pair[options] == pair]
        is_open = pairs.eligible[of_pair].any(axis=0)
        if not is_open.any():
            continue
        minutes = float(pairs.minutes[pair])
        site = pairs.offerings.site[pairs.offering[pair]]
        found.append(
            PossibleSite(
                site_id=str(dataset.sites.site_id[site]),
                minutes=None if np.isnan(minutes) else minutes,
                period_ids=tuple(dataset.periods.period_id[is_open].tolist()),
                unknown_demands=int(pairs.unknown_demands[pair]),
            )
        )
    return tuple(found)


def open_periods(held: HeldRun, learner_id: str) -> tuple[UnplacedRow, ...]:
    """Periods in which the plan has no place for a learner, and why."""
    unplaced = held.run.lookup.unplaced
    return tuple(row for row in unplaced if row.learner_id == learner_id)


def tables_around(
    held: HeldRun, learner_id: str, site_ids: Iterable[str] = ()
) -> Dataset:
    """The tables with one learner, all sites of the training, and these sites."""
    lookup = held.run.lookup
    more = tuple(lookup.site[each] for each in site_ids if each in lookup.site)
    return lookup.around(np.array([held.run.learner(learner_id)]), more)


def tables_of_plans(held: HeldRun, school_ids: Iterable[str]) -> Dataset:
    """The tables with the learners of some schools, and the sites of their plans."""
    own = np.isin(held.run.dataset.learners.school_id.astype(str), list(school_ids))
    return held.run.lookup.around(np.flatnonzero(own), which="planned")


def warm_up(held: HeldRun) -> None:
    """Have ready what the first question would wait for, and all others share."""
    for learner_id in held.run.dataset.learners.learner_id.tolist()[:1]:
        suggestions(held, learner_id, 1)
        tables_around(held, learner_id)
