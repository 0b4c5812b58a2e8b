"""Ctrl-C and SIGTERM as a wish, while there is something to keep."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_signals() -> Iterator[Callable[[], int]]:
    """Count Ctrl-C and SIGTERM instead of falling over them.

    Handlers can be set in the main thread alone; elsewhere nothing is counted.
    """
    count = 0

    def heard(_signal: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1

    if threading.current_thread() is not threading.main_thread():
        yield lambda: 0
        return
    before = {each: signal.signal(each, heard) for each in _STOPS}
    try:
        yield lambda: count
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
