"""A region that fits on a page, and what changes made of it, read from its files."""

import csv
import tempfile
from pathlib import Path
from typing import Any

from matcher.dataset import Dataset, read_dataset
from matcher.policy import Policy
from matcher.scenario import World, apply_changes, write_changed
from matcher.scenario.apply import Applied
from matcher.scenario.parse import change_of

TABLES = {
    "periods": """
period_id,start,end,weeks
P1,2026-09-01,2026-11-22,10
P2,2026-11-23,2027-03-14,13
P3,2027-03-15,2027-06-30,10
""",
    "trajectories": """
trajectory_id,name,days_per_week,max_sites,min_block_weeks
T1,Logistiek,3,3,4
T2,Zorg,3,2,10
""",
    "competences": """
trajectory_id,competence_id,name,learn_at,weeks
T1,K1,Picken,workplace,4
T1,K2,Heftruck,training_centre|workplace,4
T1,K3,Rekenen,school,1
T2,Z1,Zorgen,workplace,4
""",
    "contexts": """
trajectory_id,group_id,context_id,at_least
T1,G,X1,1
""",
    "sites": """
site_id,enterprise_id,name,postcode,capacity
S1,E1,Magazijn,9000,2
S2,E2,Rusthuis,9040,1
""",
    "recognitions": """
site_id,trajectory_id,valid_from,valid_to
S1,T1,,2027-03-14
S1,T2,2026-01-01,
S2,T2,,
""",
    "offers": """
site_id,trajectory_id,competence_id,period_from,period_to
S1,T1,K1,,
S1,T1,X1,,
S1,T2,Z1,,
S2,T2,Z1,,
""",
    "mentors": """
mentor_id,site_id,max_learners,hours_per_week,trained_on,available_from,available_to
M1,S1,2,8,2020-01-01,,
M2,S1,1,,,2026-11-23,
M3,S2,1,,2020-01-01,,2027-06-30
""",
    "learners": """
learner_id,trajectory_id,school_id,postcode,modes,max_travel_minutes
L1,T1,Q1,9000,bike|pt,60
L2,T1,Q1,9040,pt,60
L3,T2,Q2,9050,,
""",
    "courses": """
course_id,trajectory_id,competence_id,period_id,seats
C1,T1,K2,P3,2
""",
    "support_needs": """
learner_id,need,level
L2,rustige_plek,2
""",
    "acquired": """
learner_id,competence_id
L2,K1
""",
    "placements": """
learner_id,period_id,site_id,mentor_id,status
L1,P1,S1,M1,signed
L1,P2,S1,M1,signed
L3,P2,S2,M3,proposed
""",
    "travel": """
learner_id,site_id,minutes
L1,S1,12
""",
}


def small(folder: Path | None = None) -> Dataset:
    """The region; its files are left in `folder` where one is given."""
    if folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            return small(Path(temporary))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return read_dataset(folder)


def world() -> World:
    return World(dataset=small(), policy=Policy())


def applied(*changes: dict[str, Any]) -> Applied:
    named = [
        (f"change {number}", change_of(change))
        for number, change in enumerate(changes, start=1)
    ]
    return apply_changes(world(), named, "test")


def rows(dataset: Dataset) -> set[tuple[str, ...]]:
    """Every row of every file that the dataset is written as: table, then cells."""
    with tempfile.TemporaryDirectory() as folder:
        write_changed(dataset, Path(folder), Path(folder) / "data")
        found = set()
        for path in (Path(folder) / "data").glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                found |= {(path.stem, *row) for row in csv.reader(file)}
        return found


def difference(*changes: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Rows that went and rows that came, each as ``table: cells``, blanks left out."""
    before, after = rows(small()), rows(applied(*changes).dataset)
    return _texts(before - after), _texts(after - before)


def _texts(found: set[tuple[str, ...]]) -> set[str]:
    return {f"{table}: {','.join(cells).rstrip(',')}" for table, *cells in found}
