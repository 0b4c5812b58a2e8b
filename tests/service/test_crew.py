"""Workers end with the service that started them."""

import gc
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
import uvicorn

from matcher_service.commands import serve_with
from matcher_service.crew import _work
from matcher_service.jobs.priority import give_way
from matcher_service.jobs.worker import CHECKS
from matcher_service.service import build_service
from matcher_service.settings import Settings

_MOST = 19
_NOBODY = 2**22 + 1
"""More than any number of a process."""


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


def test_job_whose_worker_fell_before_it_began_is_not_begun(tmp_path):
    command = [sys.executable, "-m", "matcher_service.jobs.child"]
    told = subprocess.run(
        [*command, str(tmp_path / "task.json"), str(_NOBODY)],
        capture_output=True,
        text=True,
    )
    # It did not look for the task, which is not there.
    assert (told.returncode, told.stderr) == (1, "")


def test_worker_loads_neither_engines_nor_the_web():
    """Each start of a worker would wait for them, and there are several."""
    heavy = "{'numba', 'ortools', 'highspy', 'scipy', 'pandas', 'numpy', 'fastapi'}"
    loaded = f"import sys; sys.exit(len({heavy} & set(sys.modules)))"
    code = f"import matcher_service.commands; {loaded}"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_what_was_imported_is_not_looked_through_while_people_wait(
    tmp_path, monkeypatch
):
    frozen = []
    monkeypatch.setattr(
        uvicorn.Server, "run", lambda _server: frozen.append(gc.get_freeze_count())
    )
    settings = Settings(folder=tmp_path, secure_cookies=False)
    serve_with(settings, "127.0.0.1", 0, has_workers=False)
    left = len(gc.get_objects())
    gc.unfreeze()
    assert frozen[0] > 10 * left


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of Linux")
def test_jobs_and_the_sessions_that_they_begin_give_way():
    """An engine has a session of its own: the kernel may hear nothing of its job's."""
    engine = "import os, time; os.setsid(); print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", engine], stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        own = os.getpriority(os.PRIO_PROCESS, 0)
        give_way([process.pid, _NOBODY], _MOST)
        told = os.getpriority(os.PRIO_PROCESS, process.pid)
        session = Path(f"/proc/{process.pid}/autogroup")
        of_session = session.read_text().split()[-1] if session.exists() else None
        process.kill()
    assert told == _MOST
    assert of_session in (str(_MOST), None)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
