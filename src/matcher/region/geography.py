"""Where people live and work: postcodes of Flanders and Brussels, weighted."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from matcher.region.columns import Bools, Floats, Texts
from matcher.region.data_file import csv_rows, rows
from matcher.region.params import RegionError
from matcher.region.stream import stream

USUAL_WEIGHT = 9.0
"""Thousands of inhabitants of a postcode that `data/centres.csv` does not name."""

BRUSSELS_WEIGHT = 0.25
"""Share of Brussels that counts: few of its learners follow a Dutch training."""

ONE_ARRONDISSEMENT, ONE_PROVINCE = 150, 1500
"""Most learners for which ``auto`` takes one arrondissement, or one province."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """Postcodes of one extent; all arrays are per postcode.

    Attributes
    ----------
    name
        ``arrondissement:Gent``, ``provincie:Limburg`` or ``vlaanderen``.
    lat, lon
        Medians of the rows of the postcode whose point is not suspect.
    weight
        Rough thousands of inhabitants.
    is_brussels
        Where sites may ask for French.
    """

    name: str
    postcode: Texts
    lat: Floats
    lon: Floats
    weight: Floats
    arrondissement: Texts
    is_brussels: Bools

    def __len__(self) -> int:
        return len(self.postcode)


def geography(extent: str, *, learners: int, seed: int) -> Geography:
    """Postcodes of `extent`; ``auto`` chooses one that suits the learners.

    Raises
    ------
    RegionError
        When no postcode lies in `extent`; the message lists what does.
    """
    places = _usable_rows()
    name = _chosen(places, learners, seed) if extent == "auto" else extent
    inside = [row for row in places if name in _extents(row)]
    if not inside:
        known = sorted({found for row in places for found in _extents(row)})
        raise RegionError(
            f"Extent: found {extent!r}. Expected auto or one of {', '.join(known)}."
        )
    weights = _weights()
    first = {row["postcode"]: row for row in reversed(inside)}
    postcodes = sorted(first)
    brussels = np.array([_is_brussels(first[code]) for code in postcodes])
    weight = np.array([weights.get(code, USUAL_WEIGHT) for code in postcodes])
    return Geography(
        name=name,
        postcode=np.array(postcodes, dtype=object),
        lat=_medians(places, postcodes, "lat"),
        lon=_medians(places, postcodes, "lon"),
        weight=np.where(brussels, weight * BRUSSELS_WEIGHT, weight),
        arrondissement=np.array(
            [first[code]["arrondissement"] for code in postcodes], dtype=object
        ),
        is_brussels=brussels,
    )


def _usable_rows() -> list[dict[str, str]]:
    table = files("matcher.travel") / "data" / "belgian_postcodes.csv"
    return [
        row
        for row in csv_rows(table)
        if row["suspect"] == "0" and row["region"] != "Waals Gewest"
    ]


def _is_brussels(row: dict[str, str]) -> bool:
    return row["province"] == "Brussel"


def _extents(row: dict[str, str]) -> tuple[str, str, str]:
    return (
        f"arrondissement:{row['arrondissement']}",
        f"provincie:{row['province']}",
        "vlaanderen",
    )


def _chosen(places: list[dict[str, str]], learners: int, seed: int) -> str:
    """Draw an extent of fitting size by its people; Brussels alone is one-sided."""
    if learners > ONE_PROVINCE:
        return "vlaanderen"
    level = 0 if learners <= ONE_ARRONDISSEMENT else 1
    first = {row["postcode"]: row for row in reversed(places) if not _is_brussels(row)}
    weights = _weights()
    people: dict[str, float] = {}
    for code, row in sorted(first.items()):
        name = _extents(row)[level]
        people[name] = people.get(name, 0.0) + weights.get(code, USUAL_WEIGHT)
    share = np.array(list(people.values()))
    return str(stream(seed, "extent").choice(list(people), p=share / share.sum()))


def _weights() -> dict[str, float]:
    return {
        row["postcode"]: float(row["weight"]) for row in rows("data", "centres.csv")
    }


def _medians(places: list[dict[str, str]], postcodes: list[str], axis: str) -> Floats:
    by_code: dict[str, list[float]] = {code: [] for code in postcodes}
    for row in places:
        if row["postcode"] in by_code:
            by_code[row["postcode"]].append(float(row[axis]))
    return np.array([float(np.median(by_code[code])) for code in postcodes])
