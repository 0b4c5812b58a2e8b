"""The exceptions that may leave the package: the user's data against our bug."""

from typing import Literal


class MatcherError(Exception):
    """Something the user can mend; the message says where and how.

    Attributes
    ----------
    dutch
        The message in Dutch; the message itself where nobody worded it.
    """

    def __init__(self, message: str, dutch: str | None = None) -> None:
        super().__init__(message)
        self.dutch = message if dutch is None else dutch

    def text(self, language: Literal["nl", "en"]) -> str:
        """Return the message in a language."""
        return self.dutch if language == "nl" else str(self)


class PolicyError(MatcherError):
    """A policy file holds an unknown key or a value that is out of range."""


class RouterError(MatcherError):
    """A travel-time router did not answer, or not in the documented form."""


class RunError(MatcherError):
    """A run folder lacks a file, or holds one that cannot be read."""


class ArtefactError(MatcherError):
    """A trained scorer was changed after it was written, or cannot be read."""


class ScenarioError(MatcherError):
    """A scenario file asks for what cannot be done; the message names every fault."""


class UnknownIdError(MatcherError):
    """An id that was asked about is in no table."""

    @classmethod
    def of(cls, wanted: str, english: str, dutch: str) -> "UnknownIdError":
        """Say that there is no such thing, by its noun in both languages."""
        return cls(
            f'There is no {english} "{wanted}" in the data.',
            f'Er is geen {dutch} "{wanted}" in de gegevens.',
        )


class InternalError(Exception):
    """An internal promise was broken: our fault, never the user's."""
