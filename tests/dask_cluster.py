"""A Dask cluster on this machine, for tests: processes of their own on loopback."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def started(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *map(str, arguments)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(number):
    """A Dask scheduler on this machine, and so many worker processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    quiet = ("--no-dashboard",)
    port = address.rpartition(":")[2]
    scheduler = "distributed.cli.dask_scheduler"
    worker = ("distributed.cli.dask_worker", address, "--nthreads", 1, "--no-nanny")
    with started(scheduler, "--host", "127.0.0.1", "--port", port, *quiet):
        if number == 0:
            yield address, ()
            return
        with started(*worker, *quiet) as one, started(*worker, *quiet) as other:
            yield address, (one, other)
