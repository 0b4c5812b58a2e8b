"""Random policies: some weights zero, some upside down."""

from random import Random

_TOP = {
    "unplaced": (0, 12, 40, 90, 350),
    "gap": (0, 15, 90, 400),
    "context": (0, 25, 400),
    "school": (0, 2.5, 30, 500),
    "course": (0, 1, 60, 450),
    "support": (0, 7),
    "preference": (0, 9.5),
    "success": (0, 25),
    "unknown": (0, 4),
    "fairness": (0, 0.5),
    "rotation": (0, 3, 120),
    "handover": (0, 40, 90),
    "disruption": (0, 1, 60),
}
_TRAVEL = {
    "per_minute": (0, 0.05, 1),
    "comfortable": (0, 20, 60),
    "beyond": (0, 0.05, 2),
    "max_minutes": (40, 75),
    "detour": (1, 1.6),
}
_GUIDANCE = {"per_support_level": (0, 0.6), "startup_factor": (0.8, 1, 2)}
_MODES = {
    "bike": "{ speed = 12 }",
    "pt": "{ access = 20, speed = 18 }",
    "walk": "{ access = 1 }",
}


def random_policy(rng: Random) -> str:
    """Text of a policy file; about a quarter of the keys depart from the default."""
    lines = _lines(rng, _TOP)
    if rng.random() < 0.3:
        lines.append('untrained_mentor = "warn"')
    lines += ["[travel]", *_lines(rng, _TRAVEL)]
    lines += [
        f"modes.{mode} = {value}"
        for mode, value in _MODES.items()
        if rng.random() < 0.2
    ]
    lines += ["[guidance]", *_lines(rng, _GUIDANCE)]
    return "\n".join(lines) + "\n"


def _lines(rng: Random, keys: dict[str, tuple[float, ...]]) -> list[str]:
    return [
        f"{key} = {rng.choice(values)}"
        for key, values in keys.items()
        if rng.random() < 0.25
    ]
