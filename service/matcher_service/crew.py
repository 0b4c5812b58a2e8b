"""The workers of one machine: a process each, started again when one falls."""

import logging
import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess

from matcher_service.jobs.worker import CHECKS, SOLVES, sweep, work
from matcher_service.settings import Settings
from matcher_service.store import Database

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Crew:
    """A worker for checks and one for what takes long: no upload waits for a solve."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._is_over = threading.Event()
        self._workers = {kinds: self._started(kinds) for kinds in (CHECKS, SOLVES)}
        self._watch = threading.Thread(target=self._look_after, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Ask all to end after what they do now, and wait for it."""
        self._is_over.set()
        self._watch.join()
        for each in self._workers.values():
            each.terminate()
        for each in self._workers.values():
            each.join()

    def _look_after(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            for kinds, worker in self._workers.items():
                if not worker.is_alive():
                    logger.warning("a worker fell; another begins")
                    self._workers[kinds] = self._started(kinds)

    def _started(self, kinds: tuple[str, ...]) -> BaseProcess:
        # Told and not looked up: who falls while a worker starts is not its parent.
        asked = (self._settings, kinds, os.getpid())
        process = self._context.Process(target=_work, args=asked)
        process.start()
        return process


def _work(settings: Settings, kinds: tuple[str, ...], parent: int) -> None:
    """Work until asked to end, or until the parent has fallen."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    is_over = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: is_over.set())
    database = Database(settings.url)
    sweep(settings, database)
    work(
        settings,
        database,
        kinds,
        lambda: is_over.is_set() or os.getppid() != parent,
    )
    database.close()
