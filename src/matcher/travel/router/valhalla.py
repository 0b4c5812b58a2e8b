"""The time-distance matrix of Valhalla.

``POST /sources_to_targets`` with sources, targets and a costing. Two forms of
answer are documented: an object of matrices (``verbose`` false, asked for here)
and objects with ``time`` per pair, which older servers always give. Times are
seconds, null where no road connects; a refusal has status 400 and an error code.
Asked by POST, coordinates stay out of the server's access log.
"""

from matcher.travel.point import Floats
from matcher.travel.router.exchange import Exchange, Question
from matcher.travel.router.place import Places
from matcher.travel.router.table import (
    IllFormedError,
    PlacesUnreachableError,
    Table,
    TableTooLargeError,
    seconds_of_cells,
    seconds_of_rows,
)

_UNREACHABLE = {"154", "170", "171", "442"}
"""Farther than the costing may go, in separate regions, no road near, no path."""
_TOO_LARGE = "150"


def valhalla_seconds(exchange: Exchange, table: Table) -> Floats:
    """(origins, destinations), seconds on the road; NaN where none connects.

    Raises
    ------
    TableTooLargeError, PlacesUnreachableError
        A smaller table may be answered.
    RouterError
        No answer of use.
    """
    question = Question(
        profile=table.profile,
        path="/sources_to_targets",
        document={
            "sources": _locations(table.origins),
            "targets": _locations(table.destinations),
            "costing": table.profile,
            "verbose": False,
        },
    )
    answer = exchange.ask(question)
    document = answer.document
    if not isinstance(document, dict):
        raise exchange.error(question, "JSON that is no object")
    code, message = str(document.get("error_code")), document.get("error", "")
    if code in _UNREACHABLE:
        raise PlacesUnreachableError(message)
    if code == _TOO_LARGE:
        raise TableTooLargeError(message)
    if "sources_to_targets" not in document:
        raise exchange.error(
            question, f"status {answer.status}, error {code} {message}"
        )
    try:
        return _seconds(document["sources_to_targets"], table.shape)
    except IllFormedError as error:
        raise exchange.error(question, str(error)) from error


def _locations(places: Places) -> list[dict[str, float]]:
    return [{"lat": float(lat), "lon": float(lon)} for lat, lon in places.lat_lon()]


def _seconds(matrix: object, shape: tuple[int, int]) -> Floats:
    if isinstance(matrix, dict):
        return seconds_of_rows(matrix.get("durations"), shape)
    if not isinstance(matrix, list):
        message = "sources_to_targets that is neither a list nor an object"
        raise IllFormedError(message)
    num_origins, num_destinations = shape
    cells = [
        cell for row in matrix for cell in (row if isinstance(row, list) else [row])
    ]
    if len(cells) != num_origins * num_destinations:
        message = f"{len(cells)} pairs, not {num_origins * num_destinations}"
        raise IllFormedError(message)
    for position, cell in enumerate(cells):
        if not isinstance(cell, dict) or "time" not in cell:
            message = "a pair without time"
            raise IllFormedError(message)
        here = divmod(position, num_destinations)
        if (cell.get("from_index", here[0]), cell.get("to_index", here[1])) != here:
            message = "pairs out of order"
            raise IllFormedError(message)
    return seconds_of_cells([cell["time"] for cell in cells]).reshape(shape)
