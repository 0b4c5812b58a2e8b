"""Joblib on a Dask cluster: the machines that somebody else looks after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import joblib

from matcher.errors import MatcherError


class BackendError(MatcherError):
    """The workers that were asked for are not there."""


class WorkersLostError(MatcherError):
    """Worker processes were ended from outside; what they had solved is kept."""

    def __init__(self) -> None:
        super().__init__(
            "A worker process was ended from outside, perhaps for want of memory. "
            "What is solved is kept: the same command goes on there.",
            "Een werkproces werd van buitenaf beëindigd, misschien bij gebrek aan "
            "geheugen. Wat opgelost is, blijft: dezelfde opdracht gaat daar verder.",
        )


@contextmanager
def on_cluster(scheduler: str | None, shared: Sequence[object] = ()) -> Iterator[None]:
    """Joblib on a Dask cluster, which does again what a lost worker had in hand.

    Parameters
    ----------
    scheduler
        Its address, such as ``tcp://localhost:8786``.
    shared
        What many tasks are given: sent to the workers once.

    Raises
    ------
    BackendError
        The cluster cannot be reached or has no workers, or Dask is not installed.
    WorkersLostError
        A task ended its worker again and again.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        install = 'pip install "matcher[dask]"'
        message = f"Dask is not installed. Install it with: {install}."
        dutch = f"Dask is niet geïnstalleerd. Installeer het met: {install}."
        raise BackendError(message, dutch) from error
    if scheduler is None:
        message = "Give the address of the Dask scheduler with --scheduler."
        dutch = "Geef het adres van de Dask-scheduler met --scheduler."
        raise BackendError(message, dutch)
    try:
        # Dask types its modules and leaves this call out.
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=_PATIENCE_SECONDS
        )
    except (OSError, ValueError) as error:
        message = f'No Dask scheduler answers at "{scheduler}": {error}'
        dutch = f'Op "{scheduler}" antwoordt geen Dask-scheduler: {error}'
        raise BackendError(message, dutch) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
        except TimeoutError as error:
            message = f'The Dask cluster at "{scheduler}" has no workers. Start some.'
            dutch = f'De Dask-cluster op "{scheduler}" heeft geen workers. Start er.'
            raise BackendError(message, dutch) from error
        try:
            with joblib.parallel_config(backend="dask", scatter=list(shared) or None):
                yield
        except KilledWorker as error:
            raise WorkersLostError from error


def check_cluster(scheduler: str) -> None:
    """Nothing, if there is a cluster with workers.

    Raises
    ------
    BackendError
        See `on_cluster`.
    """
    with on_cluster(scheduler):
        pass


_PATIENCE_SECONDS = 10
