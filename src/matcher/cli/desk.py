"""`matcher desk`: the lists of a desk in words or JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from matcher.cli.answer import WRONG_USAGE, leave
from matcher.cli.reading import dataset_of
from matcher.cli.words import Language, number, said
from matcher.desk import DeskLists, desk_lists
from matcher.suggestions import load_run


def lists_of(
    data_and_run: tuple[Path, Path],
    school_id: str,
    as_of: date | None,
    language: Language,
    *,
    as_json: bool,
) -> str:
    """The answer of `matcher desk`."""
    data, folder = data_and_run
    run = load_run(dataset_of(data, language), folder)
    if school_id and school_id not in run.dataset.learners.school_id:
        # An empty list would read as: nobody needs anything.
        leave(said("desk_no_school", language, school=school_id), WRONG_USAGE)
    lists = desk_lists(run, as_of, school_id)
    if as_json:
        content = asdict(lists)
        return json.dumps(content, ensure_ascii=False, indent=2, default=str)
    return "\n".join(_lines(lists, language))


def _lines(lists: DeskLists, language: Language) -> Iterator[str]:
    yield said("desk_urgent", language, n=len(lists.urgent), as_of=lists.as_of)
    for one in lists.urgent:
        yield said(
            "desk_learner",
            language,
            learner=one.learner_id,
            level=said(f"desk_{one.level}", language),
            left="?" if one.days_left is None else one.days_left,
            sites=", ".join(one.site_ids) or "-",
        )
    yield said("desk_wanted", language, n=len(lists.wanted))
    for each in lists.wanted:
        yield f"- {each.trajectory_id}, {each.period_id}: {each.learners}"
        for lack in each.missing:
            what = (said(f"desk_missing_{code}", language) for code in lack.codes)
            needed = said("desk_and", language).join(what)
            yield f"  - {lack.learners}: {needed}"
    yield said("desk_mentors", language, n=len(lists.mentor_hours))
    for mentor in lists.mentor_hours:
        most = mentor.most_hours
        yield said(
            "desk_mentor",
            language,
            mentor=mentor.mentor_id,
            site=mentor.site_id,
            period=mentor.period_id,
            learners=mentor.learners,
            hours=number(mentor.hours, 1, language),
            most="-" if most is None else number(most, 1, language),
        )
    yield said("desk_swaps", language, n=len(lists.swaps))
    for swap in lists.swaps:
        yield f"- {' <-> '.join(swap.learner_ids)}"
