"""A region small enough to cost by hand, to be changed one rule at a time."""

from collections.abc import Iterable
from datetime import date, timedelta

from tests.oracle.tables import Tables

PLAIN = "preference = 0\nfairness = 0\n"
"""A policy under which a placement without travel costs nothing."""

WEEKS = 10
FIRST_DAY = date(2026, 9, 7)


def small_region(
    learners: Iterable[str] = ("L1",),
    sites: Iterable[str] = ("S1",),
    periods: int = 2,
    places: int = 9,
) -> Tables:
    """Everybody may be everywhere, next door, and learns the one competence `c`.

    Periods P1, P2, ... of ten weeks follow each other; each site S has one
    mentor MS and `places` places; `min_block_weeks` is ten.
    """
    learners, sites = list(learners), list(sites)
    starts = [FIRST_DAY + timedelta(weeks=WEEKS * t) for t in range(periods)]
    last_day = timedelta(weeks=WEEKS, days=-1)
    return {
        "periods": [
            {
                "period_id": f"P{t}",
                "start": start.isoformat(),
                "end": (start + last_day).isoformat(),
            }
            for t, start in enumerate(starts, start=1)
        ],
        "trajectories": [{"trajectory_id": "T", "name": "T", "min_block_weeks": "10"}],
        "competences": [
            {
                "trajectory_id": "T",
                "competence_id": "c",
                "name": "c",
                "learn_at": "workplace",
            }
        ],
        "sites": [
            {"site_id": s, "name": s, "capacity": str(places), "enterprise_id": f"E{s}"}
            for s in sites
        ],
        "recognitions": [{"site_id": s, "trajectory_id": "T"} for s in sites],
        "offers": [
            {"site_id": s, "trajectory_id": "T", "competence_id": "c"} for s in sites
        ],
        "mentors": [
            {
                "mentor_id": f"M{s}",
                "site_id": s,
                "max_learners": "9",
                "trained_on": "2025-01-01",
            }
            for s in sites
        ],
        "learners": [
            {"learner_id": name, "trajectory_id": "T", "birth_date": "2008-01-01"}
            for name in learners
        ],
        "travel": [
            {"learner_id": name, "site_id": s, "minutes": "0"}
            for name in learners
            for s in sites
        ],
    }


def change(tables: Tables, table: str, name: str, **cells: str) -> None:
    """Cells of the rows of a table whose first column is `name`."""
    for row in tables[table]:
        if next(iter(row.values())) == name:
            row.update(cells)


def add(tables: Tables, table: str, **cells: str) -> None:
    """One more row."""
    tables.setdefault(table, []).append(cells)


def place(tables: Tables, status: str, learner: str, period: str, site: str) -> None:
    """A placement with the site's own mentor."""
    add(
        tables,
        "placements",
        learner_id=learner,
        period_id=period,
        site_id=site,
        mentor_id=f"M{site}",
        status=status,
    )
