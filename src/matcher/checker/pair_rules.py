"""E1-E9: who may be where. One function per rule; its docstring is the rule."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.checker.facts import (
    Facts,
    Learner,
    is_active,
    is_within,
    minutes_to_site,
    travel_limit,
)
from matcher.checker.plan import LearnerPlan, Placement
from matcher.checker.run_policy import RunPolicy
from matcher.checker.verdict import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Why a rule does not hold: the fact, what would be right, and a sentence."""

    found: str
    expected: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One placed period of one learner, with everything a rule may ask for."""

    facts: Facts
    policy: RunPolicy
    learner: Learner
    placement: Placement


def pair_breaches(
    facts: Facts, policy: RunPolicy, plan: LearnerPlan
) -> Iterator[tuple[Placement, Violation]]:
    """Every E rule that a placement of this plan breaks, signed ones too."""
    for placement in plan.placements:
        case = Case(
            facts=facts, policy=policy, learner=plan.learner, placement=placement
        )
        for code, rule in PAIR_RULES.items():
            breach = rule(case)
            if breach is not None:
                yield placement, _violation(code, case, breach)


def _violation(code: str, case: Case, breach: Breach) -> Violation:
    placement = case.placement
    where = (
        f"{case.learner.learner_id}, {placement.period.period_id}, "
        f"{placement.site.site_id}"
    )
    return Violation(
        code=code,
        learner_id=case.learner.learner_id,
        period_id=placement.period.period_id,
        place=placement.mentor.mentor_id if code == "E2" else placement.site.site_id,
        found=breach.found,
        expected=breach.expected,
        message_nl=f"{where}: {breach.nl}.",
        message_en=f"{where}: {breach.en}.",
    )


def is_covered_throughout(
    spans: Sequence[tuple[date | None, date | None]], first: date, last: date
) -> bool:
    """Whether the union of the spans holds every day; None is open.

    Rows that join (one ends the day before the next starts) make one span.
    """
    next_day = first
    for valid_from, valid_to in sorted(spans, key=lambda span: span[0] or date.min):
        if (valid_from or date.min) > next_day:
            return False
        if valid_to is None or valid_to >= last:
            return True
        next_day = max(next_day, valid_to + timedelta(days=1))
    return False


def e1_recognised(case: Case) -> Breach | None:
    """The site is recognised for the learner's trajectory on every day of t.

    By the union of its rows (blank valid_from: always).
    """
    period, site = case.placement.period, case.placement.site
    trajectory_id = case.learner.trajectory.trajectory_id
    rows = case.facts.recognised.get((site.site_id, trajectory_id), ())
    if is_covered_throughout(rows, period.start, period.end):
        return None
    return Breach(
        found="; ".join(f"{a or '...'} - {b or '...'}" for a, b in rows) or "no row",
        expected=f"recognised from {period.start} to {period.end}",
        nl=f"de vestiging is niet elke dag erkend voor {trajectory_id}",
        en=f"the site is not recognised every day for {trajectory_id}",
    )


def e2_mentor(case: Case) -> Breach | None:
    """The mentor is of that site, available on every day of t, and trained.

    Trained on or before the first day of t (policy `untrained_mentor: forbid |
    warn`, default forbid).
    """
    period, mentor = case.placement.period, case.placement.mentor
    if mentor.site_id != case.placement.site.site_id:
        return Breach(
            found=f"site {mentor.site_id}",
            expected=f"site {case.placement.site.site_id}",
            nl=f"mentor {mentor.mentor_id} werkt op een andere vestiging",
            en=f"mentor {mentor.mentor_id} is of another site",
        )
    available = ((mentor.available_from, mentor.available_to),)
    if not is_covered_throughout(available, period.start, period.end):
        return Breach(
            found=f"{mentor.available_from or '...'} - {mentor.available_to or '...'}",
            expected=f"available from {period.start} to {period.end}",
            nl=f"mentor {mentor.mentor_id} is niet de hele periode beschikbaar",
            en=f"mentor {mentor.mentor_id} is not available the whole period",
        )
    if not case.policy.warns_of_untrained and not is_trained(case.placement):
        return Breach(
            found=str(mentor.trained_on or "not trained"),
            expected=f"trained on or before {period.start}",
            nl=f"mentor {mentor.mentor_id} heeft de mentoropleiding nog nodig",
            en=f"mentor {mentor.mentor_id} still needs the mentor training",
        )
    return None


def is_trained(placement: Placement) -> bool:
    """Whether the mentor was trained on or before the first day of the period."""
    trained_on = placement.mentor.trained_on
    return trained_on is not None and trained_on <= placement.period.start


def e3_travel(case: Case) -> Breach | None:
    """Travel minutes <= the learner's max_travel_minutes and <= `travel.max_minutes`.

    No location and no `travel` row: not eligible.
    """
    minutes = minutes_to_site(
        case.facts, case.policy, case.learner, case.placement.site
    )
    limit = travel_limit(case.policy, case.learner)
    if is_within(minutes, limit):
        return None
    if math.isnan(minutes):
        return Breach(
            found="unknown",
            expected="a location of learner and site, or a travel row",
            nl="de reistijd is onbekend",
            en="the travel time is unknown",
        )
    return Breach(
        found=f"{minutes:.2f} minutes",
        expected=f"at most {limit:g} minutes",
        nl=f"de reis duurt {minutes:.1f} minuten, de grens is {limit:g}",
        en=f"the journey takes {minutes:.1f} minutes, the limit is {limit:g}",
    )


def completed_years(birth_date: date, on: date) -> int:
    """Age in completed years; who is born on 29 February turns on 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not had_birthday)


def e4_age(case: Case) -> Breach | None:
    """Age in completed years on the first day of t >= the site's min_age.

    No birth date and a min_age: not eligible.
    """
    min_age, birth_date = case.placement.site.min_age, case.learner.birth_date
    if min_age is None:
        return None
    if birth_date is None:
        return Breach(
            found="no birth date",
            expected=f"a birth date; the site asks for {min_age:g} years",
            nl=f"de geboortedatum is onbekend; de vestiging vraagt {min_age:g} jaar",
            en=f"the birth date is unknown; the site asks for {min_age:g} years",
        )
    age = completed_years(birth_date, case.placement.period.start)
    if age >= min_age:
        return None
    return Breach(
        found=f"{age} years",
        expected=f"at least {min_age:g} years on {case.placement.period.start}",
        nl=f"{age} jaar bij de start, de vestiging vraagt {min_age:g}",
        en=f"{age} years old at the start, the site asks for {min_age:g}",
    )


def e5_language(case: Case) -> Breach | None:
    """Site languages blank, or one shared with the learner.

    Learner languages blank: not eligible where the site names languages.
    """
    asked, spoken = case.placement.site.languages, case.learner.languages
    if not asked or asked & spoken:
        return None
    return Breach(
        found=" ".join(sorted(spoken)) or "languages unknown",
        expected="one of " + " ".join(sorted(asked)),
        nl="leerling en vestiging delen geen taal",
        en="learner and site share no language",
    )


def e6_required_support(case: Case) -> Breach | None:
    """Every `required` support need is among the site's or that mentor's supports."""
    given = case.placement.site.supports | case.placement.mentor.supports
    unmet = sorted(
        need.need
        for need in case.learner.needs
        if need.required and need.need not in given
    )
    if not unmet:
        return None
    return Breach(
        found="supports: " + (" ".join(sorted(given)) or "none"),
        expected="supports: " + " ".join(unmet),
        nl=f"vestiging of mentor moet nog bieden: {', '.join(unmet)}",
        en=f"site or mentor still has to give: {', '.join(unmet)}",
    )


def e7_demands(case: Case) -> Breach | None:
    """No demand of the site has ability `no` for the learner.

    `unknown` or absent is eligible, costs points and is flagged.
    """
    impossible = sorted(
        demand
        for demand in case.placement.site.demands
        if case.learner.abilities.get(demand) == "no"
    )
    if not impossible:
        return None
    return Breach(
        found="no: " + " ".join(impossible),
        expected="yes, unknown or no row",
        nl=f"het werk vraagt wat niet kan: {', '.join(impossible)}",
        en=f"the work demands what is not possible: {', '.join(impossible)}",
    )


def e8_refused(case: Case) -> Breach | None:
    """No `refused` row matches (blank period or mentor matches all)."""
    placement = case.placement
    key = (case.learner.learner_id, placement.site.site_id)
    for row in case.facts.refused.get(key, ()):
        if row.period_id in ("", placement.period.period_id) and row.mentor_id in (
            "",
            placement.mentor.mentor_id,
        ):
            return Breach(
                found=f"refused: period {row.period_id or 'any'}, "
                f"mentor {row.mentor_id or 'any'}",
                expected="no refusal",
                nl="deze plaatsing is geweigerd",
                en="this placement was refused",
            )
    return None


def e9_active(case: Case) -> Breach | None:
    """The period is active: ready_from blank or <= the first day of t."""
    period = case.placement.period
    if is_active(case.learner, period):
        return None
    return Breach(
        found=f"ready from {case.learner.ready_from}",
        expected=f"ready on or before {period.start}",
        nl=f"de leerling kan starten vanaf {case.learner.ready_from}",
        en=f"the learner can start from {case.learner.ready_from}",
    )


PAIR_RULES: Mapping[str, Callable[[Case], Breach | None]] = {
    "E1": e1_recognised,
    "E2": e2_mentor,
    "E3": e3_travel,
    "E4": e4_age,
    "E5": e5_language,
    "E6": e6_required_support,
    "E7": e7_demands,
    "E8": e8_refused,
    "E9": e9_active,
}
