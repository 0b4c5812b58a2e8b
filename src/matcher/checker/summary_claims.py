"""The numbers of summary.json against the recomputed ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from matcher.checker.objective import TERMS
from matcher.checker.verdict import Verdict, Violation
from matcher.checker.written_number import finite_number

POINTS_TOLERANCE = 1e-4
"""Points by which a written number may differ from the recomputed one."""
RELATIVE_TOLERANCE = 1e-10
"""Of the objective: what the order of a sum of doubles can change."""
CLAIM_TOLERANCE = 1e-6
"""Between numbers that stand in the same file (section 8)."""
STATUSES = ("optimal", "gap", "limit", "interrupted")


def summary_claims(
    summary: Mapping[str, Any], verdict: Verdict, num_learners: int, sha256: str
) -> Iterator[Violation]:
    """Every number of the summary that the plan and the dataset do not bear out."""
    yield from _points(summary, verdict)
    yield from _proof(summary, verdict)
    yield from _counts(summary, verdict, num_learners)
    yield from _provenance(summary, sha256)


def _points(summary: Mapping[str, Any], verdict: Verdict) -> Iterator[Violation]:
    """The objective and every component, as recomputed."""
    slack = POINTS_TOLERANCE + RELATIVE_TOLERANCE * verdict.objective
    yield from _number("OBJ", summary, "objective", verdict.objective, slack)
    components = summary.get("components")
    if not isinstance(components, Mapping):
        yield _claim("COMP", "components", components, "points per term")
        return
    for term in TERMS:
        right = verdict.components[term]
        yield from _number("COMP", components, term, right, slack)
    for term in sorted(components.keys() - set(TERMS)):
        yield _claim("COMP", term, components[term], "a term of section 6")


def _proof(summary: Mapping[str, Any], verdict: Verdict) -> Iterator[Violation]:
    """The bound is at most the objective; gap and status follow from both."""
    objective = finite_number(summary.get("objective"))
    bound = finite_number(summary.get("bound"))
    status = summary.get("status")
    if status not in STATUSES:
        yield _claim("STATUS", "status", status, " | ".join(STATUSES))
    if bound is None:
        yield _claim("BOUND", "bound", summary.get("bound"), "a number")
        return
    slack = POINTS_TOLERANCE + RELATIVE_TOLERANCE * verdict.objective
    if bound > verdict.objective + slack:
        yield _claim("BOUND", "bound", bound, f"at most {verdict.objective!r}")
    if objective is None:
        return
    # A few units in the last place, so that a large region is not held to less
    # than a double can say.
    same = CLAIM_TOLERANCE + 1e-14 * abs(objective)
    if bound > objective + same:
        yield _claim("BOUND", "bound", bound, f"at most the objective {objective!r}")
    if status == "optimal" and abs(objective - bound) > same:
        yield _claim("STATUS", "status", status, "another: bound < objective")
    gap = (objective - bound) / objective if objective else 0.0
    yield from _number("GAP", summary, "gap", gap, CLAIM_TOLERANCE)


def _counts(
    summary: Mapping[str, Any], verdict: Verdict, num_learners: int
) -> Iterator[Violation]:
    """Learners, placed and fully covered ones."""
    yield from _number("SUM", summary, "learners", num_learners, 0)
    yield from _number("SUM", summary, "placed", verdict.placed, 0)
    yield from _number("SUM", summary, "fully_covered", verdict.fully_covered, 0)


def _provenance(summary: Mapping[str, Any], sha256: str) -> Iterator[Violation]:
    """What the run was made of: dataset, policy, seed, time and versions."""
    if summary.get("dataset_sha256") != sha256:
        yield _claim("DATA", "dataset_sha256", summary.get("dataset_sha256"), sha256)
    for key, expected, accepts in _KINDS:
        if not accepts(summary.get(key)):
            yield _claim("SUM", key, summary.get(key), expected)


def _is_seed(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_duration(value: object) -> bool:
    seconds = finite_number(value)
    return seconds is not None and seconds >= 0


_KINDS: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("seconds", "a number of 0 or more", _is_duration),
    ("seed", "a whole number", _is_seed),
    ("policy", "the policy of the run", lambda value: isinstance(value, Mapping)),
    ("versions", "a version per name", lambda value: isinstance(value, Mapping)),
)


def _number(
    code: str, numbers: Mapping[str, Any], key: str, right: float, slack: float
) -> Iterator[Violation]:
    found = finite_number(numbers.get(key))
    if found is None or abs(found - right) > slack:
        yield _claim(code, key, numbers.get(key), repr(right))


def _claim(code: str, key: str, found: object, expected: str) -> Violation:
    return Violation(
        code=code,
        place="summary.json",
        found=f"{key} = {found!r}",
        expected=expected,
        message_nl=f"summary.json, {key}: gevonden {found!r}; verwacht {expected}.",
        message_en=f"summary.json, {key}: found {found!r}; expected {expected}.",
    )
