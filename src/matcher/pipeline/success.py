"""What a run says of its success model: the chances it used, and which model."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.problem.problem import Problem
from matcher.problem.run_record import Assignment
from matcher.report.run_files import SuccessRow
from matcher.scorer import pair_features, read_artefact, read_scorer
from matcher.scorer.monitor import Outside, outside_history

VERSION_KEY = "success_model"
"""Under `versions` of summary.json: the digest of the artefact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotes:
    """Doubts about the success model of a run.

    Attributes
    ----------
    is_synthetic
        It was fitted on invented history.
    outside
        Inputs for which much of the dataset lies outside its history.
    """

    is_synthetic: bool
    outside: tuple[Outside, ...]


def chances_used(
    problem: Problem, assignments: tuple[Assignment, ...]
) -> Mapping[tuple[str, str], float]:
    """Chance of each assigned pair of learner and site, by ids.

    Pairs stand in the order of their first assignment. Empty where the policy names
    no success model: what `scores` says is in the dataset already.
    """
    if problem.policy.success_model is None:
        return {}
    pairs, dataset = problem.pairs, problem.dataset
    site_ids = dataset.sites.site_id[pairs.offerings.site[pairs.offering]]
    learner_ids = dataset.learners.learner_id[pairs.learner]
    of_pair = dict(
        zip(
            zip(learner_ids, site_ids, strict=True),
            problem.scored.chance.tolist(),
            strict=True,
        )
    )
    assigned = dict.fromkeys((row.learner_id, row.site_id) for row in assignments)
    return {pair: of_pair[pair] for pair in assigned if not np.isnan(of_pair[pair])}


def success_rows(
    problem: Problem, chances: Mapping[tuple[str, str], float]
) -> tuple[SuccessRow, ...] | None:
    """Rows of success.csv; None where the policy names no success model."""
    if problem.policy.success_model is None:
        return None
    return tuple(
        SuccessRow(learner_id=learner_id, site_id=site_id, success=repr(chance))
        for (learner_id, site_id), chance in chances.items()
    )


def model_version(problem: Problem) -> Mapping[str, str]:
    """Digest of the artefact that the policy names; empty without one."""
    folder = problem.policy.success_model
    return {} if folder is None else {VERSION_KEY: read_scorer(Path(folder)).sha256}


def model_notes(problem: Problem) -> ModelNotes | None:
    """What a user should know before trusting the chances; None without a model."""
    folder = problem.policy.success_model
    if folder is None:
        return None
    artefact = read_artefact(Path(folder))
    features = pair_features(problem.pairs, problem.dataset)
    return ModelNotes(
        is_synthetic=artefact.is_synthetic,
        outside=outside_history(artefact, features),
    )
