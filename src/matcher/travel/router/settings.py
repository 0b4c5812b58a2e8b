"""What must be known of a router before it is asked anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

import httpx

from matcher.errors import RouterError

DEFAULT_PROFILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "osrm": MappingProxyType({"walk": "foot", "bike": "bike", "car": "car"}),
        "valhalla": MappingProxyType(
            {
                "walk": "pedestrian",
                "bike": "bicycle",
                "moped": "motor_scooter",
                "car": "auto",
            }
        ),
    }
)
"""Profiles (OSRM) and costings (Valhalla) per mode. Public transport has none:
Valhalla's tables know no timetables, OSRM none at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterSettings:
    """One router and how to ask it.

    Attributes
    ----------
    url
        Address to which ``/table/v1/...`` or ``/sources_to_targets`` is added.
    profiles
        Profile or costing per mode of the policy; a mode that is absent keeps
        the estimate. An ``osrm-routed`` process knows one profile and ignores
        the name it is asked for: name only the mode that its map is made for.
    timeout_seconds
        Longest wait for one answer.
    retries
        Further attempts after silence, a broken connection or "busy".
    backoff_seconds
        Pause before the first further attempt; it doubles each time.
    cache_folder
        Where answers are kept; None is the user's cache folder. Empty it when
        the router gets a newer map.
    batch_size
        Origins and destinations together in one table, 2 or more.
    """

    kind: Literal["osrm", "valhalla"]
    url: str
    profiles: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 30.0
    retries: int = 2
    backoff_seconds: float = 0.5
    cache_folder: Path | None = None
    batch_size: int = 100

    def __post_init__(self) -> None:
        if self.kind not in DEFAULT_PROFILES:
            _refuse("kind", self.kind, '"osrm" or "valhalla"')
        if not _is_base_url(self.url):
            _refuse("url", self.address, "an address such as http://host:port")
        if self.timeout_seconds <= 0:
            _refuse("timeout_seconds", self.timeout_seconds, "more than 0 seconds")
        if self.retries < 0:
            _refuse("retries", self.retries, "0 or more attempts")
        if self.backoff_seconds < 0:
            _refuse("backoff_seconds", self.backoff_seconds, "0 or more seconds")
        if self.batch_size < 2:
            _refuse("batch_size", self.batch_size, "2 or more locations")
        if not self.profiles:
            object.__setattr__(self, "profiles", DEFAULT_PROFILES[self.kind])

    @property
    def address(self) -> str:
        """The url as messages, logs and the cache may show it: without a login."""
        scheme, _, rest = self.url.rstrip("/").partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"


def _is_base_url(url: str) -> bool:
    try:
        parts, port = httpx.URL(url), urlsplit(url).port
    except (ValueError, httpx.InvalidURL):
        return False
    is_bare = not (parts.query or parts.fragment)
    return (
        parts.scheme in {"http", "https"} and bool(parts.host) and is_bare and port != 0
    )


def _refuse(setting: str, found: object, expected: str) -> None:
    message = f'Router setting {setting}: found "{found}". Expected {expected}.'
    raise RouterError(message)
