"""Workers end with the service that started them."""

import multiprocessing
import os
import subprocess
import sys

import pytest

from matcher_service.crew import _work
from matcher_service.jobs.worker import CHECKS
from matcher_service.service import build_service
from matcher_service.settings import Settings


def test_worker_whose_service_fell_before_it_began_ends(tmp_path):
    settings = Settings(folder=tmp_path, secure_cookies=False)
    build_service(settings).database.close()
    context = multiprocessing.get_context("spawn")
    gone = os.getppid()  # not who starts the worker
    worker = context.Process(target=_work, args=(settings, CHECKS, gone))
    worker.start()
    worker.join(120)
    is_over = not worker.is_alive()
    worker.kill()
    assert is_over
    assert worker.exitcode == 0


SHOWS_WAY = """
import os
import subprocess
import sys

import pytest
from pathlib import Path
from matcher_service.jobs import child

def show(_task):
    session = Path("/proc/self/autogroup")
    told = session.read_text().split()[-1] if session.exists() else "none"
    print(os.getpriority(os.PRIO_PROCESS, 0), told)

child.read_task, child.perform = (lambda _file: None), show
child.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of Linux")
def test_job_gives_way_within_its_session_and_as_a_session():
    done = subprocess.run(
        [sys.executable, "-c", SHOWS_WAY, "task"],
        check=True,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    process, session = done.stdout.split()
    assert int(process) >= 5
    assert session in (process, "none")
