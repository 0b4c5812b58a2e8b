"""Words that sites and learners share: support, demands, languages.

Support is functional ("a quiet place"), never a diagnosis.
"""

from dataclasses import dataclass

from matcher.region.columns import Bools
from matcher.region.data_file import rows

SUPPORTS = (
    "drempelvrij",
    "rustige_plek",
    "stappenplan",
    "vast_aanspreekpunt",
    "vaste_structuur",
    "visuele_instructie",
    "extra_uitleg",
    "rustige_opbouw",
)
"""What a learner may need and a site or mentor may give."""

LANGUAGES = ("nl", "fr", "en")


def demands() -> tuple[str, ...]:
    """Return every demand that a line of work may make, in alphabetical order."""
    lines = rows("data", "profiles.csv")
    return tuple(sorted({word for row in lines for word in row["demands"].split("|")}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that occur on both sides; the others stay out of the tables.

    In a region of a few learners a word may occur with learners only, or with
    sites only: there it would look like a typing error.

    Attributes
    ----------
    supports, demands
        One mark per word of `SUPPORTS` and of `demands()`.
    """

    supports: Bools
    demands: Bools
