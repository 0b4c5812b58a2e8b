"""What could lift each barrier, as changes of cells, and who decides about it.

A refusal has no remedy: a "no" is final. What is not recorded yet comes as a fact to
record (`decided_by` is ``to_record``): the change helps if it turns out to be so.
"""

import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from matcher.advice.change import Cell, Part, part
from matcher.advice.encounter import Encounter, SiteMentor, Slot, journey_of
from matcher.advice.site_barrier import covers, unable_demands, unmet_needs
from matcher.dataset import Phrase
from matcher.dataset.dataset import Dataset
from matcher.policy import Policy

DECIDERS: Mapping[str, Phrase] = MappingProxyType(
    {
        "sectoral_partnership": Phrase(
            nl="het sectoraal partnerschap", en="the sectoral partnership"
        ),
        "enterprise": Phrase(nl="de onderneming", en="the enterprise"),
        "learner": Phrase(
            nl="de leerling, met wie thuis meebeslist",
            en="the learner, with those at home who have a say",
        ),
        "school": Phrase(nl="de school", en="the school"),
        "assessor": Phrase(
            nl="wie de inschatting maakt, samen met de leerling",
            en="who assesses, together with the learner",
        ),
        "to_record": Phrase(
            nl="nog in te vullen: zo kan het als dit blijkt te kloppen",
            en="still to be recorded: it can be so if this turns out to hold",
        ),
    }
)
"""Who can decide about a change."""

_QUIET_MODES = ("ebike", "moped")
"""Modes that a learner may add, in the order in which they are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way to lift one barrier."""

    parts: tuple[Part, ...]
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A learner at a site with one mentor, in consecutive periods: what is aimed at.

    Attributes
    ----------
    is_new
        The mentor stands in no table yet.
    """

    dataset: Dataset
    policy: Policy
    encounter: Encounter
    mentor: SiteMentor
    slots: tuple[Slot, ...]
    is_new: bool

    @property
    def first(self) -> date:
        """First day."""
        return self.slots[0].first

    @property
    def last(self) -> date:
        """Last day."""
        return self.slots[-1].last

    def change(
        self, table: str, key: Mapping[str, str], column: str, after: Cell
    ) -> Part:
        """A part of a remedy."""
        return part(self.dataset, table, key, column, after)

    def of_site(self, column: str, after: Cell) -> Part:
        """A change of the site's own row."""
        return self.change("sites", {"site_id": self.encounter.site_id}, column, after)

    def of_learner(self, column: str, after: Cell) -> Part:
        """A change of the learner's own row."""
        key = {"learner_id": self.encounter.learner_id}
        return self.change("learners", key, column, after)

    def of_mentor(self, column: str, after: Cell) -> Part:
        """A change of the mentor's row."""
        key = {"mentor_id": self.mentor.mentor_id}
        return self.change("mentors", key, column, after)


def new_mentor(encounter: Encounter, taken: Container[str]) -> SiteMentor:
    """A mentor that the site could name, under an id that is free."""
    number = 1
    while f"{encounter.site_id}-mentor-{number}" in taken:
        number += 1
    return SiteMentor(
        mentor_id=f"{encounter.site_id}-mentor-{number}",
        supports=(),
        trained_on=None,
        available=(None, None),
    )


def remedies_of(stay: Stay) -> tuple[tuple[Remedy, ...], ...] | None:
    """Per barrier of a stay the ways to lift it; None where one cannot be lifted."""
    if _is_refused(stay):
        return None
    choices = []
    for rule in _REMEDIES:
        found = rule(stay)
        if found is not None:
            ways = tuple(found)
            if not ways:
                return None
            choices.append(ways)
    return tuple(choices)


def _is_refused(stay: Stay) -> bool:
    ids = {"", stay.mentor.mentor_id}
    periods = {"", *(slot.period_id for slot in stay.slots)}
    return any(
        period_id in periods and mentor_id in ids
        for period_id, mentor_id in stay.encounter.refusals
    )


def _one(decided_by: str, *parts: Part) -> Remedy:
    return Remedy(parts=parts, decided_by=decided_by)


def _recognition(stay: Stay) -> Iterator[Remedy] | None:
    if covers(stay.encounter.recognised, stay.first, stay.last):
        return None
    return _recognitions(stay)


def _recognitions(stay: Stay) -> Iterator[Remedy]:
    """A longer or earlier recognition where one is near, else one more."""
    encounter, decider = stay.encounter, "sectoral_partnership"
    key = {"site_id": encounter.site_id, "trajectory_id": encounter.trajectory_id}
    for at, (start, end) in enumerate(encounter.recognised):
        own = key | {"valid_from": start.isoformat() if start else ""}
        others = encounter.recognised[:at] + encounter.recognised[at + 1 :]
        if (
            end
            and end < stay.last
            and covers((*others, (start, stay.last)), stay.first, stay.last)
        ):
            after = stay.last.isoformat()
            yield _one(decider, stay.change("recognitions", own, "valid_to", after))
        if (
            start
            and start > stay.first
            and covers((*others, (stay.first, end)), stay.first, stay.last)
        ):
            after = stay.first.isoformat()
            yield _one(decider, stay.change("recognitions", own, "valid_from", after))
    # One more recognition runs to the end of the plan: nobody asks for a few weeks.
    first, last = stay.first.isoformat(), encounter.slots[-1].last.isoformat()
    if first not in [str(start) for start, _ in encounter.recognised]:
        own = key | {"valid_from": first}
        yield _one(decider, stay.change("recognitions", own, "valid_to", last))


def _mentor(stay: Stay) -> Iterator[Remedy] | None:
    mentor, encounter = stay.mentor, stay.encounter
    is_there = covers((mentor.available,), stay.first, stay.last)
    is_trained = encounter.allows_untrained or (
        mentor.trained_on is not None and mentor.trained_on <= stay.first
    )
    if is_there and is_trained and not stay.is_new:
        return None
    parts = []
    if stay.is_new:
        parts = [
            stay.of_mentor("site_id", encounter.site_id),
            stay.of_mentor("max_learners", 1),
        ]
        unmet = unmet_needs(encounter, mentor)
        if unmet:
            parts.append(stay.of_mentor("supports", "|".join(unmet)))
    if not is_trained:
        parts.append(stay.of_mentor("trained_on", stay.first.isoformat()))
    start, end = mentor.available
    if start and start > stay.first:
        parts.append(stay.of_mentor("available_from", stay.first.isoformat()))
    if end and end < stay.last:
        parts.append(stay.of_mentor("available_to", stay.last.isoformat()))
    return iter([_one("enterprise", *parts)])


def _travel(stay: Stay) -> Iterator[Remedy] | None:
    minutes, limit = stay.encounter.minutes, stay.encounter.most_minutes
    if minutes is not None and (limit is None or minutes <= limit):
        return None
    return _journeys(stay, minutes, limit)


def _journeys(
    stay: Stay, minutes: float | None, limit: float | None
) -> Iterator[Remedy]:
    """More minutes, a faster way to travel, or a journey that is known."""
    encounter = stay.encounter
    by_row = {"learner_id": encounter.learner_id, "site_id": encounter.site_id}
    if minutes is None or limit is None:
        within = stay.policy.travel.comfortable if limit is None else limit
        yield _one("to_record", stay.change("travel", by_row, "minutes", within))
        return
    policy_limit = encounter.policy_limit
    if policy_limit is None or minutes <= policy_limit:
        after = math.ceil(minutes)
        yield _one("learner", stay.of_learner("max_travel_minutes", after))
    else:
        # The limit is everybody's: only a shorter way, such as riding along, helps.
        yield _one("to_record", stay.change("travel", by_row, "minutes", limit))
    if encounter.has_travel_row:
        return
    modes = encounter.modes or ("bike", "pt")
    for mode in _QUIET_MODES:
        with_mode = (*modes, mode)
        if mode not in modes and _minutes_with(stay, with_mode) <= limit:
            yield _one("learner", stay.of_learner("modes", "|".join(with_mode)))


def _minutes_with(stay: Stay, modes: tuple[str, ...]) -> float:
    """Estimated minutes of the learner with these modes."""
    learners, sites = stay.dataset.learners, stay.dataset.sites
    learner = learners.learner_id.tolist().index(stay.encounter.learner_id)
    site = sites.site_id.tolist().index(stay.encounter.site_id)
    changed = learners.modes.copy()
    changed[learner] = modes
    dataset = replace(stay.dataset, learners=replace(learners, modes=changed))
    minutes, _ = journey_of(dataset, stay.policy, learner, site)
    return math.inf if minutes is None else minutes


def _age(stay: Stay) -> Iterator[Remedy] | None:
    min_age, age = stay.encounter.min_age, stay.slots[0].age
    if min_age is None or (age is not None and age >= min_age):
        return None
    if age is None:
        born = _years_before(stay.first, math.ceil(min_age)).isoformat()
        known = _one("to_record", stay.of_learner("birth_date", born))
        return iter([known, _one("enterprise", stay.of_site("min_age", None))])
    return iter([_one("enterprise", stay.of_site("min_age", age))])


def _years_before(day: date, years: int) -> date:
    """The birth date of who completes these years on the day, or just before it."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February of a year without one
        return day.replace(year=day.year - years, day=28)


def _language(stay: Stay) -> Iterator[Remedy] | None:
    asked, spoken = stay.encounter.asked, stay.encounter.spoken
    if not asked or set(asked) & set(spoken):
        return None
    decider = "learner" if spoken else "to_record"
    learned = "|".join((*spoken, asked[0]))
    ways = [_one(decider, stay.of_learner("languages", learned))]
    if spoken:
        both = "|".join((*asked, spoken[0]))
        ways.insert(0, _one("enterprise", stay.of_site("languages", both)))
    return iter(ways)


def _support(stay: Stay) -> Iterator[Remedy] | None:
    unmet = unmet_needs(stay.encounter, stay.mentor)
    if not unmet or stay.is_new:  # a new mentor comes with what is needed
        return None
    given = "|".join((*stay.mentor.supports, *unmet))
    by_site = "|".join((*stay.encounter.supports, *unmet))
    learner_id = stay.encounter.learner_id
    eased = [
        stay.change(
            "support_needs",
            {"learner_id": learner_id, "need": need},
            "required",
            "false",
        )
        for need in unmet
    ]
    return iter(
        [
            _one("enterprise", stay.of_mentor("supports", given)),
            _one("enterprise", stay.of_site("supports", by_site)),
            _one("school", *eased),
        ]
    )


def _demands(stay: Stay) -> Iterator[Remedy] | None:
    unable = unable_demands(stay.encounter)
    if not unable:
        return None
    learner_id = stay.encounter.learner_id
    assessed = [
        stay.change(
            "abilities", {"learner_id": learner_id, "demand": demand}, "status", "yes"
        )
        for demand in unable
    ]
    kept = [each for each in stay.encounter.demands if each not in unable]
    other_work = stay.of_site("demands", "|".join(kept) or None)
    return iter([_one("enterprise", other_work), _one("assessor", *assessed)])


def _start(stay: Stay) -> Iterator[Remedy] | None:
    ready = stay.encounter.ready_from
    if ready is None or ready <= stay.first:
        return None
    after = stay.first.isoformat()
    return iter([_one("school", stay.of_learner("ready_from", after))])


_REMEDIES: tuple[Callable[[Stay], Iterator[Remedy] | None], ...] = (
    _recognition,
    _mentor,
    _travel,
    _age,
    _language,
    _support,
    _demands,
    _start,
)
"""Of E1 to E7 and E9, in this order."""
