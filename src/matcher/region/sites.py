"""Enterprises, their sites, and what a day there asks of a learner."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Floats, Ints
from matcher.region.data_file import rows
from matcher.region.frame import Frame
from matcher.region.geography import Geography
from matcher.region.table import Table, ids, lists, numbers, table, taken
from matcher.region.training import Training
from matcher.region.vocabulary import LANGUAGES, SUPPORTS, Words, demands

SITES_PER_ENTERPRISE = (0.8, 0.13, 0.05, 0.02)
"""Shares of enterprises with one, two, three and four sites."""

SPREAD_DEGREES = 0.016
"""Standard deviation of sites around the point of their postcode: 1.8 km."""

COSINE = 0.63
"""Of 51 degrees north: a degree of longitude is that much shorter there."""

KNOWN_POINT_SHARE = 0.95
"""Sites with coordinates; of the others only the postcode is known."""

START_TIMES = ("06:00", "07:00", "07:30", "08:00", "08:30", "09:00", "14:00")
START_SHARES = (0.08, 0.17, 0.2, 0.28, 0.15, 0.08, 0.04)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Sites by position; all arrays are per site, but `most_learners`.

    Attributes
    ----------
    enterprise, place
        Positions of the enterprise and of the postcode.
    lat, lon
        The point that counts: that of the postcode where `has_point` is false.
    affinity
        (sites, trainings), how well the line of work fits; 0 is not at all.
    languages, supports, demands
        (sites, words) of `LANGUAGES`, `SUPPORTS`, `demands()`.
    most_learners
        (enterprises,), over all their sites; NaN is no limit.
    """

    enterprise: Ints
    place: Ints
    lat: Floats
    lon: Floats
    has_point: Bools
    capacity: Ints
    min_age: Floats
    affinity: Floats
    languages: Bools
    supports: Bools
    demands: Bools
    start_time: Ints
    most_learners: Floats

    def __len__(self) -> int:
        return len(self.enterprise)


def draw_sites(frame: Frame) -> Sites:
    """Draw the sites, one or more, some of them of one enterprise."""
    rng = frame.stream("sites")
    count = max(1, round(frame.num_learners * frame.params.sites_per_learner))
    lines = list(rows("data", "profiles.csv"))
    enterprise = _enterprises(count, rng)
    line = _lines(lines, rng, count)[enterprise]
    place = _places(line, len(lines), frame.where, rng)
    asked = _demands(lines, line, rng)
    night = asked[:, demands().index("nachtwerk")]
    capacity = 1 + rng.choice(3, size=count, p=[0.72, 0.2, 0.08])
    has_point = rng.random(count) < KNOWN_POINT_SHARE
    spread = has_point * rng.normal(0, SPREAD_DEGREES, (2, count))
    return Sites(
        enterprise=enterprise,
        place=place,
        lat=frame.where.lat[place] + spread[0],
        lon=frame.where.lon[place] + spread[1] / COSINE,
        has_point=has_point,
        capacity=capacity,
        min_age=np.where(night | (rng.random(count) < 0.06), 18.0, np.nan),
        affinity=_affinity(lines, frame.trainings)[line],
        languages=_languages(frame.where.is_brussels[place], rng),
        supports=rng.random((count, len(SUPPORTS))) < 0.18,
        demands=asked,
        start_time=rng.choice(len(START_TIMES), size=count, p=START_SHARES),
        most_learners=_most_learners(enterprise, capacity, rng),
    )


def _enterprises(count: int, rng: np.random.Generator) -> Ints:
    """Enterprise of each site: sister sites stand side by side."""
    sizes = 1 + rng.choice(
        len(SITES_PER_ENTERPRISE), size=count, p=SITES_PER_ENTERPRISE
    )
    return np.repeat(np.arange(count), sizes)[:count]


def _lines(lines: list[dict[str, str]], rng: np.random.Generator, count: int) -> Ints:
    """Line of work of each enterprise.

    No region has the mix of the whole: some trainings are short of sites there.
    """
    share = np.array([float(row["share"]) for row in lines])
    share *= rng.lognormal(0, 0.15, len(lines))
    return rng.choice(len(lines), size=count, p=share / share.sum())


def _demands(
    lines: list[dict[str, str]], line: Ints, rng: np.random.Generator
) -> Bools:
    """(sites, words) of what the work asks: a third of what its line may ask."""
    words = demands()
    possible = np.array(
        [[word in row["demands"].split("|") for word in words] for row in lines]
    )
    asked: Bools = possible[line] & (rng.random((len(line), len(words))) < 0.35)
    return asked


def _affinity(lines: list[dict[str, str]], trainings: tuple[Training, ...]) -> Floats:
    """(lines of work, trainings): a relative fits where its model fits."""
    models = [name for name in lines[0] if name.startswith("OT-")]
    return np.array([[float(row[models[t.base]]) for t in trainings] for row in lines])


def _places(
    line: Ints, num_lines: int, where: Geography, rng: np.random.Generator
) -> Ints:
    """Draw postcodes: jobs spread wider than people, each line in its own regions."""
    names, region = np.unique(where.arrondissement, return_inverse=True)
    taste = rng.lognormal(0, 0.8, (num_lines, len(names)))
    weight = np.sqrt(where.weight)[None, :] * np.sqrt(where.weight.mean())
    weight = (0.5 * weight + 0.5 * where.weight[None, :]) * taste[:, region]
    cumulative = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
    luck = rng.random(len(line))
    place = np.empty(len(line), dtype=np.int64)
    for one in range(num_lines):
        of_line = line == one
        place[of_line] = np.searchsorted(cumulative[one], luck[of_line])
    return np.minimum(place, len(where) - 1)


def _languages(is_brussels: Bools, rng: np.random.Generator) -> Bools:
    """Brussels asks for Dutch or French, at times French; elsewhere often nothing."""
    luck = rng.random(len(is_brussels))
    asked = np.zeros((len(is_brussels), len(LANGUAGES)), dtype=bool)
    asked[:, 0] = np.where(is_brussels, luck < 0.75, luck < 0.4)
    asked[:, 1] = np.where(is_brussels, luck >= 0.35, False)
    asked[:, 2] = ~is_brussels & (luck >= 0.36) & (luck < 0.4)
    return asked


def _most_learners(
    enterprise: Ints, capacity: Ints, rng: np.random.Generator
) -> Floats:
    """Cap some enterprises, mostly those of several sites, below their places."""
    places = np.bincount(enterprise, weights=capacity)
    is_capped = rng.random(len(places)) < np.where(
        np.bincount(enterprise) > 1, 0.5, 0.03
    )
    share = rng.uniform(0.4, 1.0, len(places))
    return np.where(is_capped, np.maximum(1, np.floor(places * share)), np.nan)


def site_tables(frame: Frame, sites: Sites, words: Words) -> list[Table]:
    """Tables `sites` and `enterprises`, with the words in use."""
    site_ids = ids("V", np.arange(len(sites)))
    enterprise_ids = ids("O", np.arange(len(sites.most_learners)))
    return [
        table(
            "sites",
            site_id=site_ids,
            enterprise_id=taken(enterprise_ids, sites.enterprise),
            name=[f"Werkplek {name} (synthetisch)" for name in site_ids],
            postcode=taken(frame.where.postcode, sites.place),
            lat=numbers(np.where(sites.has_point, sites.lat, np.nan), 4),
            lon=numbers(np.where(sites.has_point, sites.lon, np.nan), 4),
            capacity=numbers(sites.capacity, 0),
            min_age=numbers(sites.min_age, 0),
            languages=lists(sites.languages, LANGUAGES),
            supports=lists(sites.supports & words.supports, SUPPORTS),
            demands=lists(sites.demands & words.demands, demands()),
            start_time=taken(START_TIMES, sites.start_time),
        ),
        table(
            "enterprises",
            enterprise_id=enterprise_ids,
            name=[f"Onderneming {name} (synthetisch)" for name in enterprise_ids],
            max_learners=numbers(sites.most_learners, 0),
        ),
    ]
