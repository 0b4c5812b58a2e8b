"""The process of one job: ``python -m matcher_service.jobs.child TASK_FILE``."""

import ctypes
import os
import signal
import sys
from pathlib import Path

from matcher_service.jobs.work import perform, read_task

_PR_SET_PDEATHSIG = 1
_GIVES_WAY = 5
"""How nice a job is at least; ten or more would starve it on a busy machine."""


def main() -> None:
    """Do the job; a worker that goes takes its job along.

    It gives way to whoever waits for an answer on the same machine.
    """
    if sys.platform == "linux":
        way = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(way, _GIVES_WAY))
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    perform(read_task(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
