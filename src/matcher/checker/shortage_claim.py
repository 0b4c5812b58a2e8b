"""A shortage certificate as it stands in a file, read without any trust in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["site", "mentor", "mentor_hours", "enterprise", "course"]

KINDS: tuple[Kind, ...] = ("site", "mentor", "mentor_hours", "enterprise")
"""Of the places of a period; courses stand in certificates of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPlace:
    """A place of a certificate.

    Attributes
    ----------
    capacity
        Learners at one time; of a course its seats.
    period_id
        Of a course; else "".
    hours
        Of `mentor_hours`: hours per week that the mentor has; else 0.
    asked
        Of `mentor_hours`: per learner of the set who reaches the mentor, the least
        hours per week that this asks; else empty.
    """

    kind: Kind
    place_id: str
    capacity: int
    hours: float
    asked: Mapping[str, float]
    period_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A certificate: these learners have these places only, and they are too few.

    Attributes
    ----------
    competence_id
        "" where any place of the training will do.
    period_id
        "" of course seats: no period matters.
    reach
        Per learner the places that the learner can reach, by their position in
        `places`, counted from 0.
    """

    trajectory_id: str
    competence_id: str
    period_id: str
    learners: tuple[str, ...]
    places: tuple[ClaimedPlace, ...]
    demand: int
    supply: int
    proof: str
    reach: Mapping[str, frozenset[int]]


class ClaimFormError(ValueError):
    """The certificate is not of the documented form; the message says where."""


def read_claim(entry: object) -> Claim:
    """One certificate of a parsed file.

    Raises
    ------
    ClaimFormError
        A key is missing, of the wrong kind, or names a thing twice.
    """
    row = _mapping(entry, "certificate")
    competence = row.get("competence_id")
    if "competence_id" not in row or not isinstance(competence, str | None):
        raise _wrong("competence_id", competence, "an id or null")
    places = tuple(_place(each) for each in _list(row, "places"))
    learners = tuple(_text(each, "learners") for each in _list(row, "learners"))
    _no_doubles("learners", learners)
    _no_doubles("places", [(place.kind, place.place_id) for place in places])
    proof = _text(row.get("proof"), "proof")
    if proof not in ("hall", "lp"):
        raise _wrong("proof", proof, '"hall" or "lp"')
    return Claim(
        trajectory_id=_text(row.get("trajectory_id"), "trajectory_id"),
        competence_id=competence or "",
        period_id=_text(row.get("period_id"), "period_id"),
        learners=learners,
        places=places,
        demand=_count(row.get("demand"), "demand"),
        supply=_count(row.get("supply"), "supply"),
        proof=proof,
        reach=_reach(row, len(places)),
    )


def is_of_seats(entry: object) -> bool:
    """Whether a certificate is one of course seats."""
    return isinstance(entry, Mapping) and "courses" in entry


def read_seat_claim(entry: object) -> Claim:
    """One certificate of course seats.

    Raises
    ------
    ClaimFormError
        A key is missing, of the wrong kind, or names a thing twice.
    """
    row = _mapping(entry, "certificate")
    courses = tuple(_course(each) for each in _list(row, "courses"))
    learners = tuple(_text(each, "learners") for each in _list(row, "learners"))
    _no_doubles("learners", learners)
    _no_doubles("courses", [course.place_id for course in courses])
    proof = _text(row.get("proof"), "proof")
    if proof != "hall":
        raise _wrong("proof", proof, '"hall"')
    return Claim(
        trajectory_id=_text(row.get("trajectory_id"), "trajectory_id"),
        competence_id=_text(row.get("competence_id"), "competence_id"),
        period_id="",
        learners=learners,
        places=courses,
        demand=_count(row.get("demand"), "demand"),
        supply=_count(row.get("supply"), "supply"),
        proof=proof,
        reach=_reach(row, len(courses), "courses"),
    )


def _course(entry: object) -> ClaimedPlace:
    row = _mapping(entry, "courses")
    return ClaimedPlace(
        kind="course",
        place_id=_text(row.get("id"), "id"),
        capacity=_count(row.get("seats"), "seats"),
        hours=0.0,
        asked={},
        period_id=_text(row.get("period_id"), "period_id"),
    )


def _place(entry: object) -> ClaimedPlace:
    row = _mapping(entry, "places")
    kind = row.get("kind")
    if kind not in KINDS:
        raise _wrong("kind", kind, " or ".join(KINDS))
    is_hours = kind == "mentor_hours"
    asked: dict[str, float] = {}
    for each in _list(row, "asked") if is_hours else ():
        line = _mapping(each, "asked")
        learner_id = _text(line.get("learner_id"), "asked.learner_id")
        if learner_id in asked:
            raise _wrong("asked", learner_id, "each learner once")
        asked[learner_id] = _number(line.get("hours_per_week"), "asked.hours_per_week")
    return ClaimedPlace(
        kind=kind,
        place_id=_text(row.get("id"), "id"),
        capacity=_count(row.get("capacity"), "capacity"),
        hours=_number(row.get("hours"), "hours") if is_hours else 0.0,
        asked=asked,
    )


def _reach(
    row: Mapping[str, object], num_places: int, key: str = "places"
) -> dict[str, frozenset[int]]:
    """Positions count from 1 in the file, as a finger does."""
    reach: dict[str, frozenset[int]] = {}
    for each in _list(row, "reach"):
        line = _mapping(each, "reach")
        learner_id = _text(line.get("learner_id"), "reach.learner_id")
        at = [_count(place, f"reach.{key}") for place in _list(line, key)]
        if learner_id in reach or any(not 1 <= place <= num_places for place in at):
            raise _wrong("reach", line, f"each learner once, {key} by their number")
        _no_doubles(f"reach.{key}", at)
        reach[learner_id] = frozenset(place - 1 for place in at)
    return reach


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _wrong(name, value, "a table of keys and values")
    return value


def _list(row: Mapping[str, object], name: str) -> Sequence[object]:
    value = row.get(name)
    if not isinstance(value, list):
        raise _wrong(name, value, "a list")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(name, value, "a text")
    return value


def _count(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(name, value, "a whole number of 0 or more")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
        if math.isfinite(number) and number >= 0:
            return number
    raise _wrong(name, value, "a number of 0 or more")


def _no_doubles(name: str, values: Sequence[object]) -> None:
    if len(set(values)) != len(values):
        raise _wrong(name, values, "everything once")


def _wrong(name: str, found: object, expected: str) -> ClaimFormError:
    return ClaimFormError(f"{name}: found {found!r}. Expected {expected}.")
