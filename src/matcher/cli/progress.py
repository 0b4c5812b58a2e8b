"""Progress of a solve: one aligned line every couple of seconds."""

import time
from typing import TYPE_CHECKING, TextIO

from matcher.cli.words import Language, number, said

if TYPE_CHECKING:
    from matcher.solvers import Progress

_EVERY_SECONDS = 2.0
_BETTER_EVERY_SECONDS = 0.25
"""Better plans of many small parts of a region may come by the hundred."""


class ProgressLines:
    """Writes lines of progress; `*` marks a better plan since the line before."""

    def __init__(self, stream: TextIO, language: Language) -> None:
        self._stream = stream
        self._language = language
        self._last = float("-inf")
        self._is_better = False
        self._has_header = False

    def __call__(self, progress: "Progress") -> None:
        """Take in one line; write it when it is time."""
        self._is_better |= progress.is_better
        since = time.monotonic() - self._last
        if since < (_BETTER_EVERY_SECONDS if self._is_better else _EVERY_SECONDS):
            return
        if not self._has_header:
            header = said("progress_header", self._language)
            self._stream.write(f" {header}\n")
            self._has_header = True
        self._stream.write(self._line(progress) + "\n")
        self._stream.flush()
        self._last, self._is_better = time.monotonic(), False

    def _line(self, progress: "Progress") -> str:
        objective, bound = progress.objective, progress.bound
        gap = "-"
        if objective and bound is not None:
            share = 100 * (objective - bound) / objective
            gap = number(max(share, 0.0), 2, self._language) + "%"
        mark = "*" if self._is_better else " "
        seconds = number(progress.seconds, 1, self._language)
        return (
            f"{mark}{progress.round:>6}{progress.columns:>10}{self._points(objective)}"
            f"{self._points(bound)}{gap:>12}{seconds:>8}s"
        )

    def _points(self, points: float | None) -> str:
        text = "-" if points is None else number(points, 1, self._language)
        return f"{text:>12}"
