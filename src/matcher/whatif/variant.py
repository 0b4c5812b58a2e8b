"""One variant of a sweep solved: what worker processes run, and what they give back."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from matcher.checker import check_plan
from matcher.dataset import Dataset
from matcher.errors import InternalError
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.problem import prepare
from matcher.problem.record import Provenance
from matcher.report.run_files import write_text
from matcher.scenario import Change, World, apply_changes
from matcher.solvers.run import SolveParams
from matcher.suggestions import loaded
from matcher.whatif.measures import Measures, measures_of
from matcher.whatif.solving import Rows, record_of, solved

logger = logging.getLogger(__name__)

_TAIL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all variants of a sweep share; sent to every worker."""

    name: str
    dataset: Dataset
    policy: Policy
    params: SolveParams
    running: Rows | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The answer of one task.

    Attributes
    ----------
    objective, bound
        Points; the optimum lies between.
    """

    digest: str
    learners: int
    objective: float
    bound: float
    measures: Measures


def solved_variant(
    setting: Setting, changes: tuple[tuple[str, Change], ...], digest: str
) -> Variant:
    """Apply, solve, judge; the same answer in every process.

    Raises
    ------
    ScenarioError
        The changes cannot be made.
    InternalError
        The judge found a fault in the plans.
    """
    world = World(dataset=setting.dataset, policy=setting.policy)
    made = apply_changes(world, changes, setting.name)
    problem = prepare(made.dataset, made.policy)
    found = solved(problem, setting.params, running=setting.running)
    provenance = Provenance(
        seconds=0.0, policy=policy_to_mapping(made.policy), versions={}
    )
    record = record_of(found, setting.params, provenance)
    summary = record.summary
    verdict = check_plan(made.dataset, summary.policy, record.assignments, record.seats)
    if not verdict.holds and made.policy.success_model is None:
        message = f"The engine broke {len(verdict.violations)} rules in a sweep."
        raise InternalError(message)
    return Variant(
        digest=digest,
        learners=summary.learners,
        objective=summary.objective,
        bound=summary.bound,
        measures=measures_of(loaded(problem, found.plans, summary), _TAIL),
    )


def store(variant: Variant, folder: Path) -> None:
    """Keep an answer under its digest; the file is whole or absent."""
    content = asdict(variant)
    content["measures"] = {
        name: None if value != value else value
        for name, value in content["measures"].items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / f"{variant.digest}.json", json.dumps(content, indent=1) + "\n")


def stored(digest: str, folder: Path) -> Variant | None:
    """The answer that is kept under a digest; None where none can be read."""
    try:
        text = (folder / f"{digest}.json").read_text(encoding="utf-8")
        content: Mapping[str, object] = json.loads(text)
        return _variant(digest, content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        logger.warning("answer %s cannot be read and is solved again", digest)
        return None


def _variant(digest: str, content: Mapping[str, object]) -> Variant:
    if content["digest"] != digest:
        message = "another digest"
        raise ValueError(message)
    values = content["measures"]
    if not isinstance(values, dict):
        message = "no measures"
        raise TypeError(message)
    return Variant(
        digest=digest,
        learners=int(str(content["learners"])),
        objective=float(str(content["objective"])),
        bound=float(str(content["bound"])),
        measures=Measures(
            **{
                field.name: float(
                    "nan" if values[field.name] is None else values[field.name]
                )
                for field in fields(Measures)
            }
        ),
    )
