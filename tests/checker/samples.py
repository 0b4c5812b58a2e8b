"""The worked samples of the contract, with one optimal plan each."""

import csv
import functools
import json
from pathlib import Path
from typing import Any

from matcher.checker.run_files import AssignmentLine, SeatLine
from matcher.dataset import Dataset, read_dataset

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
NAMES = ("a", "b", "c", "d", "e", "f")


@functools.cache
def sample_dataset(name: str) -> Dataset:
    return read_dataset(SAMPLES / name)


def expected_rows(name: str, file: str) -> list[dict[str, str]]:
    path = SAMPLES / name / "expected" / file
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def expected(name: str) -> dict[str, Any]:
    path = SAMPLES / name / "expected" / "expected.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def sample_assignments(name: str) -> list[AssignmentLine]:
    return [AssignmentLine(**row) for row in expected_rows(name, "assignments.csv")]


def sample_seats(name: str) -> list[SeatLine]:
    return [SeatLine(**row) for row in expected_rows(name, "seats.csv")]
