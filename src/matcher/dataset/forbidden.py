"""Columns that may never count in a score about a person, by name.

Gender, origin and readiness are no inputs; neither are names, national numbers,
the school, the home, or what stands in for one of them (DOMAIN, "Trust").
"""

import re

FORBIDDEN_WORDS = frozenset(
    {
        "sex",
        "female",
        "male",
        "man",
        "vrouw",
        "origin",
        "origine",
        "ras",
        "race",
        "okan",
        "language",
        "languages",
        "taal",
        "talen",
        "name",
        "names",
        "namen",
        "ready",
        "zip",
        "address",
        "adres",
        "street",
        "straat",
        "neighbourhood",
        "buurt",
        "wijk",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "insz",
        "ssn",
        "niss",
        "rrn",
        "rr",
        "bsn",
        "bis",
        "diagnosis",
        "diagnose",
        "disability",
        "handicap",
        "beperking",
        "health",
        "gezondheid",
    }
)
"""Words; a column is forbidden when its name holds one of them as a part."""

FORBIDDEN_STEMS = (
    "gender",
    "geslacht",
    "sekse",
    "herkomst",
    "afkomst",
    "national",
    "nationaal",
    "etni",
    "ethni",
    "migrati",
    "migrant",
    "geboorteland",
    "geboorteplaats",
    "birthplace",
    "religi",
    "godsdienst",
    "anderstalig",
    "moedertaal",
    "thuistaal",
    "gezinstaal",
    "naam",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "learnername",
    "studentname",
    "readiness",
    "arbeidsrijp",
    "arbeidsbereid",
    "screening",
    "school",
    "postcode",
    "postalcode",
    "postnummer",
    "zipcode",
    "woonplaats",
    "gemeente",
    "municipalit",
    "rijksregister",
    "registernumber",
)
"""Letters that say enough wherever they stand: ``leerlingnaam``, ``schooltype``."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[^a-z]+")


def is_forbidden_input(name: str) -> bool:
    """Return whether a column of this name may never be an input of a score.

    Capitals and signs do not matter: ``Geslacht``, ``learner.gender`` and
    ``postCode`` are all told apart from ``travel_minutes``.
    """
    parts = _PART.split(_CAPITAL.sub("_", name).casefold())
    joined = "".join(parts)
    return not FORBIDDEN_WORDS.isdisjoint([*parts, joined]) or any(
        stem in joined for stem in FORBIDDEN_STEMS
    )
