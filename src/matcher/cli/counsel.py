"""Questions about one learner: from options to an answer in words or JSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.cli.answer import WRONG_USAGE, leave
from matcher.cli.reading import dataset_of
from matcher.cli.words import Language
from matcher.errors import UnknownIdError
from matcher.solvers.state import STATE_FILE
from matcher.suggestions import (
    LoadedRun,
    RegionPrices,
    SuggestParams,
    explain_plan,
    explain_site,
    load_run,
    prices_in,
    suggest,
)
from matcher.suggestions.region_prices import sharers_of
from matcher.suggestions.suggestion import EXACT, SMALL_REGION
from matcher.suggestions.text import Speaker
from matcher.suggestions.wire import (
    Json,
    plan_answer_json,
    site_json,
    suggestions_json,
)
from matcher.training_plan import training_plan
from matcher.training_plan.files import (
    TrainingPlanFileError,
    check_ending,
    read_reached,
    write_training_plan,
)
from matcher.training_plan.for_mentor import NotInPlanError, for_mentor


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question about a learner names.

    Attributes
    ----------
    exact
        Solve again, or estimate; None solves again where the region is small.
    """

    data: Path
    run: Path
    learner_id: str
    exact: bool | None
    language: Language


def suggestions_for(question: Question, top: int, *, as_json: bool) -> str:
    """The answer of `matcher suggest`."""
    run = _loaded(question)
    is_exact = _is_exact(run, question)
    found = suggest(
        run,
        question.learner_id,
        SuggestParams(top=top, exact=is_exact),
        _prices(run, question.run, is_exact=is_exact),
    )
    if as_json:
        return _text(suggestions_json(question.learner_id, found))
    return Speaker(question.language).suggestions(question.learner_id, found)


def explanation_of(question: Question, site_id: str | None, *, as_json: bool) -> str:
    """The answer of `matcher explain`."""
    run = _loaded(question)
    speaker = Speaker(question.language)
    if site_id is None:
        plan = explain_plan(run, question.learner_id)
        return _text(plan_answer_json(plan)) if as_json else speaker.plan(plan)
    _known(run.site, site_id, question.language)
    exact = EXACT if _is_exact(run, question) else None
    prices = None
    if exact is None and (question.run / STATE_FILE).is_file():
        prices = prices_in(run, question.run)
    site = explain_site(run, question.learner_id, site_id, prices, exact)
    return _text(site_json(site)) if as_json else speaker.site(site)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """What `matcher training-plan` writes.

    Attributes
    ----------
    mentor_id
        The plan holds this mentor's part alone; "" is all of it.
    previous
        An earlier plan, with what was reached.
    as_of
        None is the first day of the first period.
    """

    out: Path
    mentor_id: str
    previous: Path | None
    as_of: date | None


def written_training_plan(question: Question, file: PlanFile) -> None:
    """Write the file of `matcher training-plan`."""
    try:
        check_ending(file.out)
        before = None if file.previous is None else read_reached(file.previous)
        run = _loaded(question)
        plan = training_plan(run, question.learner_id, file.as_of, before)
        if file.mentor_id:
            plan = for_mentor(plan, file.mentor_id)
    except (TrainingPlanFileError, NotInPlanError) as error:
        leave(error.text(question.language), WRONG_USAGE)
    write_training_plan(plan, file.out, question.language)


def _loaded(question: Question) -> LoadedRun:
    run = load_run(dataset_of(question.data, question.language), question.run)
    _known(run.learner, question.learner_id, question.language)
    return run


def _known(position_of: Callable[[str], int], wanted: str, language: Language) -> None:
    """End the command where an id is in no table: that is wrong usage."""
    try:
        position_of(wanted)
    except UnknownIdError as error:
        leave(error.text(language), WRONG_USAGE)


def _is_exact(run: LoadedRun, question: Question) -> bool:
    if question.exact is not None:
        return question.exact
    sharers = sharers_of(run, run.learner(question.learner_id))
    return len(sharers) <= SMALL_REGION


def _prices(run: LoadedRun, folder: Path, *, is_exact: bool) -> RegionPrices | None:
    """Shadow prices where they are needed for an estimate."""
    return None if is_exact else prices_in(run, folder)


def _text(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2)
