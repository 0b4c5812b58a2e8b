"""The options of `matcher whatif`, and what they ask for."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from matcher.cli.words import Language

if TYPE_CHECKING:
    from matcher.policy import Policy
    from matcher.whatif import WhatifParams


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatifOptions:
    """The options of `matcher whatif`, as typed."""

    scenarios: tuple[Path, ...]
    out: Path | None
    base: Path | None
    mode: Literal["keep", "free"]
    policy: Path | None
    time_limit_seconds: float | None
    gap: float | None
    seed: int | None
    workers: int
    school: str | None
    recruit: int
    is_warm: bool
    backend: Literal["local", "dask"]
    scheduler: str | None
    is_quiet: bool
    language: Language


def scenario_policy(options: WhatifOptions) -> "Policy":
    """The policy of both sides, before any change."""
    from matcher.cli.solving import policy_of

    return policy_of(options.policy)


def params_of(options: WhatifOptions) -> "WhatifParams":
    """The parameters that the options ask for."""
    from matcher.whatif import WhatifParams

    return WhatifParams(
        mode=options.mode,
        policy=scenario_policy(options),
        gap=options.gap,
        time_limit_seconds=options.time_limit_seconds,
        seed=options.seed,
        workers=options.workers,
        school=options.school,
        recruit=options.recruit,
        is_warm=options.is_warm,
        language=options.language,
    )
