"""Why one learner cannot be at one site: barriers per rule, period and mentor.

The rules are written here once more, over plain values: what is told to people is
recomputed from the tables and not read from the engine. Three answers come out.
Unknown means that no fact stands in the way, but one is missing that the rule asks
for; it is never taken for a yes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from matcher.advice.encounter import Encounter, SiteMentor, Slot, Span
from matcher.eligibility.pairs import TOLERANCE

Fact = str | float | int | tuple[str, ...] | None
Status = Literal["eligible", "barred", "unknown"]

NOBODY = SiteMentor(mentor_id="", supports=(), trained_on=None, available=(None, None))
"""Stands for the mentor of a site that has none: rule E2 then never holds."""

A_MENTOR = "a mentor of this site"
"""What rule E2 expects of a site that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """One rule that does not hold for some placement of a learner at a site.

    Attributes
    ----------
    rule
        E1 to E9 (contract, section 2).
    period_id, mentor_id
        "" where it holds for every period, or for every mentor.
    found, expected
        The fact as it stands, and what would pass; None for `found` where nothing
        is recorded. Days are ISO, spans of days are joined by "/".
    is_unknown
        Only a fact is missing; else the fact that is there does not pass.
    """

    rule: str
    period_id: str = ""
    mentor_id: str = ""
    found: Fact
    expected: Fact
    is_unknown: bool = False


def barriers_of(encounter: Encounter) -> tuple[Barrier, ...]:
    """Every barrier between the learner and the site, each once, by rule."""
    found = dict.fromkeys(
        barrier
        for mentor in encounter.mentors or (NOBODY,)
        for slot in encounter.slots
        for barrier in placement_barriers(encounter, slot, mentor)
    )
    return tuple(sorted(found, key=lambda barrier: barrier.rule))


def status_of(encounter: Encounter) -> Status:
    """Eligible where one placement passes all rules; unknown where only facts lack."""
    answers = {
        _answer(placement_barriers(encounter, slot, mentor))
        for mentor in encounter.mentors or (NOBODY,)
        for slot in encounter.slots
    }
    order: tuple[Status, ...] = ("eligible", "unknown", "barred")
    return next((each for each in order if each in answers), "barred")


def _answer(barriers: Iterator[Barrier]) -> Status:
    found = list(barriers)
    if not found:
        return "eligible"
    return "unknown" if all(each.is_unknown for each in found) else "barred"


def placement_barriers(
    encounter: Encounter, slot: Slot, mentor: SiteMentor
) -> Iterator[Barrier]:
    """Barriers of one period with one mentor; none where it is eligible."""
    for rule in _RULES:
        barrier = rule(encounter, slot, mentor)
        if barrier is not None:
            yield barrier


def covers(spans: tuple[Span, ...], first: date, last: date) -> bool:
    """The union of the spans holds every day from first to last."""
    open_day = first
    for start, end in sorted(spans, key=lambda span: span[0] or date.min):
        if (start or date.min) > open_day:
            return False
        if end is None or end >= last:
            return True
        open_day = max(open_day, end + timedelta(days=1))
    return False


def span_text(span: Span) -> str:
    """A span as people and programs read it: 2026-09-01/2026-11-22, open is ".."."""
    return "/".join(day.isoformat() if day else ".." for day in span)


def _e1(encounter: Encounter, slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    if covers(encounter.recognised, slot.first, slot.last):
        return None
    rows = tuple(span_text(span) for span in encounter.recognised)
    return Barrier(
        rule="E1",
        period_id=slot.period_id,
        found=" ".join(rows) or None,
        expected=span_text((slot.first, slot.last)),
    )


def _e2(encounter: Encounter, slot: Slot, mentor: SiteMentor) -> Barrier | None:
    if mentor is NOBODY:
        found, expected = None, A_MENTOR
    elif not covers((mentor.available,), slot.first, slot.last):
        found, expected = (
            span_text(mentor.available),
            span_text((slot.first, slot.last)),
        )
    elif encounter.allows_untrained or (
        mentor.trained_on is not None and mentor.trained_on <= slot.first
    ):
        return None
    else:
        found = mentor.trained_on.isoformat() if mentor.trained_on else None
        expected = slot.first.isoformat()
    return Barrier(
        rule="E2",
        period_id=slot.period_id,
        mentor_id=mentor.mentor_id,
        found=found,
        expected=expected,
    )


def _e3(encounter: Encounter, _slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    minutes, limit = encounter.minutes, encounter.most_minutes
    if minutes is None:
        return Barrier(rule="E3", found=None, expected=limit, is_unknown=True)
    if limit is None or minutes <= limit + TOLERANCE:
        return None
    return Barrier(rule="E3", found=minutes, expected=limit)


def _e4(encounter: Encounter, slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    min_age = encounter.min_age
    if min_age is None or (slot.age is not None and slot.age >= min_age):
        return None
    return Barrier(
        rule="E4",
        period_id="" if slot.age is None else slot.period_id,
        found=slot.age,
        expected=min_age,
        is_unknown=slot.age is None,
    )


def _e5(encounter: Encounter, _slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    if not encounter.asked or set(encounter.asked) & set(encounter.spoken):
        return None
    return Barrier(
        rule="E5",
        found=encounter.spoken or None,
        expected=encounter.asked,
        is_unknown=not encounter.spoken,
    )


def _e6(encounter: Encounter, _slot: Slot, mentor: SiteMentor) -> Barrier | None:
    unmet = unmet_needs(encounter, mentor)
    if not unmet:
        return None
    given = tuple(dict.fromkeys((*encounter.supports, *mentor.supports)))
    return Barrier(rule="E6", mentor_id=mentor.mentor_id, found=given, expected=unmet)


def unmet_needs(encounter: Encounter, mentor: SiteMentor) -> tuple[str, ...]:
    """Required needs that neither site nor mentor meets."""
    given = {*encounter.supports, *mentor.supports}
    return tuple(need for need in encounter.required if need not in given)


def _e7(encounter: Encounter, _slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    unable = unable_demands(encounter)
    return Barrier(rule="E7", found=unable, expected=()) if unable else None


def unable_demands(encounter: Encounter) -> tuple[str, ...]:
    """Demands of the site that were assessed as not possible."""
    status = encounter.abilities.get
    return tuple(demand for demand in encounter.demands if status(demand) == "no")


def _e8(encounter: Encounter, slot: Slot, mentor: SiteMentor) -> Barrier | None:
    for period_id, mentor_id in encounter.refusals:
        if period_id in ("", slot.period_id) and mentor_id in ("", mentor.mentor_id):
            return Barrier(
                rule="E8",
                period_id=period_id,
                mentor_id=mentor_id,
                found="refused",
                expected=None,
            )
    return None


def _e9(encounter: Encounter, slot: Slot, _mentor: SiteMentor) -> Barrier | None:
    ready = encounter.ready_from
    if ready is None or ready <= slot.first:
        return None
    return Barrier(
        rule="E9",
        period_id=slot.period_id,
        found=ready.isoformat(),
        expected=slot.first.isoformat(),
    )


_RULES: tuple[Callable[[Encounter, Slot, SiteMentor], Barrier | None], ...] = (
    _e1,
    _e2,
    _e3,
    _e4,
    _e5,
    _e6,
    _e7,
    _e8,
    _e9,
)
