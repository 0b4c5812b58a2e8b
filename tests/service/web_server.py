"""The service of a house over HTTP, on this machine alone."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.service.conftest import House


@contextmanager
def served(house: House) -> Iterator[str]:
    """The service of a house over HTTP; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            house.client.app, log_config=None, access_log=False, lifespan="off"
        )
        server = uvicorn.Server(config)
        serving = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        serving.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        serving.join()
