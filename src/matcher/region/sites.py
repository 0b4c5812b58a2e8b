"""Enterprises, their sites, and what a day there asks of a learner."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Floats, Ints
from matcher.region.geography import Geography
from matcher.region.params import stream
from matcher.region.table import Table, ids, lists, numbers, table, taken
from matcher.region.training import Training, rows
from matcher.region.vocabulary import LANGUAGES, SUPPORTS, Words, demands

SITES_PER_ENTERPRISE = (0.8, 0.13, 0.05, 0.02)
"""Shares of enterprises with one, two, three and four sites."""

SPREAD_DEGREES = 0.016
"""Standard deviation of sites around the point of their postcode: 1.8 km. In
longitude it is divided by the cosine of 51 degrees north."""

KNOWN_POINT_SHARE = 0.95
"""Sites with coordinates; of the others only the postcode is known."""

START_TIMES = ("06:00", "07:00", "07:30", "08:00", "08:30", "09:00", "14:00")
START_SHARES = (0.08, 0.17, 0.2, 0.28, 0.15, 0.08, 0.04)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Sites by position; `enterprise` and `place` are positions too.

    Attributes
    ----------
    affinity
        (sites, trainings), how well the line of work fits; 0 is not at all.
    languages, supports, demands
        (sites, words) of `LANGUAGES`, `SUPPORTS`, `demands()`.
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

    def __len__(self) -> int:
        return len(self.enterprise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprises:
    """Enterprises that cap their learners over all sites; NaN is no limit."""

    max_learners: Floats


def draw_sites(
    count: int, where: Geography, trainings: tuple[Training, ...], seed: int
) -> tuple[Sites, Enterprises]:
    """Draw `count` sites, some of them of one enterprise."""
    rng = stream(seed, "sites")
    lines = list(rows("data", "profiles.csv"))
    sizes = 1 + rng.choice(
        len(SITES_PER_ENTERPRISE), size=count, p=SITES_PER_ENTERPRISE
    )
    enterprise = np.repeat(np.arange(count), sizes)[:count]
    share = np.array([float(row["share"]) for row in lines])
    # No region has the mix of the whole: some trainings are short of sites there.
    share *= rng.lognormal(0, 0.15, len(lines))
    line_of_enterprise = rng.choice(len(lines), size=count, p=share / share.sum())
    line = line_of_enterprise[enterprise]
    place = _places(line, len(lines), where, rng)
    words = demands()
    possible = np.array(
        [[w in row["demands"].split("|") for w in words] for row in lines]
    )
    asked = possible[line] & (rng.random((count, len(words))) < 0.35)
    capacity = 1 + rng.choice(3, size=count, p=[0.72, 0.2, 0.08])
    night = asked[:, words.index("nachtwerk")]
    adult = night | (rng.random(count) < 0.06)
    has_point = rng.random(count) < KNOWN_POINT_SHARE
    sites = Sites(
        enterprise=enterprise,
        place=place,
        lat=where.lat[place] + has_point * rng.normal(0, SPREAD_DEGREES, count),
        lon=where.lon[place] + has_point * rng.normal(0, SPREAD_DEGREES / 0.63, count),
        has_point=has_point,
        capacity=capacity,
        min_age=np.where(adult, 18.0, np.nan),
        affinity=_affinity(lines, trainings)[line],
        languages=_languages(where.is_brussels[place], rng),
        supports=rng.random((count, len(SUPPORTS))) < 0.18,
        demands=asked,
        start_time=rng.choice(len(START_TIMES), size=count, p=START_SHARES),
    )
    return sites, _enterprises(sites, rng)


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


def _enterprises(sites: Sites, rng: np.random.Generator) -> Enterprises:
    """Cap some enterprises, below the places of their sites."""
    count = int(sites.enterprise[-1]) + 1
    places = np.bincount(sites.enterprise, weights=sites.capacity, minlength=count)
    num_sites = np.bincount(sites.enterprise, minlength=count)
    is_capped = rng.random(count) < np.where(num_sites > 1, 0.5, 0.03)
    share = rng.uniform(0.4, 1.0, count)
    limit = np.maximum(1, np.floor(places * share))
    return Enterprises(max_learners=np.where(is_capped, limit, np.nan))


def site_tables(
    sites: Sites,
    enterprises: Enterprises,
    where: Geography,
    words: Words,
) -> list[Table]:
    """Tables `sites` and `enterprises`, with the words in use."""
    site_ids = ids("V", np.arange(len(sites)))
    enterprise_ids = ids("O", np.arange(len(enterprises.max_learners)))
    return [
        table(
            "sites",
            site_id=site_ids,
            enterprise_id=taken(enterprise_ids, sites.enterprise),
            name=[f"Werkplek {name} (synthetisch)" for name in site_ids],
            postcode=taken(where.postcode, sites.place),
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
            max_learners=numbers(enterprises.max_learners, 0),
        ),
    ]
