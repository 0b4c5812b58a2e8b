"""National register numbers: recognised anywhere in a cell, and masked."""

import re
from collections.abc import Iterator

_SEPARATOR = r"[\s.\-/_\u2010-\u2015]{0,3}"
_ELEVEN_DIGITS = re.compile(rf"(?<![0-9])[0-9](?:{_SEPARATOR}[0-9]){{10}}(?![0-9])")
_MODULUS = 97
_CENTURY_PREFIX = 2_000_000_000
"""Births from 2000 on: the check is taken with a 2 before the nine digits."""

MASK = "***********"


def holds_register_number(text: str) -> bool:
    """Return whether eleven digits in `text` pass the mod-97 check.

    Punctuation and spaces between the digits do not matter. The check is the
    whole test: month and day are not looked at, so BIS numbers count too.
    """
    return next(_spans(text), None) is not None


def masked(text: str) -> str:
    """Return `text` with every national register number replaced by `MASK`."""
    parts, after = [], 0
    for start, end in _spans(text):
        parts += [text[after:start], MASK]
        after = end
    return "".join([*parts, text[after:]])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    while match := _ELEVEN_DIGITS.search(text, position):
        if _is_valid(match.group()):
            yield match.span()
            position = match.end()
        else:
            position = match.start() + 1


def _is_valid(text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", text)
    number, check = int(digits[:9]), int(digits[9:])
    return check in (
        _MODULUS - number % _MODULUS,
        _MODULUS - (number + _CENTURY_PREFIX) % _MODULUS,
    )
