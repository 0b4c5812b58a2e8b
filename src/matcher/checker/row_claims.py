"""What the files of a run say of coverage and placement, against the plan."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from matcher.checker.coverage import Covered, open_by_qualification
from matcher.checker.facts import is_active
from matcher.checker.judge import Judgement
from matcher.checker.run_files import (
    CoverageLine,
    QualificationLine,
    SuccessLine,
    UnplacedLine,
)
from matcher.checker.verdict import Violation
from matcher.checker.written_number import finite_number

_Line = TypeVar("_Line", CoverageLine, QualificationLine, UnplacedLine, SuccessLine)
Key = tuple[str, str]
"""Learner id, and the id of a competence, qualification, period or site."""


def coverage_claims(
    judgement: Judgement, lines: Sequence[CoverageLine]
) -> Iterator[Violation]:
    """One row per competence and per context of the learner's trajectory."""
    expected: dict[Key, Covered] = {}
    for learner_id, coverage in judgement.coverage.items():
        for rows in (coverage.competences, coverage.contexts):
            expected.update(((learner_id, key), row) for key, row in rows.items())
    keyed = {(line.learner_id, line.competence_id): line for line in lines}
    keys = [(line.learner_id, line.competence_id) for line in lines]
    yield from _row_claims("COV", "coverage.csv", keys, expected)
    for key in sorted(keyed.keys() & expected.keys()):
        line, row = keyed[key], expected[key]
        found = (line.covered_by, line.site_id, line.period_id)
        right = (row.covered_by, row.site_id, row.period_id)
        is_same = found == right if row.is_dated else found[0] == right[0]
        if not is_same:
            yield _claim("COV", "coverage.csv", key, _join(found), _join(right))


def qualification_claims(
    judgement: Judgement, lines: Sequence[QualificationLine]
) -> Iterator[Violation]:
    """One row per qualification: earned where nothing is open, and what is open."""
    expected = {
        (learner_id, name): still_open
        for learner_id, plan in judgement.plans.items()
        for name, still_open in open_by_qualification(
            plan, judgement.coverage[learner_id]
        ).items()
    }
    keyed = {(line.learner_id, line.qualification): line for line in lines}
    keys = [(line.learner_id, line.qualification) for line in lines]
    yield from _row_claims("QUAL", "qualifications.csv", keys, expected)
    for key in sorted(keyed.keys() & expected.keys()):
        line, still_open = keyed[key], expected[key]
        listed = line.open.split("|") if line.open else []
        earned = "false" if still_open else "true"
        if line.earned != earned or sorted(listed) != sorted(still_open):
            right = f"{earned}, open: {'|'.join(sorted(still_open))}"
            found = f"{line.earned}, open: {line.open}"
            yield _claim("QUAL", "qualifications.csv", key, found, right)


def unplaced_claims(
    judgement: Judgement, lines: Sequence[UnplacedLine]
) -> Iterator[Violation]:
    """One row, with a reason, for each active period without a placement."""
    expected: dict[Key, None] = {}
    for learner_id, plan in judgement.plans.items():
        placed = {placement.period.period_id for placement in plan.placements}
        for period in judgement.facts.periods:
            if is_active(plan.learner, period) and period.period_id not in placed:
                expected[learner_id, period.period_id] = None
    keys = [(line.learner_id, line.period_id) for line in lines]
    yield from _row_claims("UNPLACED", "unplaced.csv", keys, expected)
    for line in lines:
        if not line.reason.strip():
            key = (line.learner_id, line.period_id)
            yield _claim("UNPLACED", "unplaced.csv", key, "no reason", "a reason code")


def read_success(
    lines: Sequence[SuccessLine],
) -> tuple[Mapping[Key, float], tuple[Violation, ...]]:
    """The chances of success.csv, and the cells that hold none from 0 to 1."""
    chances: dict[Key, float] = {}
    faults = []
    for line in lines:
        key = (line.learner_id, line.site_id)
        chance = _chance(line.success)
        if key in chances:
            faults.append(_claim("DOUBLE", "success.csv", key, "two rows", "one row"))
        elif chance is None:
            right = "a number from 0 to 1"
            faults.append(_claim("SUCCESS", "success.csv", key, line.success, right))
        else:
            chances[key] = chance
    return chances, tuple(faults)


def success_claims(
    judgement: Judgement, chances: Mapping[Key, float], has_file: bool
) -> Iterator[Violation]:
    """Where a success model is named, every assigned pair has the chance it used.

    `scores` overrides the model, so a row that differs from it is wrong.
    """
    if not judgement.policy.has_success_model:
        if has_file:
            found = "a file, but the policy names no success_model"
            yield _claim("SUCCESS", "success.csv", ("", ""), found, "no file")
        return
    scores, facts = judgement.facts.success, judgement.facts
    assigned = {
        (learner_id, placement.site.site_id)
        for learner_id, plan in judgement.plans.items()
        for placement in plan.placements
    }
    for key in sorted(assigned - scores.keys() - chances.keys()):
        yield _claim("SUCCESS", "success.csv", key, "no row", "the chance used")
    for key in sorted(chances.keys() & scores.keys()):
        if abs(chances[key] - scores[key]) > 1e-6:
            right = f"{scores[key]:g}, as in scores"
            yield _claim("SUCCESS", "success.csv", key, f"{chances[key]:g}", right)
    for learner_id, site_id in sorted(chances):
        if learner_id not in facts.learner or site_id not in facts.site:
            key = (learner_id, site_id)
            yield _claim("ID", "success.csv", key, "unknown ids", "ids of the dataset")


def _chance(text: str) -> float | None:
    try:
        number = finite_number(float(text))
    except ValueError:
        return None
    return number if number is not None and 0 <= number <= 1 else None


def _row_claims(
    code: str, file: str, keys: Sequence[Key], expected: Mapping[Key, Hashable]
) -> Iterator[Violation]:
    """Rows that are missing, that stand there twice, and that do not belong there."""
    found = set(keys)
    for key in sorted(expected.keys() - found):
        yield _claim(code, file, key, "no row", "one row")
    for key in sorted(found - expected.keys()):
        yield _claim(code, file, key, "a row", "no row")
    if len(found) < len(keys):
        seen: set[Key] = set()
        for key in keys:
            if key in seen:
                yield _claim("DOUBLE", file, key, "a second row", "one row")
            seen.add(key)


def _join(cells: Sequence[str]) -> str:
    return ", ".join(cell or "-" for cell in cells)


def _claim(code: str, file: str, key: Key, found: str, expected: str) -> Violation:
    where = ", ".join((file, *(part for part in key if part)))
    return Violation(
        code=code,
        learner_id=key[0],
        period_id=key[1] if code == "UNPLACED" else "",
        place=file if code == "UNPLACED" else key[1] or file,
        found=found,
        expected=expected,
        message_nl=f"{where}: gevonden {found}; verwacht {expected}.",
        message_en=f"{where}: found {found}; expected {expected}.",
    )
