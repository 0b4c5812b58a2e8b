"""What may be chosen about a synthetic region."""

from dataclasses import dataclass, fields

from matcher.errors import MatcherError


class RegionError(MatcherError):
    """A region was asked for that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionParams:
    """Knobs of a synthetic region; shares lie in 0 to 1.

    The defaults follow what is known of Flanders: 10,000 recognised sites and
    36,000 recognitions for 6,000 learners. The other shares are assumptions.

    Attributes
    ----------
    trainings
        Number of trainings; None lets it grow with the learners, from the ten
        real ones to 60 at 6,000 learners. More than ten adds synthetic
        relatives of the ten.
    sites_per_learner, recognitions_per_site
        Means. A site never gets more recognitions than its line of work fits.
    offer_low, offer_high
        Least and largest share of the specific competences that one recognised
        site teaches, before the rarity of each competence and the strands that a
        site leaves out; after them half of the sites teach 40 to 70 %.
    support_share
        Share of learners with functional support needs.
    signed_share
        Share of learners with a signed first block.
    untrained_share
        Share of mentors without training; half as many again follow one later.
    seat_share
        Course seats per learner whose trajectory has the course.
    """

    trainings: int | None = None
    sites_per_learner: float = 5 / 3
    recognitions_per_site: float = 3.6
    offer_low: float = 0.55
    offer_high: float = 1.0
    support_share: float = 0.18
    signed_share: float = 0.1
    untrained_share: float = 0.12
    seat_share: float = 0.3

    def __post_init__(self) -> None:
        for knob in fields(self):
            value = getattr(self, knob.name)
            low, high = _range(knob.name)
            if value is not None and not low <= value <= high:
                raise RegionError(
                    f"RegionParams {knob.name}: found {value!r}. "
                    f"Expected a number from {low:g} to {high:g}."
                )
        if self.offer_low > self.offer_high:
            raise RegionError(
                f"RegionParams offer_low: found {self.offer_low}. "
                f"Expected at most offer_high, {self.offer_high}."
            )


def _range(knob: str) -> tuple[float, float]:
    if knob.endswith("_share") or knob.startswith("offer_"):
        return 0, 1
    return (1, 10_000) if knob == "trainings" else (0, 100)
