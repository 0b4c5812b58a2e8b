"""The one place that says who may what, and whom they may see.

A route names its action; nothing else decides. What a role may see of an answer is
cut out in `answers.redaction`, from the same roles.
"""

from collections.abc import Mapping
from enum import StrEnum

from matcher_service.security.person import Person, Role


class Action(StrEnum):
    """What can be asked for."""

    READ_DATASETS = "read_datasets"
    READ_FINDINGS = "read_findings"
    BRING_DATASET = "bring_dataset"
    CHANGE_DATASET = "change_dataset"
    READ_RUNS = "read_runs"
    START_RUN = "start_run"
    READ_RESULT = "read_result"
    READ_LEARNER = "read_learner"
    DECIDE = "decide"
    READ_CAPACITY = "read_capacity"
    START_CAPACITY = "start_capacity"
    PLAN_SCENARIO = "plan_scenario"
    READ_MODEL = "read_model"
    MANAGE_KEYS = "manage_keys"
    READ_AUDIT = "read_audit"
    ERASE = "erase"


_EVERYBODY = {
    Action.READ_DATASETS,
    Action.READ_RUNS,
    Action.READ_MODEL,
}

_OF_ROLE: Mapping[Role, frozenset[Action]] = {
    "coach": frozenset(
        {
            *_EVERYBODY,
            Action.READ_FINDINGS,
            Action.BRING_DATASET,
            Action.CHANGE_DATASET,
            Action.START_RUN,
            Action.READ_RESULT,
            Action.READ_LEARNER,
            Action.DECIDE,
        }
    ),
    "partnership": frozenset({*_EVERYBODY, Action.READ_CAPACITY}),
    "planner": frozenset(
        {
            *_EVERYBODY,
            Action.START_RUN,
            Action.READ_RESULT,
            Action.READ_CAPACITY,
            Action.START_CAPACITY,
            Action.PLAN_SCENARIO,
        }
    ),
    # Looks after data, keys and the log; plans and decisions are not theirs.
    "admin": frozenset(
        {
            *_EVERYBODY,
            Action.READ_FINDINGS,
            Action.BRING_DATASET,
            Action.CHANGE_DATASET,
            Action.START_RUN,
            Action.START_CAPACITY,
            Action.READ_CAPACITY,
            Action.MANAGE_KEYS,
            Action.READ_AUDIT,
            Action.ERASE,
        }
    ),
}


def actions_of(role: Role) -> frozenset[Action]:
    """All that a role may ask for."""
    return _OF_ROLE[role]


def may(person: Person, action: Action) -> bool:
    """Whether somebody may ask for this at all."""
    if person.scopes and action not in person.scopes:
        return False
    return action in _OF_ROLE[person.role]


def sees_learner(person: Person, school_id: str) -> bool:
    """Whether somebody may see a learner of a school, by id."""
    return person.role == "coach" and bool(school_id) and school_id in person.school_ids


def sees_dataset(person: Person, school_ids: list[str], owner: str) -> bool:
    """Whether a dataset exists for somebody.

    Parameters
    ----------
    school_ids
        Schools with a learner in it.
    owner
        Who brought it: they see it before anybody knows what is in it.
    """
    if person.role != "coach":
        return True
    return person.subject == owner or not person.school_ids.isdisjoint(school_ids)


def changes_dataset(person: Person, school_ids: list[str], owner: str) -> bool:
    """Whether somebody may rename or remove a dataset that they see.

    A coach may where all learners in it are of their schools.
    """
    if person.role == "admin":
        return True
    return person.subject == owner and person.school_ids.issuperset(school_ids)
