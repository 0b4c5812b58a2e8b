"""`python -m matcher.region OUT --learners N --seed S`."""

import argparse
import sys
from pathlib import Path

from matcher.region import generate_region


def main() -> None:
    """Generate a region and print its card."""
    parser = argparse.ArgumentParser(prog="python -m matcher.region")
    parser.add_argument("out", type=Path)
    parser.add_argument("--learners", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--extent", default="auto")
    given = parser.parse_args()
    card = generate_region(
        given.out, learners=given.learners, seed=given.seed, extent=given.extent
    )
    sys.stdout.write(card.summary() + "\n")


main()
