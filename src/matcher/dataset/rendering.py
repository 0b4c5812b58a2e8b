"""Findings for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from matcher.dataset.finding import Finding, Language, Severity, where

SEVERITY_WORDS: Mapping[Language, Mapping[Severity, str]] = {
    "nl": {"error": "fout", "warning": "let op", "info": "ter info"},
    "en": {"error": "error", "warning": "warning", "info": "info"},
}
_NOTHING: Mapping[Language, str] = {"nl": "Geen bevindingen.", "en": "No findings."}


def findings_to_json(findings: Iterable[Finding]) -> str:
    """Return the JSON of `matcher check` (contract section 9).

    `message` and `remedy` are Dutch; `message_en` and `remedy_en` English.
    """
    rows = [
        {
            "code": found.code,
            "severity": found.severity,
            "table": found.table,
            "row": found.row,
            "column": found.column,
            "value": found.value,
            "message": found.message.nl,
            "remedy": found.remedy.nl,
            "message_en": found.message.en,
            "remedy_en": found.remedy.en,
        }
        for found in findings
    ]
    return json.dumps({"findings": rows}, ensure_ascii=False, indent=2)


def findings_to_text(findings: Sequence[Finding], *, language: Language = "nl") -> str:
    """Return one line per finding, and a last line that counts them."""
    words = SEVERITY_WORDS[language]
    lines = [
        f"{words[found.severity]}: {finding_to_text(found, language=language)}"
        for found in findings
    ]
    counts = Counter(found.severity for found in findings)
    total = ", ".join(
        f"{words[each]}: {counts[each]}" for each in words if counts[each]
    )
    return "\n".join([*lines, f"{total}." if total else _NOTHING[language]])


def finding_to_text(found: Finding, *, language: Language = "nl") -> str:
    """Return where, what was found and what to do, and the code, on one line."""
    place = where(found, language)
    words = f"{found.message.said_in(language)} {found.remedy.said_in(language)}"
    return f"{place}: {words} [{found.code}]" if place else f"{words} [{found.code}]"
