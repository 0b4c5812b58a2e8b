"""Runs that were asked about lately, open for the next question."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import matcher
from matcher.dataset import Dataset
from matcher.errors import UnknownIdError
from matcher_service.answers.answerers import Answerers, Answers, InProcess
from matcher_service.answers.held import DATASET, About, HeldRun
from matcher_service.answers.held import PSEUDONYM_FILE as PSEUDONYM_FILE
from matcher_service.answers.held import RUN as RUN

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that can be asked."""

    answers: Answers

    @property
    def about(self) -> About:
        """What is told of the run."""
        return self.answers.about

    def ask(
        self,
        question: Callable[Concatenate[HeldRun, _P], _T],
        *told: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """The answer to a question (`answers.questions`).

        Raises
        ------
        AnswererGoneError
            Who held the run fell; it is opened again for the next request.
        """
        return self.answers.ask(question, *told, **named)

    def school_of(self, learner_id: str) -> str:
        """School of a learner.

        Raises
        ------
        UnknownIdError
            There is no such learner.
        """
        try:
            return self.about.schools[learner_id]
        except KeyError:
            raise UnknownIdError.of(learner_id, "learner", "leerling") from None


class RunShelf:
    """Opens a run when it is first asked about, and keeps the last few."""

    def __init__(self, processes: int, most: int = 2) -> None:
        self._processes = processes
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
            with self._lock:
                known = self._runs.get(folder)
                if known is not None and not known.answers.is_gone:
                    self._runs.move_to_end(folder)
                    return known
            if known is not None:
                known.answers.close()
            return self._keep(folder, OpenRun(answers=self._answers(folder)))

    def data(self, folder: Path) -> Dataset:
        """The dataset of a run alone, which is quicker to read than the whole run."""
        with self._lock:
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
        """Close all: a learner was erased, data removed, or the service ends."""
        with self._lock:
            closed = list(self._runs.values())
            self._runs.clear()
            self._data.clear()
        for each in closed:
            each.answers.close()

    def _answers(self, folder: Path) -> Answers:
        if not self._processes:
            return InProcess(folder)
        return Answerers(folder, self._processes)

    def _keep(self, folder: Path, opened: OpenRun) -> OpenRun:
        closed = []
        with self._lock:
            self._runs[folder] = opened
            while len(self._runs) > self._most:
                closed.append(self._runs.popitem(last=False)[1])
        for each in closed:
            each.answers.close()
        return opened
