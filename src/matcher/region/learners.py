"""Learners, what they can, need and already hold."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Dates, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.geography import Geography
from matcher.region.table import Table, dates, ids, lists, numbers, table, taken
from matcher.region.vocabulary import LANGUAGES, SUPPORTS, Words, demands

MODES = ("walk", "bike", "ebike", "moped", "pt", "car")

MODE_SHARES = {
    "bike|pt": 0.52,
    "bike": 0.12,
    "pt": 0.1,
    "ebike|pt": 0.07,
    "moped|pt": 0.05,
    "walk|pt": 0.05,
    "bike|pt|car": 0.04,
    "": 0.05,
}
LANGUAGE_SHARES = {
    "nl": 0.72,
    "nl|fr": 0.13,
    "nl|en": 0.07,
    "nl|fr|en": 0.06,
    "fr|en": 0.01,
    "": 0.01,
}
TRAVEL_SHARES = {
    30.0: 0.07,
    45.0: 0.27,
    60.0: 0.42,
    75.0: 0.15,
    90.0: 0.08,
    np.nan: 0.01,
}
"""Longest travel in minutes; NaN is unlimited."""

LEARNERS_PER_SCHOOL = 60
LATE_SHARE = 0.04
"""Learners who start after the first term."""

NO_ADDRESS_SHARE = 0.008
"""Learners whose address nobody has filled in yet."""

UNASKED, YES, NO, UNKNOWN = -1, 0, 1, 2
STATUSES = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learners:
    """Learners by position.

    Attributes
    ----------
    lat, lon
        The point that counts: NaN where `has_address` is false, the point of
        the postcode where only `has_point` is.
    modes, languages
        (learners, words) of `MODES` and `LANGUAGES`; none is blank.
    max_travel_minutes
        NaN is unlimited.
    ready_from
        NaT is from the start.
    need_level
        (learners, words of `SUPPORTS`), 0 without the need, else 1 to 3.
    need_required
        Same shape.
    ability
        (learners, words of `demands()`), UNASKED, YES, NO or UNKNOWN.
    """

    training: Ints
    place: Ints
    lat: Floats
    lon: Floats
    has_point: Bools
    has_address: Bools
    school: Ints
    birth_date: Dates
    modes: Bools
    max_travel_minutes: Floats
    languages: Bools
    guidance_hours: Floats
    ready_from: Dates
    first_lesson: Dates
    need_level: Ints
    need_required: Bools
    ability: Ints

    def __len__(self) -> int:
        return len(self.training)


def draw_learners(frame: Frame) -> Learners:
    """Draw learners where people live, over the trainings by their popularity."""
    rng = frame.stream("learners")
    count, where, first = frame.num_learners, frame.where, frame.terms.start[0]
    share = np.array([training.learner_share for training in frame.trainings])
    training = rng.choice(len(share), size=count, p=share / share.sum())
    place = rng.choice(len(where), size=count, p=where.weight / where.weight.sum())
    has_address = rng.random(count) >= NO_ADDRESS_SHARE
    has_point = has_address & (rng.random(count) < 0.5)
    is_late = rng.random(count) < LATE_SHARE
    later = rng.choice(frame.terms.start[1:4], count)
    level, required = _needs(count, frame.params.support_share, rng)
    return Learners(
        training=training,
        place=place,
        lat=np.where(has_address, _blurred(where.lat[place], has_point, rng), np.nan),
        lon=np.where(has_address, _blurred(where.lon[place], has_point, rng), np.nan),
        has_point=has_point,
        has_address=has_address,
        school=_schools(place, where, rng),
        birth_date=_birth_dates(training, frame, rng),
        modes=_words(MODE_SHARES, MODES, count, rng),
        max_travel_minutes=rng.choice(
            list(TRAVEL_SHARES), size=count, p=list(TRAVEL_SHARES.values())
        ),
        languages=_words(LANGUAGE_SHARES, LANGUAGES, count, rng),
        guidance_hours=np.where(
            rng.random(count) < 0.05, np.round(rng.uniform(0.4, 1.4, count), 1), np.nan
        ),
        ready_from=np.where(is_late, later, np.datetime64("NaT")),
        first_lesson=np.where(is_late, later, _first_days(first, count, rng)),
        need_level=level,
        need_required=required,
        ability=_abilities(count, rng),
    )


def _blurred(degrees: Floats, has_point: Bools, rng: np.random.Generator) -> Floats:
    """Move to two decimals, about a kilometre: no more of an address is needed."""
    moved = np.round(degrees + rng.normal(0, 0.012, len(degrees)), 2)
    return np.where(has_point, moved, degrees)


def _birth_dates(training: Ints, frame: Frame, rng: np.random.Generator) -> Dates:
    youngest = np.array([t.min_age for t in frame.trainings])[training]
    oldest = np.array([t.max_age for t in frame.trainings])[training]
    days = (365.25 * rng.uniform(youngest, oldest + 1)).astype(np.int64)
    birth = frame.terms.start[0] - days
    return np.where(rng.random(len(training)) < 0.01, np.datetime64("NaT"), birth)


def _first_days(first: np.datetime64, count: int, rng: np.random.Generator) -> Dates:
    """First lessons on one of the first ten workdays."""
    return np.busday_offset(first, rng.integers(0, 10, count), roll="forward")


def _words(
    shares: dict[str, float],
    words: tuple[str, ...],
    count: int,
    rng: np.random.Generator,
) -> Bools:
    """(count, words), one drawn combination per learner."""
    combos = [combo.split("|") for combo in shares]
    marked = np.array([[word in combo for word in words] for combo in combos])
    return marked[rng.choice(len(combos), size=count, p=list(shares.values()))]


def _schools(place: Ints, where: Geography, rng: np.random.Generator) -> Ints:
    """One of the two nearest schools; schools stand where most learners live."""
    count = max(2, round(len(place) / LEARNERS_PER_SCHOOL))
    chance = where.weight / where.weight.sum()
    at = rng.choice(len(where), size=count, p=chance)
    lat_gap = where.lat[:, None] - where.lat[at][None, :]
    lon_gap = 0.63 * (where.lon[:, None] - where.lon[at][None, :])
    nearest = np.argsort(lat_gap**2 + lon_gap**2, axis=1, kind="stable")[:, :2]
    return nearest[place, (rng.random(len(place)) < 0.25).astype(np.int64)]


def _needs(count: int, share: float, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """Few needs each, mostly mild, rarely required."""
    has_needs = rng.random(count) < share
    is_needed = has_needs[:, None] & (rng.random((count, len(SUPPORTS))) < 0.22)
    some = rng.integers(0, len(SUPPORTS), count)
    is_needed[has_needs, some[has_needs]] = True
    level = rng.choice([1, 2, 3], size=is_needed.shape, p=[0.5, 0.35, 0.15])
    required = is_needed & (rng.random(is_needed.shape) < 0.2)
    return np.where(is_needed, level, 0), required


def _abilities(count: int, rng: np.random.Generator) -> Ints:
    """Mostly nobody has asked yet; every demand occurs at least once if it can."""
    num = len(demands())
    drawn = rng.choice(
        [YES, NO, UNKNOWN, UNASKED], size=(count, num), p=[0.33, 0.02, 0.1, 0.55]
    )
    some = np.arange(min(count, num))
    drawn[some, some] = np.where(drawn[some, some] == UNASKED, YES, drawn[some, some])
    return drawn


def learner_tables(frame: Frame, learners: Learners, words: Words) -> list[Table]:
    """Tables `learners`, `support_needs` and `abilities`, with the words in use."""
    learner_ids = ids("L", np.arange(len(learners)))
    point = np.where(learners.has_point, 0.0, np.nan)
    place = np.where(learners.has_address, learners.place, -1)
    needy, need = np.nonzero(learners.need_level * words.supports)
    asked, demand = np.nonzero((learners.ability != UNASKED) & words.demands)
    status = learners.ability[asked, demand]
    is_assessed = status != UNKNOWN
    return [
        table(
            "learners",
            learner_id=learner_ids,
            trajectory_id=taken(
                (t.trajectory_id for t in frame.trainings), learners.training
            ),
            school_id=[
                f"School {n + 1} (synthetisch)" for n in learners.school.tolist()
            ],
            postcode=taken([*frame.where.postcode, ""], place),
            lat=numbers(learners.lat + point, 2),
            lon=numbers(learners.lon + point, 2),
            birth_date=dates(learners.birth_date),
            modes=lists(learners.modes, MODES),
            max_travel_minutes=numbers(learners.max_travel_minutes, 0),
            languages=lists(learners.languages, LANGUAGES),
            guidance_hours=numbers(learners.guidance_hours, 1),
            ready_from=dates(learners.ready_from),
            first_lesson=dates(learners.first_lesson),
        ),
        table(
            "support_needs",
            learner_id=taken(learner_ids, needy),
            need=taken(SUPPORTS, need),
            level=numbers(learners.need_level[needy, need], 0),
            required=taken(
                ("false", "true"), learners.need_required[needy, need].astype(np.int64)
            ),
        ),
        table(
            "abilities",
            learner_id=taken(learner_ids, asked),
            demand=taken(demands(), demand),
            status=taken(STATUSES, status),
            assessed_by=taken(("", "school"), is_assessed.astype(np.int64)),
            assessed_on=taken(("", "2026-06-15"), is_assessed.astype(np.int64)),
        ),
    ]


def acquired_table(frame: Frame, learners: Learners) -> Table:
    """Table `acquired`: one in seven brings something along.

    Who starts in the second year brings all that only the first year teaches.
    """
    rng = frame.stream("acquired")
    trainings, terms = frame.trainings, frame.terms
    sizes = np.array([len(t.competences) for t in trainings])
    first = np.cumsum(sizes) - sizes
    flat = [c for t in trainings for c in t.competences]
    owner = np.repeat(np.arange(len(learners)), sizes[learners.training])
    start = np.cumsum(sizes[learners.training]) - sizes[learners.training]
    item = np.arange(len(owner)) - start[owner] + first[learners.training[owner]]
    brought = np.where(
        rng.random(len(learners)) < 0.14, rng.uniform(0.1, 0.45, len(learners)), 0.0
    )
    held = rng.random(len(owner)) < brought[owner]
    # NaT compares false: who starts on time is never late.
    is_second_year = learners.ready_from >= terms.start[len(terms) // 2]
    closes_early = np.array([0 < c.last_term <= 4 for c in flat])
    held |= is_second_year[owner] & closes_early[item]
    return table(
        "acquired",
        learner_id=ids("L", owner[held]),
        competence_id=taken((c.competence_id for c in flat), item[held]),
    )
