"""A comparison as JSON (contract, section 9) and as rows of files."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from matcher.dataset import Phrase
from matcher.scenario import AppliedChange
from matcher.scenario.edit import AddRow, DropRow, Edit, SetCell, SetPolicy
from matcher.whatif.compare import Comparison, LearnerDifference


def comparison_to_json(
    comparison: Comparison, school_id: str | None = None
) -> Mapping[str, Any]:
    """Everything that differs; learners by id only those of one's own school.

    Parameters
    ----------
    school_id
        None names no learner at all.
    """
    base, scenario = comparison.base_interval, comparison.scenario_interval
    stability = comparison.stability
    # The name of a small group, such as a need, tells of its few learners by itself.
    told = [each for each in comparison.groups if each.learners is not None]
    return {
        "base": comparison.base.name,
        "scenario": comparison.scenario.name,
        "title": phrase(comparison.scenario.title),
        "question": phrase(comparison.scenario.question),
        "mode": comparison.mode,
        "objective": {
            "base": base.objective,
            "scenario": scenario.objective,
            "difference": comparison.difference,
            "told_apart": comparison.told_apart,
            "base_bound": base.bound,
            "scenario_bound": scenario.bound,
        },
        "terms": dict(comparison.terms),
        "learners": {
            "better": comparison.better,
            "worse": comparison.worse,
            "same": comparison.same,
            "new": comparison.new,
            "gone": comparison.gone,
        },
        "moved_placements": comparison.moves.moved,
        "moves": asdict(comparison.moves),
        "stability": None if stability is None else asdict(stability),
        "figures": {
            "base": _figures(comparison.base_measures),
            "scenario": _figures(comparison.scenario_measures),
        },
        "groups": [asdict(each) for each in told],
        "groups_not_shown": len(comparison.groups) - len(told),
        "shortages": [asdict(each) for each in comparison.shortages],
        "sites": [asdict(each) for each in comparison.sites],
        "mentors": [asdict(each) for each in comparison.mentors],
        "recruits": _recruits(comparison),
        "own_learners": [learner_json(e) for e in own_learners(comparison, school_id)],
        "applied": [applied_json(each) for each in comparison.scenario.changes],
        "applied_to_base": [applied_json(each) for each in comparison.base.changes],
    }


def _recruits(comparison: Comparison) -> list[Mapping[str, Any]] | None:
    if comparison.recruits is None:
        return None
    return [asdict(each) for each in comparison.recruits]


def own_learners(
    comparison: Comparison, school_id: str | None
) -> tuple[LearnerDifference, ...]:
    """Learners of one school, the largest loss first."""
    own = [
        each
        for each in comparison.learners
        if school_id is not None and each.school_id == school_id
    ]
    return tuple(sorted(own, key=lambda each: (-each.difference, each.learner_id)))


def learner_json(learner: LearnerDifference) -> Mapping[str, Any]:
    """One learner."""
    return asdict(learner) | {"difference": learner.difference}


def applied_json(change: AppliedChange) -> Mapping[str, Any]:
    """One change with every edit behind it."""
    return {
        "change": change.label,
        "kind": change.kind,
        "text": phrase(change.said),
        "edits": [_edit(each) for each in change.edits],
    }


def phrase(words: Phrase) -> Mapping[str, str]:
    """Both languages."""
    return {"nl": words.nl, "en": words.en}


def _edit(edit: Edit) -> Mapping[str, Any]:
    match edit:
        case SetCell():
            what = {"column": edit.column, "from": edit.before, "to": edit.after}
            return {"table": edit.table, "key": edit.key, **what}
        case AddRow():
            return {"table": edit.table, "key": edit.key, "added": dict(edit.cells)}
        case DropRow():
            return {"table": edit.table, "key": edit.key, "dropped": True}
        case SetPolicy():
            key = ".".join(edit.path)
            return {"policy": key, "from": edit.before, "to": edit.after}


def _figures(measures: Any) -> Mapping[str, float | None]:  # noqa: ANN401 - dataclass
    return {k: None if v != v else v for k, v in asdict(measures).items()}
