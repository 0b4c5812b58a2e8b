"""One side of a comparison: a dataset and policy, solved, judged and written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from matcher.advice import unplaced_rows
from matcher.dataset import Dataset, Phrase
from matcher.dataset.card import is_synthetic
from matcher.dataset.finding import Language
from matcher.pipeline.line import judged, versions
from matcher.pipeline.success import chances_used, model_version, success_rows
from matcher.policy import policy_to_mapping
from matcher.problem.record import Provenance
from matcher.problem.run_record import RunRecord
from matcher.report import write_report, write_run_files
from matcher.scenario import AppliedChange, write_changed
from matcher.solvers.run import SolveParams
from matcher.solvers.state import RunState
from matcher.suggestions import LoadedRun, loaded
from matcher.whatif.solving import Rows, Solved, record_of

Mode = Literal["keep", "free"]

DATASET_FOLDER = "dataset"
"""In the folder of a side: the DATA for `verify` and the other commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A dataset and policy with plans that the judge accepted.

    Attributes
    ----------
    source
        Where the dataset of the base was read.
    changes
        Made to it; none for the base.
    free
        In keep mode the points of the best plans that may move everybody; NaN else.
    state
        What the search kept, for a next one; None where it kept nothing.
    """

    name: str
    title: Phrase
    question: Phrase
    source: Path
    changes: tuple[AppliedChange, ...]
    record: RunRecord
    run: LoadedRun
    free: float
    state: RunState | None

    @property
    def dataset(self) -> Dataset:
        """The dataset that was solved."""
        return self.run.dataset

    @property
    def rows(self) -> Rows:
        """Its plans, by ids."""
        return Rows(assignments=self.record.assignments, seats=self.record.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a side is called, and what makes it differ from its source."""

    name: str
    title: Phrase
    question: Phrase
    source: Path
    changes: tuple[AppliedChange, ...]


def side_of(
    label: Label, found: Solved, params: SolveParams, seconds: float, free: float
) -> Side:
    """A side of solved plans, once the judge accepted them.

    Raises
    ------
    InternalError
        The judge found a fault in the plans.
    """
    problem = found.problem
    provenance = Provenance(
        seconds=round(seconds, 3),
        policy=policy_to_mapping(problem.policy),
        versions={**versions(), **model_version(problem)},
    )
    record = replace(
        record_of(found, params, provenance),
        unplaced=unplaced_rows(problem, found.plans),
    )
    judged(problem.dataset, record, chances_used(problem, record.assignments))
    return Side(
        name=label.name,
        title=label.title,
        question=label.question,
        source=label.source,
        changes=label.changes,
        record=record,
        run=loaded(problem, found.plans, record.summary),
        free=free,
        state=found.state,
    )


def write_side(side: Side, folder: Path, language: Language) -> None:
    """Write the run folder of a side, and its dataset beside the files."""
    problem = side.run.problem
    chances: Mapping[tuple[str, str], float] = chances_used(
        problem, side.record.assignments
    )
    write_run_files(side.record, folder, success_rows(problem, chances))
    write_changed(side.dataset, side.source, folder / DATASET_FOLDER)
    write_report(
        side.dataset,
        side.record,
        folder / "report.html",
        language,
        synthetic=is_synthetic(side.source),
    )
