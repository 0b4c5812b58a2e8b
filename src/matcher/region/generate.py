"""A synthetic region on real geography, byte for byte the same per seed."""

import math
from pathlib import Path

import numpy as np

from matcher.region.agreements import placement_table
from matcher.region.card import RegionCard, TableCard
from matcher.region.courses import course_table
from matcher.region.frame import Frame
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
from matcher.region.offers import offer_table, requirement_table
from matcher.region.params import RegionError, RegionParams
from matcher.region.recognitions import draw_recognitions, recognition_table
from matcher.region.school_calendar import read_terms
from matcher.region.sites import Sites, draw_sites, site_tables
from matcher.region.table import Table, digest
from matcher.region.training import catalogue
from matcher.region.trajectory_tables import trajectory_tables
from matcher.region.vocabulary import Words
from matcher.region.wishes import wish_tables

REAL_TRAININGS, MOST_TRAININGS = 10, 120

READ_ME = """\
SYNTHETISCHE GEGEVENS - geen echte leerlingen, scholen of ondernemingen

Deze map is gemaakt door een programma, niet door mensen. Alle leerlingen,
werkplekken, ondernemingen, mentoren, scholen en cursussen zijn verzonnen.
Echt zijn: de postcodes, de schoolvakanties en de opbouw van tien opleidingen
(titels van competenties verkort; die van de lassers naar een verwante
kwalificatie). Aannames zijn: het aantal weken, de gewichten, de vensters, de
evaluatieweken in juni, waar je een competentie leert, en hoeveel settings een
zorgkundige ziet. Opleidingen met "synthetische verwant" in de naam zijn afgeleid
van die tien. Ook een opleiding van een jaar loopt hier over twee schooljaren.

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
    frame = Frame(
        num_learners=learners,
        seed=seed,
        params=params,
        where=geography(extent, learners=learners, seed=seed),
        trainings=catalogue(params.trainings or _num_trainings(learners)),
        terms=read_terms(),
    )
    out.mkdir(parents=True, exist_ok=True)
    card = _card(frame, tuple(_written(one, out) for one in _tables(frame)))
    (out / "dataset.toml").write_bytes(card.to_toml().encode())
    (out / "LEESMIJ.txt").write_bytes(READ_ME.encode())
    return card


def _written(one: Table, out: Path) -> TableCard:
    """Write a table and say what was written."""
    content = one.to_csv()
    file = f"{one.name}.csv"
    (out / file).write_bytes(content)
    return TableCard(file=file, num_rows=len(one), sha256=digest(content))


def _card(frame: Frame, tables: tuple[TableCard, ...]) -> RegionCard:
    place = frame.where.name
    return RegionCard(
        name=f"Synthetische regio ({place}; leerlingen: {frame.num_learners})",
        extent=place,
        learners=frame.num_learners,
        seed=frame.seed,
        params=frame.params,
        num_trainings=len(frame.trainings),
        tables=tables,
    )


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


def _tables(frame: Frame) -> list[Table]:
    sites = draw_sites(frame)
    recognitions = draw_recognitions(frame, sites)
    mentors = draw_mentors(frame, sites)
    learners = draw_learners(frame)
    near = nearby(frame, learners, sites, recognitions)
    words = _words_in_use(sites, mentors, learners)
    return [
        *trajectory_tables(frame),
        *site_tables(frame, sites, words),
        recognition_table(frame, recognitions),
        offer_table(frame, recognitions),
        mentor_table(mentors, words),
        *learner_tables(frame, learners, words),
        requirement_table(frame, recognitions),
        course_table(frame, learners),
        acquired_table(frame, learners),
        placement_table(frame, learners, sites, mentors, near),
        *wish_tables(frame, learners, mentors, near),
    ]


def _words_in_use(sites: Sites, mentors: Mentors, learners: Learners) -> Words:
    given = np.concatenate([sites.supports, mentors.supports])
    needed = learners.need_level > 0
    assessed = learners.ability != UNASKED
    return Words(
        supports=given.max(axis=0) & needed.max(axis=0),
        demands=sites.demands.max(axis=0) & assessed.max(axis=0),
    )
