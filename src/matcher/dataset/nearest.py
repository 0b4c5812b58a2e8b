"""The known name that a wrong one was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches

from matcher.dataset.finding import Phrase

_MAX_COMPARED = 3_000
"""Above so many names only spelling apart from capitals and signs is looked at."""
_MAX_LOOKUPS = 25
"""Comparing is slow: after so many wrong names the rest get no suggestion."""
_MAX_CHARACTERS = 60


class Nearest:
    """Looks up names that look alike.

    Parameters
    ----------
    names
        The known names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)
        self._by_core = {_core(name): name for name in self._names if _core(name)}
        self._left = _MAX_LOOKUPS

    def to(self, name: str) -> str:
        """Return the name most like `name`; "" where none is."""
        core = _core(name)
        if core in self._by_core:
            return self._by_core[core]
        if len(self._names) > _MAX_COMPARED or self._left == 0:
            return ""
        self._left -= 1
        return next(
            iter(get_close_matches(name[:_MAX_CHARACTERS], self._names, n=1)), ""
        )

    def asked(self, name: str) -> Phrase:
        """Return the question whether the nearest name was meant, or nothing."""
        near = self.to(name)
        if not near:
            return Phrase(nl="", en="")
        return Phrase(nl=f'; bedoel je "{near}"?', en=f'; is "{near}" meant?')


def _core(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
