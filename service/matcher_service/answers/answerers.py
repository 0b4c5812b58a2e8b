"""Processes that hold one run and answer questions about it.

One process loads the run and forks the others, so that all share its memory. None of
them speaks HTTP: whoever waits for a page or for ``/v1/health`` waits for no search,
and a fault in an answer costs one answer.

A question is a function whose first argument is the run that is held. The function,
its other arguments and its answer go through a pipe.
"""

import gc
import logging
import multiprocessing
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from matcher.errors import MatcherError
from matcher_service.answers import questions
from matcher_service.answers.held import About, HeldRun, about, hold

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_END_SECONDS = 10.0
_GONE = (EOFError, OSError)
"""What a pipe says when nobody is at its other end."""


class AnswererGoneError(Exception):
    """The processes that held a run are no more; opened again, it can be asked."""


class QuestionFailedError(Exception):
    """A question met a fault of ours; its place stands in the log."""


class Answers(Protocol):
    """Who answers about one run."""

    @property
    def about(self) -> About:
        """What is told of the run."""

    @property
    def is_gone(self) -> bool:
        """Nothing can be asked any more."""

    def ask(
        self,
        question: Callable[Concatenate[HeldRun, _P], _T],
        *told: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """The answer to a question."""

    def close(self) -> None:
        """End, once what was asked is answered."""


class InProcess:
    """Answers within this process, one question at a time."""

    is_gone = False

    def __init__(self, folder: Path) -> None:
        self._held = hold(folder)
        self._lock = threading.Lock()
        self.about = about(self._held)

    def ask(
        self,
        question: Callable[Concatenate[HeldRun, _P], _T],
        *told: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """The answer to a question."""
        with self._lock:
            return question(self._held, *told, **named)

    def close(self) -> None:
        """Nothing is left running."""


class Answerers:
    """Some processes around one run; each takes the next question when it is free."""

    def __init__(self, folder: Path, processes: int) -> None:
        # Spawned: this process has threads, and what they hold must not be copied.
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(processes)]
        theirs = [end for _, end in pipes]
        self._ours = [own for own, _ in pipes]
        self._host = context.Process(target=_host, args=(folder, theirs), daemon=True)
        self._host.start()
        for end in theirs:
            end.close()
        self.is_gone = False
        self._closing = threading.Lock()
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        for own in self._ours:
            self._idle.put(own)
        self.about: About = self._answer_of(self._ours[0].recv)

    def ask(
        self,
        question: Callable[Concatenate[HeldRun, _P], _T],
        *told: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """The answer to a question, once a process is free.

        Raises
        ------
        AnswererGoneError
            The processes fell, or the run was closed.
        """
        pipe = self._idle.get()
        try:

            def answer() -> Any:  # noqa: ANN401 - of any question
                pipe.send((question, told, named))
                return pipe.recv()

            found: _T = self._answer_of(answer)
            return found
        finally:
            self._idle.put(pipe)  # also a broken one: who waits is to find out too

    def close(self) -> None:
        """End, once what was asked is answered; who asks later finds nobody."""
        self.is_gone = True
        with self._closing:
            for each in [self._idle.get() for _ in self._ours]:
                each.close()
            for each in self._ours:
                self._idle.put(each)
        self._host.join(_END_SECONDS)
        self._host.kill()

    def _answer_of(self, receive: Callable[[], Any]) -> Any:  # noqa: ANN401
        try:
            answer = receive()
        except _GONE as error:
            self.is_gone = True
            raise AnswererGoneError from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _host(folder: Path, pipes: list[Connection]) -> None:
    """Load a run, fork who answers, and stay until all of them have ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of the pipes is the sign
    held = _said(partial(hold, folder))
    if isinstance(held, Exception):
        pipes[0].send(held)
        return
    pipes[0].send(about(held))
    _said(partial(questions.warm_up, held))
    gc.collect()
    gc.freeze()  # a look at what is shared would make a copy of it
    children = set()
    for own in pipes:
        child = os.fork()
        if not child:
            _end_after(partial(_answer_all, held, own, pipes))
        children.add(child)
    for each in pipes:
        each.close()
    while children:
        child, status = os.wait()
        children.discard(child)
        if status:  # one fell: all end, and who asks next opens the run again
            for other in children:
                with suppress(ProcessLookupError):
                    os.kill(other, signal.SIGKILL)


def _end_after(act: Callable[[], None]) -> None:
    """Act and end, without what a process does at its end: that is for the host."""
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)


def _answer_all(held: HeldRun, pipe: Connection, pipes: list[Connection]) -> None:
    """Answer until nobody asks any more."""
    for other in pipes:
        if other is not pipe:  # or it would look as if somebody were at its end
            other.close()
    with suppress(*_GONE):
        while True:
            question, told, named = pipe.recv()
            pipe.send(_said(partial(question, held, *told, **named)))


def _said(answer: Callable[[], _T]) -> _T | Exception:
    """An answer, or why there is none: without what a fault says of the data."""
    try:
        return answer()
    except MatcherError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the next question can be answered
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = type(error).__name__
        logger.error("an answer fell over: %s at %s:%s", kind, place.name, place.lineno)
        return QuestionFailedError()
