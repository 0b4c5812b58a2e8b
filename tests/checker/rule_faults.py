"""Plans that break exactly one rule, each in a region with a trap per rule.

Learner L1 can go to A, B and C; every other site is barred to L1 for one reason.
"""

from dataclasses import dataclass

from tests.checker.small_region import MENTOR, SITE, SmallRegion

VALID_PLAN = "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3\nL3 c1 P2 P3"
VALID_SEATS = "L1 K1 centre P1"


def trap_region() -> SmallRegion:
    """The small region with traps; `VALID_PLAN` breaks no rule in it."""
    region = SmallRegion()
    region.add(
        "periods", period_id="P4", start="2027-09-01", end="2027-11-30", weeks=10
    )
    for site_id, cells in TRAPS.items():
        region.add(
            "sites",
            **{**SITE, "site_id": site_id, "supports": "stil", **cells},
        )
        region.add("recognitions", site_id=site_id, trajectory_id="T")
        region.add(
            "mentors",
            **{**MENTOR, "mentor_id": f"{site_id.lower()}1", "site_id": site_id},
        )
    for site_id in "ABC":
        region.change("sites", site_id, supports="stil")
    region.change("recognitions", "D", valid_to="2026-11-29")
    region.change("mentors", "h1", trained_on="2026-09-02")
    region.change("learners", "L1", max_travel_minutes=60, languages="nl")
    region.change("learners", "L3", ready_from="2026-12-15")
    region.change("courses", "K2", lat=50.0, lon=5.5)
    region.add("support_needs", learner_id="L1", need="stil", required="true")
    region.add("abilities", learner_id="L1", demand="tillen", status="no")
    region.add("placements", learner_id="L1", site_id="O", status="refused")
    region.add(
        "placements",
        learner_id="L2",
        period_id="P1",
        site_id="B",
        mentor_id="b1",
        status="signed",
    )
    region.add("requirements", site_id="Q", trajectory_id="T", competence_id="centre")
    region.add("acquired", learner_id="L2", competence_id="centre")
    region.add("enterprises", enterprise_id="E", name="", max_learners=2)
    region.change("mentors", "c1", hours_per_week=1.4)
    region.change("mentors", "a2", max_learners=0)
    region.change("courses", "K1", seats=1)
    return region


TRAPS: dict[str, dict[str, object]] = {
    "D": {},
    "H": {},
    "I": {"lat": 49.6, "lon": 5.5},
    "J": {"min_age": 30},
    "K": {"languages": "fr"},
    "M": {"supports": ""},
    "N": {"demands": "tillen"},
    "O": {},
    "Q": {},
    "R": {"capacity": 1},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFault:
    """A plan, its seats, and the one code that they deserve."""

    name: str
    code: str
    plan: str
    seats: str = VALID_SEATS


def _elsewhere(code: str, name: str, mentor_id: str) -> RuleFault:
    """L1 goes to a trap in P1; everybody else stays."""
    plan = VALID_PLAN.replace("L1 a1 P1 P2 P3", f"L1 {mentor_id} P1\nL1 a1 P2 P3")
    return RuleFault(name=name, code=code, plan=plan)


def _instead(
    name: str, code: str, old: str, new: str, seats: str = VALID_SEATS
) -> RuleFault:
    assert old in VALID_PLAN
    return RuleFault(
        name=name, code=code, plan=VALID_PLAN.replace(old, new), seats=seats
    )


RULE_FAULTS = (
    _elsewhere("E1", "recognition ends a day early", "d1"),
    _elsewhere("E2", "mentor is trained a day late", "h1"),
    _elsewhere("E3", "site is too far", "i1"),
    _elsewhere("E4", "learner is too young", "j1"),
    _elsewhere("E5", "no shared language", "k1"),
    _elsewhere("E6", "required need is not met", "m1"),
    _elsewhere("E7", "demand is not possible", "n1"),
    _elsewhere("E8", "placement was refused", "o1"),
    _instead("period before readiness", "E9", "L3 c1 P2 P3", "L3 c1 P1 P2 P3"),
    _instead("block is too short", "P1", "L1 a1 P1 P2 P3", "L1 a1 P1\nL1 b1 P2"),
    _instead("third site", "P2", "L1 a1 P1 P2 P3", "L1 a1 P1 P2\nL1 b1 P3\nL1 c1 P4"),
    _instead("attest is not held", "P3", "L1 a1 P1 P2 P3", "L1 q1 P1 P2 P3"),
    _instead("signed placement is dropped", "P4", "L2 b1 P1 P2 P3", "L2 b1 P2 P3"),
    _instead("signed site is left", "P4", "L2 b1 P1 P2 P3", "L2 c1 P1\nL2 b1 P2 P3"),
    _instead(
        "site is full",
        "C1",
        "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3\nL3 c1 P2 P3",
        "L1 r1 P2 P3\nL2 b1 P1 P2 P3\nL3 r1 P2 P3",
    ),
    _instead("mentor has no room", "C2", "L1 a1 P1 P2 P3", "L1 a2 P1 P2 P3"),
    _instead("mentor has no hours", "C3", "L1 a1 P1 P2 P3", "L1 c1 P2 P3"),
    _instead("enterprise is full", "C4", "L3 c1 P2 P3", "L3 a1 P2 P3"),
    _instead("course is full", "C5", "L3", "L3", VALID_SEATS + "\nL3 K1 centre P1"),
    _instead("second seat", "SEAT", "L3", "L3", "L3 K1 centre P1\nL3 K2 centre P2"),
    _instead("course is too far", "SEAT", "L1", "L1", "L1 K2 centre P2"),
    _instead("acquired already", "SEAT", "L2", "L2", "L2 K1 centre P1"),
)
