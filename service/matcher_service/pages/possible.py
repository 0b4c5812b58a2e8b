"""Sites where a learner may be: all of them, by name and not by rank."""

from dataclasses import dataclass

from matcher_service.answers import questions
from matcher_service.answers.shelf import OpenRun
from matcher_service.pages.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSite:
    """A site where some period is eligible, as people know it.

    Attributes
    ----------
    minutes
        One way; None where nobody knows.
    unknown_demands
        What the work asks and nobody assessed for the learner yet.
    """

    site_id: str
    name: str
    place: str
    minutes: float | None
    unknown_demands: int


def possible_sites(
    opened: OpenRun, learner_id: str, names: Names
) -> tuple[NamedSite, ...]:
    """Sites of one learner, in the order of their names."""
    found = [
        NamedSite(
            site_id=each.site_id,
            name=names.site(each.site_id),
            place=names.site_place(each.site_id),
            minutes=each.minutes,
            unknown_demands=each.unknown_demands,
        )
        for each in opened.ask(questions.possible_sites, learner_id)
    ]
    return tuple(sorted(found, key=lambda site: (site.name, site.site_id)))
