"""How what takes long gives way to who waits for an answer on the same machine."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def give_way(processes: Iterable[int], niceness: int) -> None:
    """Make processes give way, and the sessions that they began.

    Where the kernel shares out by session, what is nice within one is not heard
    outside it: each session that a job begins has to give way as a whole.
    """
    if sys.platform != "linux":
        return
    for pid in processes:
        with suppress(OSError):  # it has ended, or the kernel is not asked so often
            way = max(niceness, os.getpriority(os.PRIO_PROCESS, pid))
            os.setpriority(os.PRIO_PROCESS, pid, way)
            session = Path(f"/proc/{pid}/autogroup")
            is_own = os.getsid(pid) == pid
            if is_own and not session.read_text().endswith(f" nice {way}\n"):
                session.write_text(str(way), encoding="ascii")
