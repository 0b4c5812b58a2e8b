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


_BAR_WIDTH = 30


class SweepBar:
    """A bar of how far many solves are, with the time left at the pace so far.

    In a terminal it stays on one line; elsewhere a line comes every couple of seconds.
    """

    def __init__(self, stream: TextIO, language: Language) -> None:
        self._stream, self._language = stream, language
        self._is_terminal = stream.isatty()
        self._last = float("-inf")

    def __call__(self, done: int, total: int, seconds_left: float | None) -> None:
        """Draw the bar when it is time, and always when all is done."""
        is_end = done == total
        if not is_end and time.monotonic() - self._last < self._pause:
            return
        self._last = time.monotonic()
        start, end = ("\r", "\n" if is_end else "") if self._is_terminal else ("", "\n")
        self._stream.write(f"{start}{self._line(done, total, seconds_left)}{end}")
        self._stream.flush()

    @property
    def _pause(self) -> float:
        return _BETTER_EVERY_SECONDS if self._is_terminal else _EVERY_SECONDS

    def _line(self, done: int, total: int, seconds_left: float | None) -> str:
        filled = _BAR_WIDTH * done // max(total, 1)
        return said(
            "sweep_line",
            self._language,
            bar="#" * filled + "." * (_BAR_WIDTH - filled),
            done=done,
            total=total,
            left="-" if seconds_left is None else _clock(seconds_left),
        )


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds, of a width that does not jump."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
