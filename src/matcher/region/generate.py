"""A synthetic region on real geography, byte for byte the same per seed."""

import math
from pathlib import Path

import numpy as np

from matcher.region.card import RegionCard, TableCard
from matcher.region.courses import course_table
from matcher.region.decisions import placement_table, wish_tables
from matcher.region.geography import geography
from matcher.region.learners import (
    UNASKED,
    Learners,
    acquired_table,
    draw_learners,
    learner_tables,
)
from matcher.region.mentors import Mentors, draw_mentors, mentor_table
from matcher.region.nearby import nearby
from matcher.region.offers import draw_offers, items, offer_table, requirement_table
from matcher.region.params import RegionError, RegionParams
from matcher.region.recognitions import draw_recognitions, recognition_table
from matcher.region.school_calendar import read_terms
from matcher.region.sites import Sites, draw_sites, site_tables
from matcher.region.table import Table, digest
from matcher.region.training import catalogue
from matcher.region.trajectory_tables import trajectory_tables
from matcher.region.vocabulary import Words

REAL_TRAININGS, MOST_TRAININGS = 10, 120

READ_ME = """\
SYNTHETISCHE GEGEVENS - geen echte leerlingen, scholen of ondernemingen

Deze map is gemaakt door een programma, niet door mensen. Alle leerlingen,
werkplekken, ondernemingen, mentoren, scholen en cursussen zijn verzonnen.
Echt zijn: de postcodes, de schoolvakanties en de opbouw van tien opleidingen
(titels van competenties verkort). Aannames zijn: het aantal weken, de gewichten,
de vensters, en waar je een competentie leert. Opleidingen met "synthetische
verwant" in de naam zijn afgeleid van die tien. Ook een opleiding van een jaar
loopt hier over twee schooljaren.

dataset.toml noemt het startgetal (seed) en een controlegetal per bestand.
Postal code data (c) GeoNames (geonames.org), CC BY 4.0, converted by
zauberware, modified.
"""


def generate_region(
    out: Path,
    *,
    learners: int,
    seed: int,
    extent: str = "auto",
    params: RegionParams | None = None,
) -> RegionCard:
    """Write a synthetic region of `learners` learners into the folder `out`.

    The same arguments give the same bytes under the locked version of numpy.

    Parameters
    ----------
    out
        Made if absent. May hold an earlier synthetic region, which is replaced,
        and nothing else.
    learners
        1 or more.
    seed
        0 or more.
    extent
        ``arrondissement:Gent``, ``provincie:Limburg`` or ``vlaanderen`` (with
        Brussels); ``auto`` draws one that suits the number of learners.
    params
        Knobs; None takes the defaults.

    Raises
    ------
    RegionError
        When a number or extent is out of range, or `out` holds other files.
    """
    params = params or RegionParams()
    _check(out, learners, seed)
    num_trainings = params.trainings or _num_trainings(learners)
    tables, name = _tables(learners, seed, extent, num_trainings, params)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for one in tables:
        content = one.to_csv()
        file = f"{one.name}.csv"
        (out / file).write_bytes(content)
        written.append(TableCard(file=file, num_rows=len(one), sha256=digest(content)))
    card = RegionCard(
        name=f"Synthetische regio ({name}; leerlingen: {learners})",
        extent=name,
        learners=learners,
        seed=seed,
        params=params,
        num_trainings=num_trainings,
        tables=tuple(written),
    )
    (out / "dataset.toml").write_bytes(card.to_toml().encode())
    (out / "LEESMIJ.txt").write_bytes(READ_ME.encode())
    return card


def _check(out: Path, learners: int, seed: int) -> None:
    if learners < 1:
        raise RegionError(f"Learners: found {learners}. Expected 1 or more.")
    if seed < 0:
        raise RegionError(f"Seed: found {seed}. Expected 0 or more.")
    if out.exists() and not out.is_dir():
        raise RegionError(f"{out}: found a file. Expected a folder, or nothing yet.")
    if out.is_dir() and any(out.iterdir()):
        card = out / "dataset.toml"
        if not card.is_file() or "synthetic = true" not in card.read_text("utf-8"):
            raise RegionError(
                f"{out}: found files that are no synthetic region. Expected an empty "
                "folder. Choose another one; nothing was written."
            )


def _num_trainings(learners: int) -> int:
    """Ten up to 300 learners, 60 at 6,000: intake spreads as it grows."""
    grown = round(REAL_TRAININGS * math.pow(learners / 300, 0.6))
    return min(MOST_TRAININGS, max(REAL_TRAININGS, grown))


def _tables(
    num_learners: int, seed: int, extent: str, num_trainings: int, params: RegionParams
) -> tuple[list[Table], str]:
    """All tables, and the extent that was chosen."""
    where = geography(extent, learners=num_learners, seed=seed)
    trainings = catalogue(num_trainings)
    terms = read_terms()
    num_sites = max(1, round(num_learners * params.sites_per_learner))
    sites, enterprises = draw_sites(num_sites, where, trainings, seed)
    recognitions = draw_recognitions(sites, trainings, terms, params, seed)
    of = items(trainings)
    offers = draw_offers(recognitions, of, len(terms), params, seed)
    mentors = draw_mentors(sites, terms, params, seed)
    learners = draw_learners(num_learners, where, trainings, terms, params, seed)
    near = nearby(learners, sites, recognitions, terms, seed)
    words = _words_in_use(sites, mentors, learners)
    places = (sites, enterprises, mentors)
    tables = [
        *trajectory_tables(trainings, terms),
        *site_tables(sites, enterprises, where, words),
        recognition_table(recognitions, trainings),
        offer_table(offers, recognitions, of, trainings, terms),
        mentor_table(mentors, words),
        *learner_tables(learners, where, trainings, words),
        requirement_table(recognitions, trainings, seed),
        course_table(learners, where, trainings, terms, params, seed),
        acquired_table(learners, trainings, terms, seed),
        placement_table(learners, places, near, (trainings, terms), params, seed),
        *wish_tables(mentors, near, seed),
    ]
    return tables, where.name


def _words_in_use(sites: Sites, mentors: Mentors, learners: Learners) -> Words:
    given = np.concatenate([sites.supports, mentors.supports])
    needed = learners.need_level > 0
    assessed = learners.ability != UNASKED
    return Words(
        supports=given.max(axis=0) & needed.max(axis=0),
        demands=sites.demands.max(axis=0) & assessed.max(axis=0),
    )
