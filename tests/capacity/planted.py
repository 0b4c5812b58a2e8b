"""Random regions with one shortage that was put there, or with none at all."""

from dataclasses import dataclass
from random import Random

from tests.oracle.small_region import small_region
from tests.oracle.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A region and the learners and sites of its only shortage."""

    tables: Tables
    learners: set[str]
    places: set[str]
    competence_id: str | None
    period_id: str


def planted_region(seed: int, *, is_short: bool = True) -> Planted:
    """A crowd with its own sites beside a rest that has room enough.

    Every learner reaches some sites of its own side; the whole side reaches all of
    them, and the crowd is one learner larger than its sites hold, or just fits
    where `is_short` is False. In half of the regions the shortage is one of a
    competence: outsiders have room at sites that do not teach it.
    """
    random = Random(seed)  # noqa: S311 - a region, no secret
    of_competence = random.random() < 0.5
    num_sites, num_rest = random.randint(1, 4), random.randint(0, 6)
    capacity = [random.randint(1, 3) for _ in range(num_sites)]
    crowd = [f"L{at}" for at in range(sum(capacity) + is_short)]
    rest = [f"R{at}" for at in range(num_rest)]
    short_sites = [f"S{at}" for at in range(num_sites)]
    roomy = ["Z1", "Z2"]
    tables = small_region(crowd + rest, short_sites + roomy, periods=1, places=99)
    for row in tables["sites"]:
        if row["site_id"] in short_sites:
            row["capacity"] = str(capacity[short_sites.index(row["site_id"])])
    for row in tables["mentors"]:
        row["max_learners"] = "99"
    barred = set() if of_competence else {(each, z) for each in crowd for z in roomy}
    barred |= {(each, s) for each in rest for s in short_sites}
    for row in tables["travel"]:
        if (row["learner_id"], row["site_id"]) in barred:
            row["minutes"] = "999"
    for row in tables["learners"]:
        row["max_travel_minutes"] = "60"
    if of_competence:
        _teach_only_at(tables, short_sites, crowd, random)
    tables = {name: rows for name, rows in tables.items() if rows}
    for rows in tables.values():
        random.shuffle(rows)
    return Planted(
        tables=tables,
        learners=set(crowd),
        places=set(short_sites),
        competence_id="d" if of_competence else None,
        period_id="P1",
    )


def _teach_only_at(
    tables: Tables, sites: list[str], crowd: list[str], random: Random
) -> None:
    """Another competence, needed by the crowd, that only these sites teach."""
    tables["competences"].append(
        {
            "trajectory_id": "T",
            "competence_id": "d",
            "name": "d",
            "learn_at": random.choice(["workplace", "workplace|school"]),
        }
    )
    tables["offers"] += [
        {"site_id": site, "trajectory_id": "T", "competence_id": "d"} for site in sites
    ]
    tables["acquired"] = [
        {"learner_id": row["learner_id"], "competence_id": "d"}
        for row in tables["learners"]
        if row["learner_id"] not in crowd
    ]
