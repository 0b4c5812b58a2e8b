"""What a learner without an eligible site needs: the site that comes closest."""

import numpy as np

from matcher.advice.barrier import Barriers, Rule, barriers_of
from matcher.advice.reason import counted, dutch_number, english_number
from matcher.dataset import Phrase
from matcher.dataset.tables import Bools
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem

_FINAL = 100
"""Weight of what people decided or a learner cannot do: other sites come first."""

_NEEDED = {
    Rule.E1: Phrase(
        nl="een erkenning voor de hele periode", en="a recognition for the whole period"
    ),
    Rule.E2: Phrase(
        nl="een mentor die opgeleid en de hele periode beschikbaar is",
        en="a mentor who is trained and available for the whole period",
    ),
    Rule.E4: Phrase(nl="de leeftijd die er gevraagd wordt", en="the age asked there"),
    Rule.E5: Phrase(nl="een taal die beide spreken", en="a language that both speak"),
    Rule.E6: Phrase(
        nl="de steun die de leerling nodig heeft", en="the support the learner needs"
    ),
}
_TO_FILL_IN = {
    Rule.E4: Phrase(
        nl="een ingevulde geboortedatum van de leerling",
        en="the learner's birth date filled in",
    ),
    Rule.E5: Phrase(
        nl="ingevulde talen van de leerling", en="the learner's languages filled in"
    ),
}


def why_no_site(problem: Problem, learner: int) -> Phrase:
    """Why no site is eligible in any period, as a clause, and what comes closest."""
    barriers = barriers_of(problem, learner)
    active = problem.pairs.calendar.active[learner]
    if not active.any():
        ready = problem.dataset.learners.ready_from[learner]
        return Phrase(
            nl=f"geen enkele periode begint op of na {ready}",
            en=f"no period starts on or after {ready}",
        )
    recognised = ~barriers.barred[Rule.E1][:, active].all(axis=1)
    if not recognised.any():
        trajectory_id = problem.dataset.learners.trajectory_id[learner]
        return Phrase(
            nl=f"er is nog geen werkplek erkend voor {trajectory_id} in deze periodes",
            en=f"no site is recognised for {trajectory_id} in these periods yet",
        )
    near = recognised & ~barriers.barred[Rule.E3].all(axis=1)
    if not near.any():
        return _too_far(problem, barriers, recognised)
    count = len(np.unique(barriers.site[near]))
    needed = _closest(problem, learner, barriers, near, np.flatnonzero(active))
    return Phrase(
        nl=f"{_reach(barriers.limit, count).nl}; {needed.nl}",
        en=f"{_reach(barriers.limit, count).en}; {needed.en}",
    )


def why_not_in_period(
    problem: Problem, learner: int, other_sites: Index, period: int
) -> Phrase:
    """Why none of the sites that are eligible in other periods is in this one."""
    barriers = barriers_of(problem, learner)
    among = np.isin(barriers.site, other_sites)
    needed = _closest(problem, learner, barriers, among, np.array([period]))
    count = len(np.unique(other_sites))
    fit = counted(count, "werkplek past", "werkplekken passen")
    nl = f"{fit} in een andere periode, maar nog niet in deze"
    fit = counted(count, "site is", "sites are")
    en = f"{fit} eligible in another period, but not yet in this one"
    return Phrase(nl=f"{nl}; {needed.nl}", en=f"{en}; {needed.en}")


def _reach(limit: float, count: int) -> Phrase:
    nl = counted(count, "erkende werkplek", "erkende werkplekken")
    en = counted(count, "recognised site", "recognised sites")
    if np.isinf(limit):
        return Phrase(nl=f"{nl} met een bekende reistijd", en=f"{en} of known distance")
    return Phrase(
        nl=f"{nl} binnen {dutch_number(limit)} minuten",
        en=f"{en} within {english_number(limit)} minutes",
    )


def _too_far(problem: Problem, barriers: Barriers, recognised: Bools) -> Phrase:
    """No recognised site within the limit: the nearest, if any has a distance."""
    known = recognised & ~np.isnan(barriers.minutes)
    if not known.any() and not barriers.is_located:
        return Phrase(
            nl="de woonplaats is niet bekend; een postcode brengt werkplekken in beeld",
            en="the home is not known; a postcode brings sites into view",
        )
    if not known.any():
        return Phrase(
            nl=(
                "van geen enkele erkende werkplek is de reistijd bekend; een postcode "
                "of een rij in travel maakt ze bekend"
            ),
            en=(
                "the journey to no recognised site is known; a postcode or a row in "
                "travel tells it"
            ),
        )
    nearest = np.flatnonzero(known)[np.argmin(barriers.minutes[known])]
    site_id = problem.dataset.sites.site_id[barriers.site[nearest]]
    minutes, limit = barriers.minutes[nearest], barriers.limit
    # Two decimals where one would make the two numbers look the same.
    decimals = 1 if minutes - limit >= 0.1 else 2
    return Phrase(
        nl=(
            f"geen erkende werkplek binnen {dutch_number(limit, decimals)} minuten; "
            f"de dichtste ({site_id}) ligt op {dutch_number(minutes, decimals)} minuten"
        ),
        en=(
            f"no recognised site within {english_number(limit, decimals)} minutes; the "
            f"nearest ({site_id}) is {english_number(minutes, decimals)} minutes away"
        ),
    )


def _closest(
    problem: Problem,
    learner: int,
    barriers: Barriers,
    among: Bools,
    periods: Index,
) -> Phrase:
    """The site with the fewest rules in the way, and what it would take there.

    Ties go to the shorter journey, then to the order of the tables. A refusal is
    final, and so is work that was assessed as not possible.
    """
    closest = _closest_option(barriers, among, periods)
    if closest is None:
        return Phrase(
            nl="er is een weigering of werk dat niet kan; nodig is een andere werkplek",
            en="somebody refused or the work is not possible; another site is needed",
        )
    option, rules = closest
    needed = [_needed(problem, learner, rule) for rule in rules]
    site_id = problem.dataset.sites.site_id[barriers.site[option]]
    nl = " en ".join(each.nl for each in needed)
    en = " and ".join(each.en for each in needed)
    return Phrase(
        nl=f"het dichtst bij passen komt {site_id}, nog nodig is daar {nl}",
        en=f"{site_id} comes closest and still takes {en}",
    )


def _closest_option(
    barriers: Barriers, among: Bools, periods: Index
) -> tuple[int, list[Rule]] | None:
    """The option with the fewest rules in the way, and these; None: all are final."""
    weight = np.ones(len(Rule))
    weight[[Rule.E7, Rule.E8]] = _FINAL
    score = np.tensordot(weight, barriers.barred[:, :, periods], axes=1)
    score = np.where(among[:, None], score, np.inf)
    minutes = np.repeat(np.nan_to_num(barriers.minutes, nan=np.inf), len(periods))
    at = int(np.lexsort((minutes, score.ravel()))[0])
    if score.flat[at] >= _FINAL:
        return None
    option, period = at // len(periods), periods[at % len(periods)]
    return option, [rule for rule in Rule if barriers.barred[rule, option, period]]


def missing_in(
    problem: Problem, learner: int, periods: Index
) -> tuple[tuple[str, ...], ...]:
    """What a learner lacks who is eligible nowhere in some active periods, as codes.

    For each period those of `MISSING`. They say what the site asks that comes closest
    in this period, of those recognised for the training at some time and in reach;
    nothing in them tells who the learner is.
    """
    barriers = barriers_of(problem, learner)
    active = problem.pairs.calendar.active[learner]
    recognised = ~barriers.barred[Rule.E1][:, active].all(axis=1)
    if not recognised.any():
        return (("recognition",),) * len(periods)
    near = recognised & ~barriers.barred[Rule.E3].all(axis=1)
    if not near.any():
        is_known = not np.isnan(barriers.minutes[recognised]).all()
        code = "nearer_site" if is_known else "known_distance"
        return ((code,),) * len(periods)
    return tuple(
        _missing_at_closest(problem, learner, barriers, near, period)
        for period in periods.tolist()
    )


def _missing_at_closest(
    problem: Problem, learner: int, barriers: Barriers, near: Bools, period: int
) -> tuple[str, ...]:
    closest = _closest_option(barriers, near, np.array([period]))
    if closest is None:
        return ("other_site",)
    learners = problem.dataset.learners
    blank = {
        Rule.E4: np.isnat(learners.birth_date[learner]),
        Rule.E5: not learners.languages[learner],
    }
    return tuple(
        ("recorded_" if blank.get(rule, False) else "") + _CODES[rule]
        for rule in closest[1]
    )


_CODES = {
    Rule.E1: "recognition",
    Rule.E2: "mentor",
    Rule.E4: "age",
    Rule.E5: "language",
    Rule.E6: "support",
}
MISSING = (
    "nearer_site",
    "known_distance",
    "other_site",
    "recorded_age",
    "recorded_language",
    *_CODES.values(),
)
"""Codes of what may lack; ``other_site``: a refusal, or work that is not possible."""


def _needed(problem: Problem, learner: int, rule: Rule) -> Phrase:
    learners = problem.dataset.learners
    is_blank = (rule is Rule.E4 and np.isnat(learners.birth_date[learner])) or (
        rule is Rule.E5 and not learners.languages[learner]
    )
    return _TO_FILL_IN[rule] if is_blank else _NEEDED[rule]
