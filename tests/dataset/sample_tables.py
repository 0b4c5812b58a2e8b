"""The samples of the contract as records."""

import csv
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def sample_tables(sample):
    return {
        path.stem: list(csv.reader(path.read_text("utf-8").splitlines()))
        for path in sorted((SAMPLES / sample).glob("*.csv"))
    }
