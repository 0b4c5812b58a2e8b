"""A shortage certificate (tekortattest): who, where, how many, and why no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

PlaceKind = Literal["site", "mentor", "mentor_hours", "enterprise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPlace:
    """A place that holds only so many of the learners.

    Attributes
    ----------
    site_id
        Of a mentor; else "".
    capacity
        Learners at one time.
    hours
        Of `mentor_hours`: hours per week that the mentor has.
    asked
        Of `mentor_hours`: (learner id, least hours per week), those who reach the
        mentor.
    """

    kind: PlaceKind
    place_id: str
    site_id: str
    capacity: int
    hours: float = 0.0
    asked: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """In a period these learners can be at these places only, one too few.

    Attributes
    ----------
    competence_id
        Competence or context that they need; None where any place will do.
    reach
        Per learner, in the order of `learners`, positions in `places` from 1.
    sharing
        All learners who want these very places then: the crowd behind the proof.
    is_decisive
        Of a competence: each of them can learn it in no other period and in no
        other way, so that one of them cannot; without a competence always.
    """

    trajectory_id: str
    competence_id: str | None
    period_id: str
    learners: tuple[str, ...]
    places: tuple[ShortPlace, ...]
    reach: tuple[tuple[int, ...], ...]
    sharing: int
    is_decisive: bool

    @property
    def demand(self) -> int:
        """Learners who need a place."""
        return len(self.learners)

    @property
    def supply(self) -> int:
        """Learners whom the places hold."""
        return sum(place.capacity for place in self.places)

    @property
    def proof(self) -> Literal["hall", "lp"]:
        """`lp` where hours are weighed, `hall` where places are counted."""
        weighs = any(place.kind == "mentor_hours" for place in self.places)
        return "lp" if weighs else "hall"


def shortage_to_json(shortage: Shortage) -> Mapping[str, Any]:
    """The entry of ``shortages.json`` (contract, section 9, and more keys)."""
    return {
        "trajectory_id": shortage.trajectory_id,
        "competence_id": shortage.competence_id,
        "period_id": shortage.period_id,
        "learners": list(shortage.learners),
        "places": [_place(place) for place in shortage.places],
        "demand": shortage.demand,
        "supply": shortage.supply,
        "proof": shortage.proof,
        "reach": [
            {"learner_id": learner_id, "places": list(at)}
            for learner_id, at in zip(shortage.learners, shortage.reach, strict=True)
        ],
        "sharing": shortage.sharing,
        "decisive": shortage.is_decisive,
    }


def _place(place: ShortPlace) -> Mapping[str, Any]:
    entry: dict[str, Any] = {
        "kind": place.kind,
        "id": place.place_id,
        "capacity": place.capacity,
    }
    if place.kind in ("mentor", "mentor_hours"):
        entry["site_id"] = place.site_id
    if place.kind == "mentor_hours":
        entry["hours"] = place.hours
        entry["asked"] = [
            {"learner_id": learner_id, "hours_per_week": hours}
            for learner_id, hours in place.asked
        ]
    return entry
