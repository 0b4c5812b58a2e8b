"""The reason codes of unplaced.csv and the Dutch sentences beside them."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.dataset import Phrase

REASONS: Mapping[str, Phrase] = MappingProxyType(
    {
        "no_site": Phrase(
            nl="In geen enkele periode past een erkende werkplek (E1 tot E9).",
            en="No recognised site is eligible in any period (E1 to E9).",
        ),
        "no_eligible_site_in_period": Phrase(
            nl="In deze periode past geen werkplek, in een andere wel.",
            en="No site is eligible in this period; one is in another period.",
        ),
        "capacity": Phrase(
            nl=(
                "Er passen werkplekken, maar de plannen van de anderen laten in deze "
                "periode op geen enkele ruimte (plaats, onderneming, mentor)."
            ),
            en=(
                "Sites are eligible, but the plans of the others leave room at none "
                "of them in this period (places, enterprise, mentor)."
            ),
        ),
        "block_too_short": Phrase(
            nl=(
                "Er is ruimte, maar niet lang genoeg na elkaar op één werkplek voor "
                "een blok dat deze periode omvat (P1)."
            ),
            en=(
                "There is room, but not long enough in a row at one site for a block "
                "that covers this period (P1)."
            ),
        ),
        "max_sites": Phrase(
            nl=(
                "Er is ruimte voor een blok, maar alleen op een werkplek die er naast "
                "de getekende een te veel is (P2)."
            ),
            en=(
                "There is room for a block, but only at a site that would be one too "
                "many beside the signed ones (P2)."
            ),
        ),
        "attest_missing": Phrase(
            nl=(
                "Er is ruimte voor een blok, maar geen enkel plan haalt op tijd het "
                "attest dat daar nodig is (P3)."
            ),
            en=(
                "There is room for a block, but no plan earns the attest that it "
                "asks for in time (P3)."
            ),
        ),
        "costlier": Phrase(
            nl=(
                "Het kan, met de plannen van de anderen zoals ze zijn, maar dan kost "
                "het plan van deze leerling meer punten."
            ),
            en=(
                "It is possible, with the plans of the others as they are, but this "
                "learner's plan would cost more points."
            ),
        ),
        "not_settled": Phrase(
            nl=(
                "Er is ruimte; het zoeken stopte voor vaststond of het plan er beter "
                "van wordt, of het kost evenveel."
            ),
            en=(
                "There is room; the search ended before it was settled whether the "
                "plan gets better with it, or it costs the same."
            ),
        ),
    }
)
"""What each code of unplaced.csv means. The first that holds is given."""


def reasons_reference_markdown() -> str:
    """Return the codes as a Markdown table."""
    rows = [f"| `{code}` | {meaning.en} |" for code, meaning in REASONS.items()]
    return "\n".join(["| code | meaning |", "| --- | --- |", *rows]) + "\n"


def sentence(clause: str) -> str:
    """Return a clause as a sentence."""
    return f"{clause[:1].upper()}{clause[1:]}."


def dutch_number(value: float, decimals: int = 1) -> str:
    """Return a number with a decimal comma, without zeros that say nothing."""
    text = f"{value:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def english_number(value: float, decimals: int = 1) -> str:
    """Return a number with a decimal point, without zeros that say nothing."""
    return dutch_number(value, decimals).replace(",", ".")


def counted(count: int, one: str, more: str) -> str:
    """Return a count with its noun."""
    return f"{count} {one if count == 1 else more}"
