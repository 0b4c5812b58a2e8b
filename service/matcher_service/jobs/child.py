"""The process of one job: ``python -m matcher_service.jobs.child TASK_FILE``."""

import ctypes
import signal
import sys
from pathlib import Path

from matcher_service.jobs.work import perform, read_task

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do the job; a worker that goes takes its job along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    perform(read_task(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
