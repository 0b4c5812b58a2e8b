"""Answers about one learner, told: from the JSON that a role may see to plain facts.

Nothing is looked up here that the answer does not hold: what was cut out of it for a
role (`answers.redaction`) cannot come back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from matcher.advice.remedy import DECIDERS
from matcher.advice.site_barrier import A_MENTOR
from matcher.dataset import mode_said
from matcher.suggestions.candidate import KINDS
from matcher.suggestions.text import sentence, support_told
from matcher_service.pages.names import Names
from matcher_service.pages.way_told import days_told, part_told

Json = Mapping[str, Any]
_SHOWN_POINTS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Some periods in a row at one site with one mentor."""

    site_id: str
    letter: str
    mentor_id: str
    period_ids: tuple[str, ...]
    span: str
    journey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One suggestion.

    Attributes
    ----------
    kinds
        What is special about it, in words.
    stays, seats
        Where and when; courses in words.
    covered, units
        Competences that it covers, of all that are needed.
    open_units, lacking
        Names of competences without a place yet; contexts.
    support
        In words; "" where nothing is asked, or not for who reads.
    others
        Its price for the others, in words.
    terms
        Points per term, the largest first.
    """

    rank: int
    kinds: tuple[str, ...]
    is_now: bool
    stays: tuple[Stay, ...]
    seats: tuple[str, ...]
    covered: int
    units: int
    open_units: tuple[str, ...]
    lacking: tuple[str, ...]
    unknowns: tuple[str, ...]
    support: str
    points: float
    others: str
    terms: tuple[tuple[str, float], ...]

    @property
    def site_ids(self) -> tuple[str, ...]:
        """Sites, each once."""
        return tuple(dict.fromkeys(stay.site_id for stay in self.stays))


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierLine:
    """A rule that is not met, with what was found and what it takes."""

    what: str
    where: str
    found: str
    expected: str
    is_refusal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    """A set of changes that would do, who decides, and what the plan would cost."""

    parts: tuple[str, ...]
    deciders: str
    cost: str


class Teller:
    """Tells answers about learners of one training, in one language."""

    def __init__(self, names: Names, trajectory_id: str) -> None:
        self._names = names
        self._words = names.words
        self._trajectory_id = trajectory_id

    def cards(self, answer: Json) -> tuple[Card, ...]:
        """All suggestions, sites with a letter each."""
        letters: dict[str, str] = {}
        for each in answer["suggestions"]:
            for placement in each["placements"]:
                site_id = placement["site_id"]
                letters.setdefault(site_id, letter_of(len(letters)))
        return tuple(self.card(each, letters) for each in answer["suggestions"])

    def card(self, each: Json, letters: Mapping[str, str]) -> Card:
        """One suggestion."""
        needed = self._names.competences(self._trajectory_id)
        units = [unit for unit in each["coverage"] if unit["competence_id"] in needed]
        return Card(
            rank=each["rank"],
            kinds=tuple(
                KINDS[kind].said_in(self._words.language) for kind in each["kinds"]
            ),
            is_now="now" in each["kinds"],
            stays=self._stays(each, letters),
            seats=tuple(
                self._words(
                    "seat",
                    course=seat["course_id"],
                    unit=self._unit(seat["competence_id"]),
                    span=self._names.period(seat["period_id"]),
                )
                for seat in each["seats"]
            ),
            covered=sum(unit["covered_by"] != "gap" for unit in units),
            units=len(units),
            open_units=tuple(map(self._unit, each["uncovered"])),
            lacking=tuple(
                f"{group} ({count})"
                for group, count in each["contexts_lacking"].items()
            ),
            unknowns=tuple(
                f"{row['demand'].replace('_', ' ')} "
                f"({self._names.site(row['site_id'])})"
                for row in each["unknowns"]
            ),
            support=self._support(each["support"]),
            points=each["points"],
            others=self.others(each["price_for_others"]),
            terms=self.terms(each["terms"]),
        )

    def others(self, amount: Json) -> str:
        """What all others together pay, and how sure that is."""
        language = self._words.language
        ends = (amount["at_least"], amount["at_most"])
        if all(end is not None and abs(end) < _SHOWN_POINTS for end in ends):
            return self._words("others_nothing")
        if amount["at_least"] is None:
            span = sentence("range_none", language)
        else:
            low = self._words.number(amount["at_least"], 1)
            span = sentence("range_low", language, low=low)
            if amount["at_most"] is not None:
                high = self._words.number(amount["at_most"], 1)
                span = sentence("range_both", language, low=low, high=high)
        points = self._words.number(amount["points"], 1)
        key = f"others_{amount['kind']}"
        return sentence(key, language, points=points, range=span).strip()

    def terms(self, terms: Json) -> tuple[tuple[str, float], ...]:
        """Terms that count, the largest first."""
        shown = [
            (sentence(f"term_{term}", self._words.language), points)
            for term, points in terms.items()
            if abs(points) >= _SHOWN_POINTS
        ]
        return tuple(sorted(shown, key=lambda row: -abs(row[1])))

    def journey(self, minutes: float | None, mode: str | None) -> str:
        """Minutes one way, and by what."""
        if minutes is None:
            return self._words("journey_unknown")
        shown = self._words.number(minutes)
        if mode:
            told = mode_said(mode).said_in(self._words.language)
            return self._words("journey_mode", minutes=shown, mode=told)
        return self._words("journey", minutes=shown)

    def barriers(self, rows: Iterable[Json]) -> tuple[BarrierLine, ...]:
        """One line per rule, mentor and fact; periods of the same are put together."""
        alike: dict[str, list[Json]] = {}
        for row in rows:
            key = f"{row['rule']} {row['mentor_id']} {row['found']}"
            alike.setdefault(key, []).append(row)
        return tuple(map(self._barrier, alike.values()))

    def ways(self, rows: Iterable[Json]) -> tuple[WayLine, ...]:
        """Sets of changes that would do."""
        language = self._words.language
        return tuple(
            WayLine(
                parts=tuple(
                    part_told(
                        self._names,
                        self._trajectory_id,
                        part,
                        {
                            each["column"]
                            for each in row["parts"]
                            if (each["table"], each["key"])
                            == (part["table"], part["key"])
                        },
                    )
                    for part in row["parts"]
                ),
                deciders=", ".join(
                    DECIDERS[each].said_in(language)
                    for each in row["decided_by"].split("|")
                ),
                cost=self._cost(row["points"], row["is_settled"]),
            )
            for row in rows
        )

    def more(self, points: float) -> str:
        """More or fewer."""
        return sentence("more" if points >= 0 else "fewer", self._words.language)

    def _unit(self, unit_id: str) -> str:
        return self._names.competence(self._trajectory_id, unit_id)

    def _stays(self, each: Json, letters: Mapping[str, str]) -> tuple[Stay, ...]:
        journeys = {row["site_id"]: row for row in each["journeys"]}
        stays = []
        for (site_id, mentor_id), rows in groupby(
            each["placements"], key=lambda row: (row["site_id"], row["mentor_id"])
        ):
            period_ids = tuple(row["period_id"] for row in rows)
            journey = journeys[site_id]
            stays.append(
                Stay(
                    site_id=site_id,
                    letter=letters.get(site_id, ""),
                    mentor_id=mentor_id,
                    period_ids=period_ids,
                    span=self._names.span(period_ids),
                    journey=self.journey(journey["minutes"], journey["mode"]),
                )
            )
        return tuple(stays)

    def _support(self, support: Json) -> str:
        met, unmet = support["met"], support["unmet"]
        if isinstance(met, int):  # only counted for who does not see needs
            if not met + unmet:
                return ""
            return self._words("support_counted", met=met, all=met + unmet)
        if not met and not unmet:
            return ""
        rows_met, rows_unmet = (
            [
                (row["site_id"], row["mentor_id"], row["need"].replace("_", " "))
                for row in rows
            ]
            for rows in (met, unmet)
        )
        there, open_ = (
            ", ".join(needs) or sentence("none", self._words.language)
            for needs in support_told(rows_met, rows_unmet, self._names.site)
        )
        return self._words("support", met=there, unmet=open_)

    def _barrier(self, alike: list[Json]) -> BarrierLine:
        row, language = alike[0], self._words.language
        periods = list(
            dict.fromkeys(each["period_id"] for each in alike if each["period_id"])
        )
        where = [row["mentor_id"] or "", self._names.span(periods)]
        is_hidden = row["rule"] == "E6" and row["found"] is row["expected"] is None
        if is_hidden:
            found = expected = self._words("not_shown")
        else:
            found = self._fact(row["found"], "not_recorded")
            expected = self._fact(row["expected"], "nothing_there")
        if row["rule"] == "E1":  # what is needed differs by period: all at once
            found = self._words("no_recognition") if row["found"] is None else found
            expected = self._names.span(periods) or expected
        return BarrierLine(
            what=sentence(f"rule_{row['rule']}", language),
            where=", ".join(filter(None, where)),
            found=found,
            expected=expected,
            is_refusal=row["rule"] == "E8",
        )

    def _fact(self, fact: object, blank: str) -> str:
        if fact is None or fact == []:
            return sentence(blank, self._words.language)
        if fact == A_MENTOR:
            return sentence("a_mentor", self._words.language)
        if isinstance(fact, list):
            return ", ".join(str(each).replace("_", " ") for each in fact)
        if isinstance(fact, float):
            return self._words.number(fact, 0 if fact == int(fact) else 1)
        return days_told(self._names, str(fact).replace("/", " - "))

    def _cost(self, points: float | None, is_settled: bool) -> str:
        language = self._words.language
        so_far = "" if is_settled else "_so_far"
        if points is None:
            return sentence(f"change_no_plan{so_far}", language).strip()
        return sentence(
            f"change_points{so_far}",
            language,
            points=self._words.number(abs(points), 1),
            more=self.more(points),
        ).strip()


def letter_of(number: int) -> str:
    """A, B, ... Z, A2, B2 ..."""
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else f"{letter}{number // 26 + 1}"
