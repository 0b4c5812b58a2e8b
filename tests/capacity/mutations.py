"""One thing changed in a certificate: each of these makes it false."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

Certificate = dict[str, Any]


def _change(certificate: Certificate, **keys: object) -> Certificate:
    return {**deepcopy(certificate), **keys}


def _less_learner(c: Certificate, _outsider: str) -> Certificate:
    gone = c["learners"][-1]
    return _change(
        c,
        learners=c["learners"][:-1],
        demand=c["demand"] - 1,
        reach=[row for row in c["reach"] if row["learner_id"] != gone],
    )


def _more_learner(c: Certificate, outsider: str) -> Certificate:
    row = {
        "learner_id": outsider,
        "places": [at + 1 for at, _ in enumerate(c["places"])],
    }
    return _change(
        c,
        learners=[*c["learners"], outsider],
        demand=c["demand"] + 1,
        reach=[*deepcopy(c["reach"]), row],
    )


def _other_learner(c: Certificate, outsider: str) -> Certificate:
    first = c["learners"][0]
    reach = deepcopy(c["reach"])
    for row in reach:
        if row["learner_id"] == first:
            row["learner_id"] = outsider
    return _change(c, learners=[outsider, *c["learners"][1:]], reach=reach)


def _twice(c: Certificate, _outsider: str) -> Certificate:
    return _change(c, learners=[c["learners"][0], *c["learners"]])


def _less_place(c: Certificate, _outsider: str) -> Certificate:
    last = len(c["places"])
    reach = [
        {**row, "places": [at for at in row["places"] if at != last]}
        for row in c["reach"]
    ]
    gone = c["places"][-1]["capacity"]
    return _change(c, places=c["places"][:-1], supply=c["supply"] - gone, reach=reach)


def _other_place(c: Certificate, _outsider: str) -> Certificate:
    places = deepcopy(c["places"])
    places[0]["id"] = "Z1"
    return _change(c, places=places)


def _capacity_by(step: int) -> Callable[[Certificate, str], Certificate]:
    def change(c: Certificate, _outsider: str) -> Certificate:
        places = deepcopy(c["places"])
        places[0]["capacity"] += step
        return _change(c, places=places, supply=c["supply"] + step)

    return change


def _reach_less(c: Certificate, _outsider: str) -> Certificate:
    reach = deepcopy(c["reach"])
    reach[0]["places"] = reach[0]["places"][1:]
    return _change(c, reach=reach)


MUTATIONS: Mapping[str, Callable[[Certificate, str], Certificate]] = {
    "less learner": _less_learner,
    "more learner": _more_learner,
    "other learner": _other_learner,
    "learner twice": _twice,
    "less place": _less_place,
    "other place": _other_place,
    "capacity more": _capacity_by(1),
    "capacity less": _capacity_by(-1),
    "reach less": _reach_less,
    "demand": lambda c, _: _change(c, demand=c["demand"] + 1),
    "supply": lambda c, _: _change(c, supply=c["supply"] - 1),
    "period": lambda c, _: _change(c, period_id="P9"),
    "trajectory": lambda c, _: _change(c, trajectory_id="U"),
    "competence": lambda c, _: _change(c, competence_id="nothing"),
    "proof": lambda c, _: _change(c, proof="lp"),
    "no reach": lambda c, _: _change(c, reach=[]),
    "kind": lambda c, _: _change(
        c, places=[{**place, "kind": "mentor"} for place in c["places"]]
    ),
    "form": lambda c, _: _change(c, learners="L1"),
    "capacity text": lambda c, _: _change(
        c, places=[{**place, "capacity": "2"} for place in c["places"]]
    ),
    "no period": lambda c, _: {k: v for k, v in c.items() if k != "period_id"},
}
"""By name; each takes a certificate and a learner who reaches none of its places."""
