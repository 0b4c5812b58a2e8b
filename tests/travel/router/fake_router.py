"""A small router on loopback that speaks the documented forms of OSRM and Valhalla.

It reads requests strictly, as the real ones do, and reckons with a formula that
a test can repeat: seconds = 1000 x (|lat difference| + |lon difference|) x the
slowness of the profile.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOWNESS = {
    "car": 10,
    "bike": 30,
    "foot": 90,
    "auto": 10,
    "bicycle": 30,
    "pedestrian": 90,
    "motor_scooter": 15,
}
_TABLE = re.compile(
    r"/table/v1/(?P<profile>\w+)/(?P<places>[-\d.,;]+)"
    r"\?sources=(?P<sources>[\d;]+)&destinations=(?P<destinations>[\d;]+)"
    r"&annotations=duration"
)

Place = tuple[float, float]
"""Latitude, longitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server says instead of a table.

    Attributes
    ----------
    is_silent
        Nothing at all, until the client hangs up.
    pause_seconds, pieces
        The body comes in so many pieces, with a pause before each.
    content_length
        What the header claims, where that is not the truth.
    """

    status: int = 200
    body: bytes = b""
    is_silent: bool = False
    pause_seconds: float = 0.0
    pieces: int = 1
    content_length: int | None = None

    @classmethod
    def of(cls, status: int, document: object) -> "Reply":
        return cls(status=status, body=json.dumps(document).encode())


@dataclass(slots=True, kw_only=True)
class FakeRouter:
    """What the server knows, and what it was asked.

    Attributes
    ----------
    scripted
        Said first, one per request.
    islands
        Places that no road connects with others: null.
    off_road
        Places without a road near: the whole table is refused.
    max_locations
        Origins and destinations in one table.
    sizes
        (origins, destinations) of each table answered.
    """

    url: str = ""
    scripted: list[Reply] = field(default_factory=list)
    islands: set[Place] = field(default_factory=set)
    off_road: set[Place] = field(default_factory=set)
    max_locations: int = 1000
    slowness: dict[str, int] = field(default_factory=lambda: dict(SLOWNESS))
    is_old: bool = False
    num_requests: int = 0
    profiles: list[str] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)

    def seconds(self, profile: str, start: Place, end: Place) -> float | None:
        if start != end and {start, end} & self.islands:
            return None
        apart = abs(start[0] - end[0]) + abs(start[1] - end[1])
        return round(1000 * apart * self.slowness[profile], 1)

    def matrix(self, profile: str, origins: list[Place], destinations: list[Place]):
        self.profiles.append(profile)
        self.sizes.append((len(origins), len(destinations)))
        return [
            [self.seconds(profile, start, end) for end in destinations]
            for start in origins
        ]

    def osrm(self, path: str) -> Reply:
        if not (match := _TABLE.fullmatch(path)):
            return Reply.of(
                400, {"code": "InvalidUrl", "message": "URL string malformed"}
            )
        places = [
            (float(lat), float(lon))
            for lon, lat in (text.split(",") for text in match["places"].split(";"))
        ]
        origins = [places[int(k)] for k in match["sources"].split(";")]
        destinations = [places[int(k)] for k in match["destinations"].split(";")]
        if match["profile"] not in self.slowness:
            return Reply.of(400, {"code": "InvalidValue", "message": "unknown profile"})
        if len(places) > self.max_locations:
            return Reply.of(
                400, {"code": "TooBig", "message": "Too many table coordinates"}
            )
        if self.off_road & set(places):
            message = "Could not find a matching segment for coordinate 0"
            return Reply.of(400, {"code": "NoSegment", "message": message})
        durations = self.matrix(match["profile"], origins, destinations)
        return Reply.of(200, {"code": "Ok", "durations": durations})

    def valhalla(self, document: dict) -> Reply:
        origins, destinations = (
            [(place["lat"], place["lon"]) for place in document[side]]
            for side in ("sources", "targets")
        )
        if document["costing"] not in self.slowness:
            return _refusal(125, f"No costing method found: '{document['costing']}'")
        if len(origins) + len(destinations) > self.max_locations:
            return _refusal(150, f"Exceeded max locations:{self.max_locations}")
        if self.off_road & {*origins, *destinations}:
            return _refusal(171, "No suitable edges near location")
        times = self.matrix(document["costing"], origins, destinations)
        if self.is_old or document.get("verbose", True):
            matrix: object = [
                [
                    {"time": time, "distance": 1.0, "from_index": i, "to_index": j}
                    for j, time in enumerate(row)
                ]
                for i, row in enumerate(times)
            ]
        else:
            matrix = {"durations": times, "distances": []}
        return Reply.of(200, {"sources_to_targets": matrix, "units": "kilometers"})


def _refusal(code: int, error: str) -> Reply:
    document = {"error_code": code, "error": error, "status_code": 400}
    return Reply.of(400, document | {"status": "Bad Request"})


def _handler(router: FakeRouter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._reply(lambda: router.osrm(self.path))

        def do_POST(self):
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/sources_to_targets"
            self._reply(lambda: router.valhalla(document))

        def _reply(self, answer):
            router.num_requests += 1
            reply = router.scripted.pop(0) if router.scripted else answer()
            length = reply.content_length
            self.close_connection = True
            if reply.is_silent:
                self.connection.recv(1)
                return
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header(
                    "Content-Length", str(len(reply.body) if length is None else length)
                )
                self.send_header("Connection", "close")
                self.end_headers()
                size = -(-len(reply.body) // reply.pieces) or 1
                for start in range(0, max(len(reply.body), 1), size):
                    time.sleep(reply.pause_seconds)
                    self.wfile.write(reply.body[start : start + size])
                    self.wfile.flush()
            except OSError:
                pass  # the client has waited long enough

        def log_message(self, *_):
            """Say nothing: coordinates are in the path."""

    return Handler


@contextmanager
def running_router() -> Iterator[FakeRouter]:
    router = FakeRouter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(router))
    router.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield router
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
