"""The dates of a training plan as an iCalendar file (RFC 5545)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from matcher.dataset.finding import Language
from matcher.training_plan.planned import TrainingPlan
from matcher.training_plan.words import said

_MOST_OCTETS = 75
"""Octets of one line; the rest goes on in the next one, after a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A whole day, or several; `last` is inclusive."""

    first: date
    last: date
    text: str


def calendar_file(plan: TrainingPlan, language: Language) -> str:
    """Content of the .ics file, for learner and coach; see `for_mentor`."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//matcher//NL",
        "METHOD:PUBLISH",
    ]
    for event in sorted(_events(plan, language), key=lambda e: (e.first, e.text)):
        lines += _event_lines(plan, event)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _events(plan: TrainingPlan, language: Language) -> Iterator[Event]:
    learner = plan.learner_id
    placed = groupby(
        enumerate(plan.periods), key=lambda at: (at[1].site_id, at[1].number - at[0])
    )
    for (site_id, _), run in placed:
        stay = [period for _, period in run]
        if not site_id:
            continue
        mentor_id = stay[0].mentor_id
        facts = {"site": site_id, "learner": learner, "mentor": mentor_id}
        first, last = stay[0].start, stay[-1].end
        yield Event(
            first=first, last=first, text=said("event_start", language, **facts)
        )
        yield Event(first=last, last=last, text=said("event_end", language, **facts))
    days = {period.period_id: (period.start, period.end) for period in plan.periods}
    for each in plan.competences:
        if each.place == "course":
            first, last = days[each.period_id]
            text = said(
                "event_course", language, course=each.course_id, learner=learner
            )
            yield Event(first=first, last=last, text=text)
    if plan.countdown.last_day is not None:
        last = plan.countdown.last_day
        text = said("event_sign", language, learner=learner)
        yield Event(first=last, last=last, text=text)


def _event_lines(plan: TrainingPlan, event: Event) -> list[str]:
    key = f"{plan.learner_id} {event.first} {event.last} {event.text}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    after = event.last + timedelta(days=1)  # the end of a whole day is exclusive
    return [
        "BEGIN:VEVENT",
        f"UID:{digest}@matcher",
        f"DTSTAMP:{plan.as_of:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(event.text)}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode("utf-8")) > _MOST_OCTETS - 1:
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
