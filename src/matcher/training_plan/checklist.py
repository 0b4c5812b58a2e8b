"""What has to be in order before the start, as codes and facts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.dataset import Dataset
from matcher.suggestions import LoadedRun
from matcher.suggestions.plan_facts import PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing to do or to look at.

    Attributes
    ----------
    code
        ``sign``, ``recognition``, ``attest``, ``ability``, ``support``, ``place``,
        ``competence`` or ``context``.
    about
        Ids and words that belong to it, in the order of the sentence of the code.
    """

    code: str
    about: tuple[str, ...]


def checklist(run: LoadedRun, learner: int, facts: PlanFacts) -> tuple[ToDo, ...]:
    """Everything to do before the start of a learner's plan."""
    dataset = run.dataset
    return (
        *_to_sign(dataset, facts),
        *_recognitions(dataset, learner, facts),
        *_attests(dataset, learner, facts),
        *(ToDo(code="ability", about=each) for each in facts.unknowns),
        *(ToDo(code="support", about=each) for each in facts.support_unmet),
        *_places(run, learner),
        *(ToDo(code="competence", about=(each,)) for each in facts.uncovered),
        *(
            ToDo(code="context", about=(group_id, str(count)))
            for group_id, count in facts.lacking.items()
        ),
    )


def _to_sign(dataset: Dataset, facts: PlanFacts) -> Iterator[ToDo]:
    """Sites with which nothing is signed yet."""
    rows = dataset.placements
    own = (rows.learner_id == facts.learner_id) & (rows.status == "signed")
    signed = set(rows.site_id[own])
    for site_id in dict.fromkeys(each.site_id for each in facts.placements):
        if site_id not in signed:
            yield ToDo(code="sign", about=(site_id,))


def _recognitions(dataset: Dataset, learner: int, facts: PlanFacts) -> Iterator[ToDo]:
    """Until when each site is recognised, where that is limited."""
    rows = dataset.recognitions
    own = rows.trajectory_id == dataset.learners.trajectory_id[learner]
    for site_id in dict.fromkeys(each.site_id for each in facts.placements):
        ends = rows.valid_to[own & (rows.site_id == site_id)]
        if len(ends) and not np.isnat(ends).any():
            yield ToDo(code="recognition", about=(site_id, str(ends.max())))


def _attests(dataset: Dataset, learner: int, facts: PlanFacts) -> Iterator[ToDo]:
    """Attests that a site asks for, where they are not acquired."""
    rows = dataset.requirements
    own = rows.trajectory_id == dataset.learners.trajectory_id[learner]
    acquired = {
        each.unit_id for each in facts.coverage if each.covered_by == "acquired"
    }
    for site_id in dict.fromkeys(each.site_id for each in facts.placements):
        for attest in rows.competence_id[own & (rows.site_id == site_id)]:
            if attest not in acquired:
                yield ToDo(code="attest", about=(site_id, attest))


def _places(run: LoadedRun, learner: int) -> Iterator[ToDo]:
    """Active periods without a placement."""
    is_empty = run.plans.option[learner] < 0
    is_empty = is_empty & run.problem.pairs.calendar.active[learner]
    for period in np.flatnonzero(is_empty):
        yield ToDo(code="place", about=(run.dataset.periods.period_id[period],))
