import socket

import pytest

from matcher.travel import RouterSettings
from tests.travel.router.fake_router import running_router


@pytest.fixture
def router():
    with running_router() as running:
        yield running


@pytest.fixture
def settings_of(router, tmp_path):
    """Settings for the fake router: quick to give up, cache in the test's folder."""

    def build(kind, **changes):
        usual = {
            "url": router.url,
            "timeout_seconds": 5.0,
            "backoff_seconds": 0.0,
            "cache_folder": tmp_path / "cache",
        }
        return RouterSettings(kind=kind, **(usual | changes))

    return build


@pytest.fixture
def unused_port():
    """A port on which nobody listens: bound for the moment, then let go."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
