"""Verdicts on plans of the small region, and the codes they hold."""

from typing import Any

from matcher.checker import Verdict, check_plan
from tests.checker.small_region import SmallRegion, plan, seats


def verdict_on(
    region: SmallRegion,
    plan_text: str,
    seats_text: str = "",
    policy: dict[str, Any] | None = None,
    success: dict[tuple[str, str], float] | None = None,
) -> Verdict:
    return check_plan(
        region.dataset(), policy or {}, plan(plan_text), seats(seats_text), success
    )


def codes(verdict: Verdict) -> list[str]:
    return sorted(violation.code for violation in verdict.violations)


def warned(verdict: Verdict) -> list[str]:
    return sorted(warning.code for warning in verdict.warnings)
