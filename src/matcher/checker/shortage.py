"""Shortage certificates, judged by counting: no solver, nothing of the finder's code.

A certificate holds when its sums are right, when no learner of the set can be
elsewhere (with the data: by the rules E1 to E9), when the places are too few, and
when it proves nothing without any one of its learners. Course seats are counted so too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from matcher.checker.facts import (
    TOLERANCE,
    Facts,
    Learner,
    Mentor,
    Period,
    Site,
    is_active,
    is_offered,
    weekly_guidance_hours,
)
from matcher.checker.index import index_facts
from matcher.checker.pair_rules import PAIR_RULES, Case
from matcher.checker.plan import Placement
from matcher.checker.run_policy import RunPolicy, read_run_policy
from matcher.checker.seat_shortage import seat_faults
from matcher.checker.shortage_claim import (
    Claim,
    ClaimedPlace,
    ClaimFormError,
    is_of_seats,
    read_claim,
    read_seat_claim,
)
from matcher.dataset.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageFault:
    """Why a certificate is refused.

    Attributes
    ----------
    number
        Position in the file, from 1; 0 for the file as a whole.
    code
        ``FORM``, ``COUNT``, ``SUM``, ``ENOUGH``, ``REACH``, ``HOURS``, ``MINIMAL``,
        ``PROOF``; against the data also ``POLICY``, ``ID``, ``LEARNER``,
        ``CAPACITY``.
    detail
        Ids and numbers.
    """

    number: int
    code: str
    detail: str


_Fault = tuple[str, str]


def verify_shortages(
    claims: object, dataset: Dataset | None = None, policy: object = None
) -> tuple[ShortageFault, ...]:
    """Every fault of a parsed certificate file; none means that all of it holds.

    Parameters
    ----------
    dataset
        Without it only what the file itself shows is judged: sums, reach, least.
    policy
        As a run records it; None is the default one.
    """
    if not isinstance(claims, list):
        return (ShortageFault(number=0, code="FORM", detail="Expected a list."),)
    data, faults = None, []
    if dataset is not None:
        run_policy, found = read_run_policy({} if policy is None else policy)
        faults = [
            ShortageFault(number=0, code="POLICY", detail=each.message_en)
            for each in found
        ]
        data = _Data(facts=index_facts(dataset), policy=run_policy)
    for number, entry in enumerate(claims, start=1):
        faults += [
            ShortageFault(number=number, code=code, detail=detail)
            for code, detail in _faults(entry, data)
        ]
    return tuple(faults)


def _faults(entry: object, data: "_Data | None") -> Iterator[_Fault]:
    try:
        claim = read_seat_claim(entry) if is_of_seats(entry) else read_claim(entry)
    except ClaimFormError as error:
        yield "FORM", str(error)
        return
    by_file = list(_by_counting(claim))
    yield from by_file
    if data is not None and not by_file:
        yield from _against_data(claim, data)


def _by_counting(claim: Claim) -> Iterator[_Fault]:
    """What a finger on the table shows."""
    if claim.demand != len(claim.learners):
        yield "COUNT", f"demand {claim.demand}, learners {len(claim.learners)}"
    total = sum(place.capacity for place in claim.places)
    if claim.supply != total:
        yield "SUM", f"supply {claim.supply}, sum of the places {total}"
    if claim.supply >= claim.demand:
        yield "ENOUGH", f"{claim.supply} places for {claim.demand} learners"
    if set(claim.reach) != set(claim.learners):
        yield "REACH", "reach names other learners than the certificate"
        return
    reached = frozenset[int]().union(*claim.reach.values())
    if reached != set(range(len(claim.places))):
        yield "REACH", "a place is reached by nobody of the set"
    by_hours = list(_hours(claim))
    yield from by_hours
    has_hours = any(place.kind == "mentor_hours" for place in claim.places)
    if (claim.proof == "lp") != has_hours:
        yield "PROOF", f"{claim.proof}; mentor hours among the places: {has_hours}"
    if not by_hours:
        yield from _least(claim)


def _hours(claim: Claim) -> Iterator[_Fault]:
    """A mentor's hours hold as many learners as the least hours say."""
    for at, place in enumerate(claim.places):
        if place.kind != "mentor_hours":
            continue
        own = {each for each, places in claim.reach.items() if at in places}
        if set(place.asked) != own:
            yield "HOURS", f"{place.place_id}: hours of other learners"
        elif place.capacity != most_by_hours(place.hours, place.asked.values()):
            yield "HOURS", f"{place.place_id}: {place.capacity} learners"


def most_by_hours(hours: float, asked: Iterable[float]) -> int:
    """Most learners whose hours together fit, those who ask least first."""
    total, count = 0.0, 0
    for each in sorted(asked):
        total += each
        if total > hours + TOLERANCE:
            break
        count += 1
    return count


def _least(claim: Claim) -> Iterator[_Fault]:
    """Without any one learner the places that remain in reach are enough."""
    for left_out in claim.learners:
        reach = {each: at for each, at in claim.reach.items() if each != left_out}
        remaining = frozenset[int]().union(*reach.values())
        supply = sum(
            _capacity_for(claim.places[at], at, reach) for at in sorted(remaining)
        )
        if supply < len(reach):
            yield "MINIMAL", f"it holds without learner {left_out} too"
            return


def _capacity_for(
    place: ClaimedPlace, at: int, reach: Mapping[str, frozenset[int]]
) -> int:
    if place.kind != "mentor_hours":
        return place.capacity
    asked = [place.asked[each] for each, places in reach.items() if at in places]
    return most_by_hours(place.hours, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """The dataset, and what was looked up in it."""

    facts: Facts
    policy: RunPolicy
    mentors_of: dict[str, list[Mentor]] = field(default_factory=dict)
    eligible: dict[tuple[str, str], frozenset[tuple[str, str]]] = field(
        default_factory=dict
    )

    def mentors(self, site_id: str) -> list[Mentor]:
        """Mentors of a site."""
        if not self.mentors_of:
            for mentor in self.facts.mentor.values():
                self.mentors_of.setdefault(mentor.site_id, []).append(mentor)
        return self.mentors_of.get(site_id, [])

    def options(self, learner: Learner, period: Period) -> frozenset[tuple[str, str]]:
        """Every (site, mentor) that E1 to E9 allow the learner in the period."""
        key = (learner.learner_id, period.period_id)
        if key not in self.eligible:
            trajectory_id = learner.trajectory.trajectory_id
            self.eligible[key] = frozenset(
                (site.site_id, mentor.mentor_id)
                for site in self.facts.site.values()
                if (site.site_id, trajectory_id) in self.facts.recognised
                for mentor in self.mentors(site.site_id)
                if self._is_allowed(learner, period, site, mentor)
            )
        return self.eligible[key]

    def _is_allowed(
        self, learner: Learner, period: Period, site: Site, mentor: Mentor
    ) -> bool:
        placement = Placement(period=period, site=site, mentor=mentor, is_signed=False)
        case = Case(
            facts=self.facts, policy=self.policy, learner=learner, placement=placement
        )
        return all(rule(case) is None for rule in PAIR_RULES.values())


def _against_data(claim: Claim, data: _Data) -> Iterator[_Fault]:
    facts = data.facts
    if not claim.period_id:
        yield from seat_faults(claim, facts, data.policy)
        return
    unknown = [each for each in claim.learners if each not in facts.learner]
    unknown += [p.place_id for p in claim.places if not _is_known(p, facts)]
    if claim.period_id not in facts.period:
        unknown.append(claim.period_id)
    if unknown:
        yield "ID", ", ".join(unknown)
        return
    period = facts.period[claim.period_id]
    for place in claim.places:
        yield from _capacity(place, data)
    for learner_id in claim.learners:
        learner = facts.learner[learner_id]
        fault = _no_claimant(learner, claim, period, data)
        if fault is not None:
            yield "LEARNER", f"{learner_id}: {fault}"
            continue
        own = _reached(learner, claim, period, data)
        if own is None:
            yield "REACH", f"{learner_id} has another place in the data"
        elif own != claim.reach[learner_id]:
            yield "REACH", f"{learner_id} reaches other places in the data"


def _is_known(place: ClaimedPlace, facts: Facts) -> bool:
    known: Mapping[str, Mapping[str, object]] = {
        "site": facts.site,
        "mentor": facts.mentor,
        "mentor_hours": facts.mentor,
        "enterprise": facts.max_in_enterprise,
    }
    return place.place_id in known[place.kind]


def _capacity(place: ClaimedPlace, data: _Data) -> Iterator[_Fault]:
    facts = data.facts
    if place.kind == "mentor_hours":
        mentor = facts.mentor[place.place_id]
        factor = min(1.0, data.policy.guidance["startup_factor"])
        if abs(place.hours - mentor.hours_per_week) > TOLERANCE:
            yield "CAPACITY", f"{place.place_id}: {mentor.hours_per_week:g} hours"
        for learner_id, hours in place.asked.items():
            learner = facts.learner[learner_id]
            own = weekly_guidance_hours(facts, data.policy, learner, mentor)
            if abs(own * factor - hours) > TOLERANCE:
                yield "CAPACITY", f"{place.place_id}, {learner_id}: {own * factor:g}"
        return
    capacity_of: Mapping[str, Callable[[str], float]] = {
        "site": lambda key: facts.site[key].capacity,
        "mentor": lambda key: facts.mentor[key].max_learners,
        "enterprise": lambda key: facts.max_in_enterprise[key],
    }
    capacity = capacity_of[place.kind](place.place_id)
    if place.capacity != capacity:
        yield "CAPACITY", f"{place.place_id}: {capacity:g}, not {place.capacity}"


def _no_claimant(
    learner: Learner, claim: Claim, period: Period, data: _Data
) -> str | None:
    """Why a learner may not be counted; None where the learner needs a place then."""
    trajectory = learner.trajectory
    if trajectory.trajectory_id != claim.trajectory_id:
        return "another training"
    if not is_active(learner, period):
        return "not active in the period"
    if claim.competence_id:
        fault = _no_need(learner, claim.competence_id, period)
        if fault is not None:
            return fault
    decision = data.facts.signed.get((learner.learner_id, period.period_id))
    if decision is None:
        return None
    place = (decision.site_id, decision.mentor_id)
    if place not in data.options(learner, period):
        return "signed at a place outside the rules"
    if _is_overfull(place, period, data):
        return "signed where signed placements exceed the limit"
    return None


def _no_need(learner: Learner, unit_id: str, period: Period) -> str | None:
    """Why a learner cannot practise a competence or context in a period."""
    if unit_id in learner.acquired:
        return "has acquired it"
    if any(unit_id in group.contexts for group in learner.trajectory.groups):
        return None
    for competence in learner.trajectory.competences:
        if competence.competence_id == unit_id:
            first, last = competence.window
            if "workplace" not in competence.learn_at:
                return "it is not learned at the workplace"
            return None if first <= period.order <= last else "outside its window"
    return "no such competence in the training"


def _is_overfull(place: tuple[str, str], period: Period, data: _Data) -> bool:
    """Signed placements alone exceed a limit of the site, enterprise or mentor."""
    facts = data.facts
    site, mentor = facts.site[place[0]], facts.mentor[place[1]]
    at_site = at_mentor = in_enterprise = 0
    hours = 0.0
    for (learner_id, period_id), signed in facts.signed.items():
        if period_id != period.period_id:
            continue
        at_site += signed.site_id == site.site_id
        own = facts.site[signed.site_id].enterprise_id
        in_enterprise += bool(own) and own == site.enterprise_id
        if signed.mentor_id == mentor.mentor_id:
            at_mentor += 1
            hours += weekly_guidance_hours(
                facts, data.policy, facts.learner[learner_id], mentor
            ) * min(1.0, data.policy.guidance["startup_factor"])
    most = facts.max_in_enterprise.get(site.enterprise_id, float("inf"))
    return (
        at_site > site.capacity
        or at_mentor > mentor.max_learners
        or in_enterprise > most
        or hours > mentor.hours_per_week + TOLERANCE
    )


def _reached(
    learner: Learner, claim: Claim, period: Period, data: _Data
) -> frozenset[int] | None:
    """Places of the certificate that the learner reaches; None where others too."""
    by_key = {(p.kind, p.place_id): at for at, p in enumerate(claim.places)}
    reached: set[int] = set()
    for site_id, mentor_id in data.options(learner, period):
        site = data.facts.site[site_id]
        unit = claim.competence_id
        if unit and not is_offered(data.facts, site, learner.trajectory, unit, period):
            continue
        keys = (
            ("site", site_id),
            ("mentor", mentor_id),
            ("mentor_hours", mentor_id),
            ("enterprise", site.enterprise_id),
        )
        own = {by_key[key] for key in keys if key in by_key}
        if not own:
            return None
        reached |= own
    return frozenset(reached)
