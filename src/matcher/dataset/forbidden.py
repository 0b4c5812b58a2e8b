"""Columns that may never count in a score about a person, by name.

Gender, origin and readiness are no inputs; neither are names, national numbers,
the school, the home, or what stands in for one of them (DOMAIN, "Trust").
"""

import re

FORBIDDEN_WORDS = frozenset(
    {
        "gender",
        "sex",
        "geslacht",
        "female",
        "male",
        "man",
        "vrouw",
        "origin",
        "origine",
        "herkomst",
        "afkomst",
        "nationality",
        "nationaliteit",
        "ethnicity",
        "etniciteit",
        "migration",
        "migratie",
        "birthplace",
        "geboorteplaats",
        "religion",
        "religie",
        "godsdienst",
        "language",
        "languages",
        "taal",
        "talen",
        "thuistaal",
        "name",
        "names",
        "naam",
        "namen",
        "firstname",
        "lastname",
        "surname",
        "voornaam",
        "achternaam",
        "familienaam",
        "readiness",
        "ready",
        "screening",
        "arbeidsrijp",
        "arbeidsrijpheid",
        "arbeidsbereid",
        "arbeidsbereidheid",
        "school",
        "schools",
        "schoolid",
        "postcode",
        "postcodes",
        "postalcode",
        "zip",
        "zipcode",
        "address",
        "adres",
        "street",
        "straat",
        "gemeente",
        "municipality",
        "neighbourhood",
        "buurt",
        "wijk",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "national",
        "insz",
        "rijksregister",
        "rijksregisternummer",
        "ssn",
        "niss",
        "bis",
        "diagnosis",
        "diagnose",
        "disability",
        "handicap",
        "health",
        "gezondheid",
    }
)
"""Words; a column is forbidden when its name holds one of them as a part."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[^a-z]+")


def is_forbidden_input(name: str) -> bool:
    """Return whether a column of this name may never be an input of a score.

    Capitals and signs do not matter: ``Geslacht``, ``learner.gender`` and
    ``postCode`` are all told apart from ``travel_minutes``.
    """
    parts = _PART.split(_CAPITAL.sub("_", name).casefold())
    joined = "".join(parts)
    return not FORBIDDEN_WORDS.isdisjoint([*parts, joined])
