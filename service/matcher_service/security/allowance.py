"""How much one person may ask, by what it costs us."""

import threading
import time
from collections import OrderedDict

_MOST_REMEMBERED = 10_000


class Allowance:
    """A bucket per person that fills as time goes by."""

    def __init__(self, per_minute: int) -> None:
        self._size = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, subject: str, cost: float) -> float:
        """Take from a person's bucket.

        Returns
        -------
        float
            0 where there was enough; else the seconds until there is.
        """
        now = time.monotonic()
        with self._lock:
            left, since = self._left.pop(subject, (self._size, now))
            left = min(self._size, left + (now - since) * self._size / 60)
            wait = max(0.0, (cost - left) * 60 / self._size)
            self._left[subject] = (left if wait else left - cost, now)
            while len(self._left) > _MOST_REMEMBERED:
                self._left.popitem(last=False)
        return wait
