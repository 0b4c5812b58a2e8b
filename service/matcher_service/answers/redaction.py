"""What of an answer a role may see: cut out here, and nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from matcher.training_plan import TrainingPlan
from matcher_service.security.person import Person

FEWEST = 10
"""Groups of fewer people than this are not counted out loud."""

NEEDS_RULE = "E6"
"""The rule of section 2 of the contract that speaks of support needs."""

SUPPORT = "support"
"""What there is to do about a need, in the checklist of a training plan."""

Json = dict[str, Any]


def without_needs(answer: Any, person: Person) -> Any:  # noqa: ANN401 - JSON
    """An answer about a learner, without support needs for who does not need them."""
    if person.sees_needs:
        return answer
    if isinstance(answer, list):
        return [without_needs(each, person) for each in answer]
    if not isinstance(answer, dict):
        return answer
    if answer.get("rule") == NEEDS_RULE:
        return {**answer, "found": None, "expected": None}
    if answer.get("table") == "support_needs" or answer.get("column") == "supports":
        return {**answer, "key": None, "column": None, "from": None, "to": None}
    kept: Json = {}
    for name, value in answer.items():
        if name == "support" and isinstance(value, Mapping):
            kept[name] = _counted_needs(value)
        else:
            kept[name] = without_needs(value, person)
    return kept


def _counted_needs(support: Mapping[str, Any]) -> Json:
    """Needs that the whole plan meets, and needs that some part of it does not meet."""
    met, unmet = ({row["need"] for row in support[name]} for name in ("met", "unmet"))
    return {"met": len(met - unmet), "unmet": len(unmet)}


def plan_without_needs(plan: TrainingPlan, person: Person) -> TrainingPlan:
    """A training plan, without support needs for who does not need them."""
    if person.sees_needs:
        return plan
    return replace(
        plan, to_do=tuple(each for each in plan.to_do if each.code != SUPPORT)
    )


def counted(number: int) -> int | None:
    """A number of people; None where it would point at some of them."""
    return number if number == 0 or number >= FEWEST else None


def shortage_without_persons(entry: Mapping[str, Any]) -> Json:
    """A certificate of shortage, as sums: places, but nobody's id or hours."""
    return {
        "trajectory_id": entry["trajectory_id"],
        "competence_id": entry["competence_id"],
        "period_id": entry["period_id"],
        "learners": counted(len(entry["learners"])),
        "demand": counted(entry["demand"]),
        "supply": entry["supply"] if counted(entry["demand"]) is not None else None,
        "places": [
            {"kind": place["kind"], "id": place["id"], "capacity": place["capacity"]}
            for place in entry["places"]
        ]
        if counted(entry["demand"]) is not None
        else [],
        "proof": entry["proof"],
        "is_suppressed": counted(entry["demand"]) is None,
    }


def seats_without_persons(entry: Mapping[str, Any]) -> Json:
    """A certificate of too few course seats, as sums: courses, but nobody's id."""
    demand = counted(entry["demand"])
    return {
        "trajectory_id": entry["trajectory_id"],
        "competence_id": entry["competence_id"],
        "learners": counted(len(entry["learners"])),
        "demand": demand,
        "supply": None if demand is None else entry["supply"],
        "courses": [] if demand is None else entry["courses"],
        "proof": entry["proof"],
        "is_suppressed": demand is None,
    }


def step_without_persons(entry: Mapping[str, Any]) -> Json:
    """What to recruit, one step or several together, without who would be helped."""
    of_persons = ("helped", "in_plan_free")
    kept = {name: value for name, value in entry.items() if name not in of_persons}
    return kept | {"learners_helped": counted(entry["learners_helped"])}


def weak_point_without_persons(row: Mapping[str, Any]) -> Json:
    """What is lost without one place; of fewer than ten people only the points."""
    hit = counted(row["hit"])
    weeks = None if hit is None else row["weeks_without_place"]
    return {
        **row,
        "hit": hit,
        "moved": counted(row["moved"]),
        "weeks_without_place": weeks,
    }


def burdens_without_persons(rows: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Burdens of groups that may be told; a school is nobody's business here."""
    return [
        {name: value for name, value in row.items() if name != "is_shown"}
        for row in rows
        if row["is_shown"] and row["by"] != "school"
    ]


def price_group_without_persons(entry: Mapping[str, Any]) -> Json:
    """Prices of a group; without what is paid, which tells how many are there."""
    return {name: value for name, value in entry.items() if name != "paid_points"}
