"""The process of one job: ``python -m matcher_service.jobs.child TASK_FILE PARENT``."""

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Go when the parent goes, as a worker that falls takes its job along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it fell before it could be told
        sys.exit(1)


def main() -> None:
    """Do the job."""
    end_with(int(sys.argv[2]))
    # Only now: it takes seconds, in which a parent may fall.
    from matcher_service.jobs.task import read_task
    from matcher_service.jobs.work import perform

    perform(read_task(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
