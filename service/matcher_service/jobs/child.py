"""The process of one job: ``python -m matcher_service.jobs.child TASK_FILE``."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from matcher_service.jobs.work import perform, read_task

_PR_SET_PDEATHSIG = 1
_GIVES_WAY = 5
"""How nice a job is at least; ten or more would starve it on a busy machine."""

_SESSION = Path("/proc/self/autogroup")


def main() -> None:
    """Do the job; a worker that goes takes its job along.

    It gives way to whoever waits for an answer on the same machine.
    """
    if sys.platform == "linux":
        way = os.getpriority(os.PRIO_PROCESS, 0)
        way = max(way, _GIVES_WAY)
        os.setpriority(os.PRIO_PROCESS, 0, way)
        # Where the kernel shares out by session, what is nice within one is not heard
        # outside it: the session of the job, which is its own, gives way as a whole.
        with suppress(OSError):
            _SESSION.write_text(str(way), encoding="ascii")
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    perform(read_task(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
