"""Answers as sentences, Dutch and English: ``words.toml`` with the facts filled in."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby

from matcher.advice.change import Cell, Part
from matcher.advice.reason import dutch_number
from matcher.advice.remedy import DECIDERS
from matcher.advice.site_barrier import A_MENTOR, Barrier
from matcher.advice.site_changes import ChangeSet
from matcher.dataset import mode_said
from matcher.dataset.finding import Language
from matcher.scorer import explanation_to_text
from matcher.suggestions.candidate import KINDS
from matcher.suggestions.effect import Effect
from matcher.suggestions.explanation import (
    DearerPlan,
    PlanAnswer,
    SiteAnswer,
    WayIn,
)
from matcher.suggestions.plan_facts import Journey, PlanFacts
from matcher.suggestions.price_for_others import Amount
from matcher.suggestions.suggestion import Suggestion

_LOADS = ("full", "busy", "free")

_SHOWN_POINTS = 0.05
"""Points below which a term is not told: it would read 0,0."""


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    source = files("matcher.suggestions") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def sentence(key: str, language: Language, **facts: object) -> str:
    """One sentence of ``words.toml``, facts filled in."""
    return _words()[key][language].format(**facts)


def support_told(
    met: Iterable[tuple[str, str, str]],
    unmet: Iterable[tuple[str, str, str]],
    site_said: Callable[[str], str] = str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Needs that a whole plan meets, and needs still to be agreed, each in one of both.

    A need that is met in a part of the plan is still to be agreed for the rest: where
    that is follows it.

    Parameters
    ----------
    met, unmet
        Site, mentor and need.
    site_said
        What a site is called.
    """
    lacking: dict[str, list[tuple[str, str]]] = {}
    for site_id, mentor_id, need in unmet:
        lacking.setdefault(need, []).append((site_id, mentor_id))
    met = tuple(met)
    met_at = {(site_id, need) for site_id, _, need in met}
    needs_met = dict.fromkeys(need for *_, need in met)
    there = tuple(need for need in needs_met if need not in lacking)
    open_ = []
    for need, places in lacking.items():
        # A mentor is named where another one of the same site meets the need.
        named = (
            f"{site_said(site_id)}, {mentor_id}"
            if (site_id, need) in met_at
            else site_said(site_id)
            for site_id, mentor_id in places
        )
        where = f" ({', '.join(dict.fromkeys(named))})" if need in needs_met else ""
        open_.append(f"{need}{where}")
    return there, tuple(open_)


def modes_added(before: Cell, after: Cell, language: Language) -> str:
    """The ways to travel that a changed cell of `modes` adds, in words."""
    known = str(before or "").split("|")
    added = [each for each in str(after).split("|") if each not in known]
    return ", ".join(mode_said(each).said_in(language) for each in added)


def adds_row(table: str, columns: Collection[str]) -> bool:
    """Whether parts of these columns, all of one row, add it where they are blank.

    A mentor who is there may have blank cells; a new one comes with a site. Nothing
    that is advised for rows of the other tables is about a cell that may be blank.
    """
    if table == "mentors":
        return "site_id" in columns
    return table in {"recognitions", "travel", "courses"}


def _columns(change: ChangeSet, part: Part) -> set[str]:
    """Columns that a set changes in the row of one of its parts."""
    return {each.column for each in change.parts if each.row == part.row}


class Speaker:
    """Writes answers in one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def suggestions(self, learner_id: str, found: tuple[Suggestion, ...]) -> str:
        """Suggestions for one learner."""
        if not found:
            return self._said("suggestions_none", learner=learner_id)
        lines = [self._said("suggestions_title", learner=learner_id, n=len(found))]
        for each in found:
            kinds = ", ".join(
                KINDS[kind].said_in(self._language) for kind in each.kinds
            )
            lines += ["", self._said("suggestion", rank=each.rank, kinds=kinds)]
            lines += self._plan(each.facts)
            lines.append(self._others(each.price.others))
            lines += self._effect(each.price.effect)
            lines += self._chances(each.facts)
        return "\n".join(lines)

    def site(self, answer: SiteAnswer) -> str:
        """Why a learner is not at a site, and what would have to change."""
        lines = [
            self._said(
                f"site_{answer.status}",
                learner=answer.learner_id,
                site=answer.site_id,
                journey=self._journey(answer.journey),
            )
        ]
        if answer.is_in_plan:
            lines.append(self._said("in_plan", site=answer.site_id))
        elif answer.plan is not None:
            lines += self._dearer(answer.site_id, answer.plan)
        elif answer.status == "eligible":
            said = "no_plan_with_site" if answer.is_settled else "no_plan_so_far"
            lines.append(self._said(said, site=answer.site_id))
        if answer.status != "eligible":
            lines += self._barriers(answer.barriers)
        if answer.unknowns:
            demands = ", ".join(answer.unknowns)
            lines.append(self._said("unknowns", demands=demands).strip())
        if answer.status != "eligible" or answer.changes:
            lines += self._changes(answer.changes)
        if answer.changes and not answer.is_settled:
            lines.append(self._said("changes_so_far"))
        return "\n".join(lines)

    def plan(self, answer: PlanAnswer) -> str:
        """Why a learner has the plan of the run."""
        shared = answer.facts.points - answer.alone.points
        alone = self._said(
            "why_alone" if answer.is_settled else "why_alone_so_far",
            points=self._number(answer.alone.points),
            shared=self._number(max(shared, 0.0)),
        )
        title = self._said("why_title", learner=answer.facts.learner_id)
        chances = self._chances(answer.facts)
        return "\n".join([title, *self._plan(answer.facts), alone, *chances])

    def _said(self, key: str, **facts: object) -> str:
        return sentence(key, self._language, **facts)

    def _number(self, value: float) -> str:
        text = f"{round(value, 1) + 0.0:.1f}"
        return text.replace(".", ",") if self._language == "nl" else text

    def _plan(self, facts: PlanFacts) -> Iterator[str]:
        journeys = {each.site_id: each for each in facts.journeys}
        stays = groupby(facts.placements, key=lambda p: (p.site_id, p.mentor_id))
        for (site_id, mentor_id), periods in stays:
            # All by name: between two of them one may be spent elsewhere, or nowhere.
            ids = [each.period_id for each in periods]
            yield self._said(
                "stay",
                periods=", ".join(ids),
                site=site_id,
                mentor=mentor_id,
                load=self._load(facts, mentor_id, ids),
                journey=self._journey(journeys[site_id]),
            )
        if not facts.placements:
            yield self._said("no_stay")
        for seat in facts.seats:
            yield self._said(
                "seat",
                course=seat.course_id,
                period=seat.period_id,
                competence=seat.competence_id,
            )
        yield from self._covered(facts)
        if facts.support_met or facts.support_unmet:
            met, unmet = (
                ", ".join(needs) or self._said("none")
                for needs in support_told(facts.support_met, facts.support_unmet)
            )
            yield self._said("support", met=met, unmet=unmet)
        if facts.unknowns:
            demands = [f"{demand} ({site_id})" for site_id, demand in facts.unknowns]
            yield self._said("unknowns", demands=", ".join(demands))
        yield self._said(
            "points", points=self._number(facts.points), terms=self._terms(facts.terms)
        )

    def _load(self, facts: PlanFacts, mentor_id: str, period_ids: list[str]) -> str:
        """How full the mentor is in the fullest of these periods."""
        loads = {
            each.load
            for each in facts.mentor_time
            if each.mentor_id == mentor_id and each.period_id in period_ids
        }
        fullest = next((load for load in _LOADS if load in loads), "")
        return self._said(f"load_{fullest}") if fullest else ""

    def _chances(self, facts: PlanFacts) -> Iterator[str]:
        """Per site the chance and every part of it."""
        for each in facts.chances:
            yield self._said("chance_site", site=each.site_id)
            told = explanation_to_text(each.explanation, self._language)
            yield from (f"     {line}" for line in told.splitlines())

    def _covered(self, facts: PlanFacts) -> Iterator[str]:
        all_units = [row for row in facts.coverage if not row.is_context]
        done = len(all_units) - len(facts.uncovered)
        yield self._said("covered", done=done, all=len(all_units))
        if facts.uncovered:
            yield self._said("open", units=", ".join(facts.uncovered))
        if facts.lacking:
            groups = [f"{group} ({count})" for group, count in facts.lacking.items()]
            yield self._said("lacking", groups=", ".join(groups))

    def _terms(self, terms: Mapping[str, float]) -> str:
        told = [
            f"{self._said(f'term_{term}')} {self._number(points)}"
            for term, points in terms.items()
            if abs(points) >= _SHOWN_POINTS
        ]
        return ", ".join(told) or self._said("none")

    def _journey(self, journey: Journey) -> str:
        if journey.minutes is None:
            return self._said("journey_unknown")
        minutes = f"{journey.minutes:.0f}"
        if journey.mode:
            mode = mode_said(journey.mode).said_in(self._language)
            return self._said("journey_mode", minutes=minutes, mode=mode)
        return self._said("journey_measured", minutes=minutes)

    def _others(self, amount: Amount) -> str:
        return self._said(
            f"others_{amount.kind}",
            points=self._number(amount.points),
            range=self._range(amount),
        )

    def _effect(self, effect: Effect | None) -> Iterator[str]:
        if effect is None:
            return
        if effect.touched is None or effect.minutes is None:
            yield self._said("effect_few")
            return
        losing, gaining = (
            self._said("few") if each is None else each
            for each in (effect.losing, effect.gaining)
        )
        yield self._said(
            "effect",
            touched=effect.touched,
            losing=losing,
            gaining=gaining,
            minutes=self._number(effect.minutes),
        )

    def _range(self, amount: Amount) -> str:
        if amount.at_least is None:
            return self._said("range_none")
        low = self._number(amount.at_least)
        if amount.at_most is None:
            return self._said("range_low", low=low)
        return self._said("range_both", low=low, high=self._number(amount.at_most))

    def _dearer(self, site_id: str, plan: DearerPlan) -> Iterator[str]:
        yield self._said(
            "dearer" if plan.is_settled else "dearer_so_far",
            site=site_id,
            points=self._number(abs(plan.points)),
            more=self._said("more" if plan.points >= 0 else "fewer"),
            terms=self._terms(plan.difference),
        )
        if plan.needs_others:
            yield self._said(
                "needs_others" if plan.is_settled else "needs_others_so_far"
            )
        yield self._others(plan.price.others).strip()

    def _barriers(self, barriers: tuple[Barrier, ...]) -> Iterator[str]:
        """One line per rule, mentor and fact; what holds in more periods names all."""
        alike: dict[tuple[object, ...], list[Barrier]] = {}
        for each in barriers:
            alike.setdefault((each.rule, each.mentor_id, each.found), []).append(each)
        for group in alike.values():
            yield self._barrier(group)

    def _barrier(self, alike: list[Barrier]) -> str:
        """Barriers of one rule, mentor and fact, in the order of the periods."""
        barrier, last = alike[0], alike[-1]
        periods = ", ".join(each.period_id for each in alike if each.period_id)
        where = [each for each in (barrier.mentor_id, periods) if each]
        expected = barrier.expected
        if isinstance(expected, str) and "/" in expected:
            # Days from the first period on, to the end of the last.
            ends = str(expected).split("/")[0], str(last.expected).split("/")[-1]
            expected = "/".join(ends)
        facts = {
            "what": self._said(f"rule_{barrier.rule}"),
            "where": f" ({', '.join(where)})" if where else "",
        }
        if barrier.rule == "E8":
            return self._said("barrier_refused", **facts)
        return self._said(
            "barrier",
            **facts,
            found=self._fact(barrier.found, "not_recorded"),
            expected=self._fact(expected, "nothing_there"),
        )

    def _fact(self, fact: object, blank: str) -> str:
        if fact is None or fact == ():
            return self._said(blank)
        if fact == A_MENTOR:
            return self._said("a_mentor")
        if isinstance(fact, tuple):
            return ", ".join(fact)
        if isinstance(fact, float):
            text = dutch_number(fact)
            return text if self._language == "nl" else text.replace(",", ".")
        return str(fact)

    def _changes(self, changes: tuple[WayIn, ...]) -> Iterator[str]:
        if not changes:
            yield self._said("changes_none")
            return
        yield self._said("changes_title")
        for rank, way in enumerate(changes, start=1):
            yield self._said(
                "change",
                rank=rank,
                parts="; ".join(
                    self._part(each, adds_row(each.table, _columns(way.change, each)))
                    for each in way.change.parts
                ),
                deciders=", ".join(
                    DECIDERS[each].said_in(self._language)
                    for each in way.change.decided_by
                ),
                points=self._change_points(way),
            )

    def _change_points(self, way: WayIn) -> str:
        so_far = "" if way.is_settled else "_so_far"
        if way.points is None:
            return self._said(f"change_no_plan{so_far}")
        return self._said(
            f"change_points{so_far}",
            points=self._number(abs(way.points)),
            more=self._said("more" if way.points >= 0 else "fewer"),
        )

    def _part(self, part: Part, is_row: bool) -> str:
        if part.column == "modes":
            return self._said(
                "change_modes",
                table=part.table,
                row=" ".join(value for _, value in part.key),
                modes=modes_added(part.before, part.after, self._language),
            )
        is_row = is_row and part.before is None
        return self._said(
            "change_row" if is_row else "change_part",
            table=part.table,
            row=" ".join(value for _, value in part.key if value),
            column=part.column,
            before=self._cell(part.before),
            after=self._cell(part.after),
        )

    def _cell(self, cell: Cell) -> str:
        return self._fact(cell, "blank")
