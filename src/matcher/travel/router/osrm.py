"""The table service of OSRM.

``GET /table/v1/{profile}/{lon},{lat};...?sources=0;1&destinations=2;3
&annotations=duration`` gives ``{"code": "Ok", "durations": [[seconds]]}`` with
null where no road connects; a refusal has status 400, a code and a message.
"""

from urllib.parse import quote

from matcher.travel.point import Floats
from matcher.travel.router.exchange import Exchange, Question
from matcher.travel.router.table import (
    IllFormedError,
    PlacesUnreachableError,
    Table,
    TableTooLargeError,
    seconds_of_rows,
)

_UNREACHABLE = {"NoSegment", "NoTable"}


def osrm_seconds(exchange: Exchange, table: Table) -> Floats:
    """(origins, destinations), seconds on the road; NaN where none connects.

    Raises
    ------
    TableTooLargeError, PlacesUnreachableError
        A smaller table may be answered.
    RouterError
        No answer of use.
    """
    question = _question(table)
    answer = exchange.ask(question)
    document = answer.document
    if not isinstance(document, dict):
        raise exchange.error(question, "JSON that is no object")
    code, message = str(document.get("code")), document.get("message", "")
    if code in _UNREACHABLE:
        raise PlacesUnreachableError(code)
    if code == "TooBig":
        raise TableTooLargeError(code)
    if code != "Ok":
        raise exchange.error(
            question, f'status {answer.status}, code "{code}" {message}'
        )
    try:
        return seconds_of_rows(document.get("durations"), table.shape)
    except IllFormedError as error:
        raise exchange.error(question, str(error)) from error


def _question(table: Table) -> Question:
    num_origins, num_destinations = table.shape
    places = [*table.origins.lat_lon(), *table.destinations.lat_lon()]
    coordinates = ";".join(f"{lon},{lat}" for lat, lon in places)
    # Semicolons as they are: OSRM documents them bare, in path and query.
    query = (
        f"sources={_indices(0, num_origins)}"
        f"&destinations={_indices(num_origins, num_destinations)}"
        "&annotations=duration"
    )
    profile = quote(table.profile, safe="")
    return Question(
        profile=table.profile, path=f"/table/v1/{profile}/{coordinates}?{query}"
    )


def _indices(first: int, count: int) -> str:
    return ";".join(map(str, range(first, first + count)))
