"""The map of a report about capacity: the districts that are told are on it."""

from pathlib import Path

from matcher.dataset import read_dataset
from matcher_service.pages.supply_map import supply_map

DATA = Path(__file__).parents[2] / "scenarios" / "data" / "voorbeeld"


def test_districts_with_enough_learners_are_drawn(tmp_path):
    (tmp_path / "supply.csv").write_text(
        "trajectory_id,area,period_id,learners\n"
        "T1,90xx,P1,31\nT2,90xx,P1,9\nT1,98xx,P1,12\nT1,?,P1,11\nT1,90xx,P2,3\n",
        encoding="utf-8",
    )
    drawn = supply_map(read_dataset(DATA), tmp_path, frozenset())
    assert [(area.code, area.learners) for area in drawn.areas] == [
        ("90xx", 40),
        ("98xx", 12),
    ]
