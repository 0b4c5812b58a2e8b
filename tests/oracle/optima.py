"""Optima of the random cases, computed once and kept beside their digests.

``python -m tests.oracle.optima`` computes them anew and writes `optima.json`.
Run it after a change to the builders of the cases; the digests then change.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.brute_force import optimum_of_tables
from tests.oracle.tiny import Case, tiny_case

STORE = Path(__file__).with_name("optima.json")
SEEDS = {"tiny": 300, "twelve": 20, "thirty": 5}
"""Cases per profile; seeds count from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOptimum:
    """The optimum of one random case.

    Attributes
    ----------
    digest
        Of tables and policy, when the optimum was computed.
    objective
        Points.
    """

    profile: str
    seed: int
    digest: str
    objective: float

    def case(self) -> Case:
        """The case itself.

        Raises
        ------
        AssertionError
            The builders now give another case for this seed.
        """
        case = tiny_case(self.seed, self.profile)
        if case.digest != self.digest:
            message = f"{case.name} differs from the stored one: run {__name__}."
            raise AssertionError(message)
        return case


def known_optima(profile: str) -> tuple[KnownOptimum, ...]:
    """What the store holds of one profile, by seed."""
    rows = json.loads(STORE.read_text(encoding="utf-8"))[profile]
    return tuple(KnownOptimum(profile=profile, **row) for row in rows)


def _compute(profile: str) -> Iterator[dict[str, object]]:
    for seed in range(SEEDS[profile]):
        case = tiny_case(seed, profile)
        points = optimum_of_tables(case.tables, case.policy).objective
        yield {"seed": seed, "digest": case.digest, "objective": round(points, 9)}


def main() -> None:
    """Compute every optimum and write the store."""
    found = {profile: list(_compute(profile)) for profile in SEEDS}
    lines = [
        f' "{profile}": [\n  ' + ",\n  ".join(json.dumps(row) for row in rows) + "\n ]"
        for profile, rows in found.items()
    ]
    STORE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
