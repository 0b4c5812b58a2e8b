"""Findings: what is wrong, doubtful or ignored in the data, and what to do."""

from dataclasses import dataclass
from typing import Literal

from matcher.errors import MatcherError

Severity = Literal["error", "warning", "info"]
"""Cannot be used; used, but look at it; ignored."""

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """The same words in both languages."""

    nl: str
    en: str

    def said_in(self, language: Language) -> str:
        """Return the words in `language`."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at in the data.

    Attributes
    ----------
    code
        Entry of ``codes.toml``.
    table, column
        Names of the contract; None where the finding is about more than one.
    row
        Counts from 1 after the header; None for a whole table or column.
    value
        The cell as read, shortened; a national register number is masked.
    message
        What was found and what was expected.
    remedy
        What to do about it.
    """

    code: str
    severity: Severity
    table: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    message: Phrase
    remedy: Phrase


class DatasetError(MatcherError):
    """The data cannot be used; holds every finding.

    Attributes
    ----------
    findings
        All findings, warnings included, in the order of the tables.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        errors = [found for found in findings if found.severity == "error"]
        lines = [_line(found) for found in errors[:_MAX_LINES]]
        if len(errors) > _MAX_LINES:
            lines.append(f"... and {len(errors) - _MAX_LINES} more")
        super().__init__("\n".join(lines))


_MAX_LINES = 20


def where(finding: Finding, language: Language) -> str:
    """Return the place of a finding, as in "sites, row 14, column capacity"."""
    row, column = ("rij", "kolom") if language == "nl" else ("row", "column")
    parts = [
        finding.table or "",
        f"{row} {finding.row}" if finding.row is not None else "",
        f"{column} {finding.column}" if finding.column is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def _line(finding: Finding) -> str:
    place = where(finding, "en")
    words = f"{finding.message.en} {finding.remedy.en}"
    return f"{place}: {words}" if place else words
