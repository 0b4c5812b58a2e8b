"""Small random datasets in which every column of the contract can matter.

A case is a function of its seed, profile and features alone. The tables are
clean (no errors of `matcher check`), but signed placements may break any rule.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.oracle.tables import Tables, digest, write_tables
from tests.oracle.tiny_people import add_people
from tests.oracle.tiny_places import add_places
from tests.oracle.tiny_policy import random_policy

FEATURES = frozenset(
    {
        "abilities",
        "acquired",
        "ages",
        "calendar_gaps",
        "contexts",
        "courses",
        "enterprises",
        "guidance",
        "languages",
        "mentor_hours",
        "mentor_leaves",
        "offer_windows",
        "policy",
        "preferences",
        "proposed",
        "ready_from",
        "recognition_dates",
        "refused",
        "requirements",
        "scores",
        "signed",
        "support_needs",
        "travel",
        "windows",
    }
)
"""What may be switched off to narrow a difference between two engines down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Least and most of each thing in a case.

    Attributes
    ----------
    recognised
        Chance that a site is recognised for a trajectory.
    min_block_weeks
        Values of `min_block_weeks`; "" is the default of the contract.
    degrees
        Half the side of the square in which everybody lives, in degrees.
    """

    learners: tuple[int, int]
    periods: tuple[int, int]
    sites: tuple[int, int]
    trajectories: tuple[int, int]
    competences: tuple[int, int]
    recognised: float
    min_block_weeks: tuple[str, ...]
    degrees: float


PROFILES = {
    "mini": Profile(
        learners=(2, 3),
        periods=(2, 3),
        sites=(2, 3),
        trajectories=(1, 1),
        competences=(2, 4),
        recognised=0.9,
        min_block_weeks=("", "1", "6", "8", "12.5"),
        degrees=0.03,
    ),
    "tiny": Profile(
        learners=(3, 5),
        periods=(3, 4),
        sites=(3, 5),
        trajectories=(1, 2),
        competences=(3, 6),
        recognised=0.85,
        min_block_weeks=("", "1", "6", "6", "8", "8", "12.5", "20"),
        degrees=0.05,
    ),
    "twelve": Profile(
        learners=(12, 12),
        periods=(4, 4),
        sites=(12, 16),
        trajectories=(2, 2),
        competences=(6, 8),
        recognised=0.6,
        min_block_weeks=("", "8", "8", "12", "14"),
        degrees=0.1,
    ),
    "thirty": Profile(
        learners=(30, 30),
        periods=(4, 5),
        sites=(26, 34),
        trajectories=(3, 3),
        competences=(6, 9),
        recognised=0.45,
        min_block_weeks=("", "8", "12", "14"),
        degrees=0.12,
    ),
    "sixty": Profile(
        learners=(60, 60),
        periods=(4, 4),
        sites=(54, 66),
        trajectories=(5, 5),
        competences=(6, 8),
        recognised=0.35,
        min_block_weeks=("", "8", "12", "14"),
        degrees=0.2,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dataset with its policy.

    Attributes
    ----------
    name
        Profile and seed.
    policy
        Text of the policy file; "" for the defaults.
    """

    name: str
    tables: Tables
    policy: str

    @property
    def digest(self) -> str:
        """SHA-256 of tables and policy."""
        return digest(self.tables, self.policy)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The dataset folder and the policy file, both inside `folder`."""
        data, policy = folder / "data", folder / "policy.toml"
        write_tables(self.tables, data)
        policy.write_text(self.policy, encoding="utf-8")
        return data, policy


def tiny_case(
    seed: int, profile: str = "tiny", features: frozenset[str] = FEATURES
) -> Case:
    """Random case; most features that are allowed are on in most seeds."""
    rng = Random(f"{profile} {seed}")  # noqa: S311  (test data, not secrets)
    used = frozenset(
        name for name in sorted(FEATURES) if rng.random() < 0.7 and name in features
    )
    tables: Tables = {}
    size = PROFILES[profile]
    add_places(tables, rng, size, used)
    add_people(tables, rng, size, used)
    for name in sorted(tables):
        rng.shuffle(tables[name])
    return Case(
        name=f"{profile}-{seed}",
        tables={name: rows for name, rows in tables.items() if rows},
        policy=random_policy(rng) if "policy" in used else "",
    )
