"""One profile of one router: seconds for pairs of places, from cache or table."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.errors import RouterError
from matcher.travel.point import Floats
from matcher.travel.provider import Index
from matcher.travel.router.block import blocks
from matcher.travel.router.cache import LegCache, Legs
from matcher.travel.router.exchange import Exchange
from matcher.travel.router.osrm import osrm_seconds
from matcher.travel.router.place import Places
from matcher.travel.router.settings import RouterSettings
from matcher.travel.router.table import (
    PlacesUnreachableError,
    Table,
    TableTooLargeError,
)
from matcher.travel.router.valhalla import valhalla_seconds

logger = logging.getLogger(__name__)

_ASK: Mapping[str, Callable[[Exchange, Table], Floats]] = MappingProxyType(
    {"osrm": osrm_seconds, "valhalla": valhalla_seconds}
)
_REFUSALS_BEFORE_ANSWER = 25
"""Single pairs refused before the first answer: the map is of another country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A profile of a router and the modes it answers for.

    Attributes
    ----------
    modes
        Names of modes of the policy.
    """

    settings: RouterSettings
    profile: str
    modes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Under which its answers are cached and reported."""
        return f"{self.settings.kind} {self.settings.address} {self.profile}"

    def seconds(self, origin: Index, destination: Index) -> Floats:
        """(num_pairs,), seconds on the road between keys; NaN where none connects.

        Pairs may repeat; each different one is asked once, and never again where
        the cache has it.

        Raises
        ------
        RouterError
            The router does not answer as documented. What it answered before is
            in the cache: another attempt goes on from there.
        """
        origins, i = np.unique(origin, return_inverse=True)
        destinations, j = np.unique(destination, return_inverse=True)
        code, pair = np.unique(i * len(destinations) + j, return_inverse=True)
        wanted = _Wanted(origins=origins, destinations=destinations, code=code)
        cache = LegCache(self.settings.cache_folder)
        wanted.fill(cache.read(self.name, origins))
        if not wanted.is_known.all():
            self._ask(wanted, cache)
        return wanted.seconds[pair]

    def _ask(self, wanted: "_Wanted", cache: LegCache) -> None:
        num_tables = 0
        with Exchange(self.settings) as exchange:
            tables = _Tables(exchange=exchange, route=self)
            for origins, destinations in wanted.missing(self.settings.batch_size):
                seconds = tables.seconds(origins, destinations)
                legs = Legs(
                    origin=np.repeat(origins, len(destinations)),
                    destination=np.tile(destinations, len(origins)),
                    seconds=seconds.ravel(),
                )
                cache.write(self.name, legs)
                wanted.fill(legs)
                num_tables += 1
        logger.info("%s: %d tables asked", self.name, num_tables)


@dataclass(slots=True, kw_only=True, eq=False)
class _Wanted:
    """Different pairs of keys and what is known of them so far.

    Attributes
    ----------
    origins, destinations
        Keys, ascending.
    code
        (num_pairs,), ascending: position of the origin x number of destinations
        + position of the destination.
    seconds, is_known
        (num_pairs,), filled in place.
    """

    origins: Index
    destinations: Index
    code: Index
    seconds: Floats = field(init=False)
    is_known: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = np.full(len(self.code), np.nan)
        self.is_known = np.zeros(len(self.code), dtype=bool)

    def fill(self, legs: Legs) -> None:
        """Take over the legs that are wanted."""
        if not len(self.code):
            return
        i, has_origin = _find(self.origins, legs.origin)
        j, has_destination = _find(self.destinations, legs.destination)
        at, is_wanted = _find(self.code, i * len(self.destinations) + j)
        used = has_origin & has_destination & is_wanted
        self.seconds[at[used]] = legs.seconds[used]
        self.is_known[at[used]] = True

    def missing(self, batch_size: int) -> list[tuple[Index, Index]]:
        """Blocks of keys that hold every pair not known yet."""
        i, j = np.divmod(self.code[~self.is_known], len(self.destinations))
        return [
            (self.origins[block_i], self.destinations[block_j])
            for block_i, block_j in blocks(i, j, batch_size)
        ]


def _find(names: Index, wanted: Index) -> tuple[Index, NDArray[np.bool_]]:
    """Position of each in the ascending names, and whether it is there."""
    at = np.minimum(np.searchsorted(names, wanted), len(names) - 1)
    return at, names[at] == wanted


@dataclass(slots=True, kw_only=True)
class _Tables:
    """Asks for blocks, in smaller tables where the router refuses one.

    Attributes
    ----------
    refused_size
        Locations in the smallest table that was too large.
    num_refused
        Single pairs refused before the first answer.
    """

    exchange: Exchange
    route: Route
    refused_size: float = np.inf
    num_refused: int = 0
    has_answer: bool = False

    def seconds(self, origins: Index, destinations: Index) -> Floats:
        """(origins, destinations); one place off the road spoils no other's row."""
        size = len(origins) + len(destinations)
        is_single = len(origins) == len(destinations) == 1
        if not is_single and size >= self.refused_size:
            return self._halves(origins, destinations)
        table = Table(
            profile=self.route.profile,
            origins=Places(origins),
            destinations=Places(destinations),
        )
        try:
            seconds = _ASK[self.route.settings.kind](self.exchange, table)
        except TableTooLargeError as error:
            if is_single:
                message = (
                    f"{self.route.name}: found even a single pair refused as too large"
                    f" ({error}). Expected tables of 2 locations or more. Raise the"
                    " limit that the server was started with."
                )
                raise RouterError(message) from error
            self.refused_size = size
        except PlacesUnreachableError as error:
            if is_single:
                self._count_refusal(error)
                return np.full((1, 1), np.nan)
        else:
            self.has_answer = True
            return seconds
        return self._halves(origins, destinations)

    def _halves(self, origins: Index, destinations: Index) -> Floats:
        if len(origins) >= len(destinations):
            upper, lower = np.array_split(origins, 2)
            rows = [
                self.seconds(upper, destinations),
                self.seconds(lower, destinations),
            ]
            return np.concatenate(rows, axis=0)
        left, right = np.array_split(destinations, 2)
        columns = [self.seconds(origins, left), self.seconds(origins, right)]
        return np.concatenate(columns, axis=1)

    def _count_refusal(self, error: PlacesUnreachableError) -> None:
        self.num_refused += 1
        if self.num_refused < _REFUSALS_BEFORE_ANSWER or self.has_answer:
            return
        message = (
            f"{self.route.name}: found no road near any of the first places asked"
            f" ({error}). Expected a map of the region. Check which map the router"
            " was started with."
        )
        raise RouterError(message) from error
