"""Runs that were asked about lately, kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import matcher
from matcher.dataset import Dataset
from matcher.suggestions import LoadedRun, RegionPrices, load_run
from matcher_service.answers.prices import read_prices

DATASET, RUN = "dataset", "run"
PSEUDONYM_FILE = "pseudonyms.bin"
"""Random bytes behind the pseudonyms of one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that can be asked.

    Attributes
    ----------
    folder
        Of the job: the dataset with its decisions, and the run.
    lock
        Held while the library answers: it promises nothing to two threads at once.
    """

    folder: Path
    run: LoadedRun
    prices: RegionPrices
    lock: threading.Lock = field(default_factory=threading.Lock)

    def school_of(self, learner_id: str) -> str:
        """School of a learner.

        Raises
        ------
        UnknownIdError
            There is no such learner.
        """
        return str(self.run.dataset.learners.school_id[self.run.learner(learner_id)])


class RunShelf:
    """Opens a run when it is first asked about, and keeps the last few."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._runs: OrderedDict[Path, OpenRun] = OrderedDict()
        self._data: OrderedDict[Path, Dataset] = OrderedDict()
        self._lock = threading.Lock()
        self._opening: dict[Path, threading.Lock] = {}

    def open(self, folder: Path) -> OpenRun:
        """A run by the folder of its job; who comes second waits for the first."""
        with self._lock:
            opening = self._opening.setdefault(folder, threading.Lock())
        with opening:
            return self._kept(folder, lambda: _opened(folder))

    def data(self, folder: Path) -> Dataset:
        """The dataset of a run alone, which is quicker to read than the whole run."""
        with self._lock:
            known = self._runs.get(folder)
            if known is not None:
                return known.run.dataset
            if folder in self._data:
                self._data.move_to_end(folder)
                return self._data[folder]
        found = matcher.read_dataset(folder / DATASET)
        with self._lock:
            self._data[folder] = found
            while len(self._data) > self._most:
                self._data.popitem(last=False)
        return found

    def forget(self) -> None:
        """Close all: a learner was erased, or data removed."""
        with self._lock:
            self._runs.clear()
            self._data.clear()

    def _kept(self, folder: Path, load: Callable[[], OpenRun]) -> OpenRun:
        with self._lock:
            known = self._runs.get(folder)
            if known is not None:
                self._runs.move_to_end(folder)
                return known
        loaded = load()
        with self._lock:
            self._runs[folder] = loaded
            while len(self._runs) > self._most:
                self._runs.popitem(last=False)
        return loaded


def _opened(folder: Path) -> OpenRun:
    run = load_run(matcher.read_dataset(folder / DATASET), folder / RUN)
    return OpenRun(folder=folder, run=run, prices=read_prices(run, folder / RUN))
