"""Workers end with the service that started them."""

import multiprocessing
import os

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
