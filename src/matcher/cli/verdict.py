"""A verdict for people and for programs."""

import json
import math
from dataclasses import asdict

from matcher.checker import Verdict, Violation
from matcher.cli.words import Language, number, said


def verdict_to_json(verdict: Verdict) -> str:
    """Return the JSON of `matcher verify`; numbers that nobody knows are null."""
    content = {
        "holds": verdict.holds,
        "violations": [asdict(violation) for violation in verdict.violations],
        "warnings": [asdict(warning) for warning in verdict.warnings],
        "objective": None if math.isnan(verdict.objective) else verdict.objective,
        "components": dict(verdict.components),
        "placed": verdict.placed,
        "fully_covered": verdict.fully_covered,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def verdict_to_text(verdict: Verdict, language: Language) -> str:
    """Return one line per violation and warning, and a last line that concludes."""
    lines = [violation_line(violation, language) for violation in verdict.violations]
    lines += signed_lines(verdict, language)
    if verdict.holds:
        objective = number(verdict.objective, 1, language)
        placed = verdict.placed
        lines.append(said("verify_ok", language, objective=objective, placed=placed))
    else:
        lines.append(said("verify_not_ok", language, n=len(verdict.violations)))
    return "\n".join(lines)


def signed_lines(verdict: Verdict, language: Language) -> list[str]:
    """Return what departs from a rule and stays, with a line that says so on top."""
    if not verdict.warnings:
        return []
    title = said("signed_break", language, n=len(verdict.warnings))
    return [title, *(violation_line(each, language) for each in verdict.warnings)]


def violation_line(violation: Violation, language: Language) -> str:
    """Return the code and the sentence of a violation."""
    nl, en = violation.message_nl, violation.message_en
    return f"[{violation.code}] {nl if language == 'nl' else en}"
