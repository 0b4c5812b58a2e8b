"""What the judge says: violations, warnings and the recomputed numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "FILE": "a file of the run folder is missing or not of the documented form",
        "ID": "a row names an id that the dataset does not know, or ids that differ",
        "DOUBLE": "two rows of one file bear the same key",
        "DATA": "the run was made for another dataset than the one given",
        "POLICY": "the recorded policy holds a key or value unknown to the contract",
        "E1": "the site is not recognised on every day of the period",
        "E2": "the mentor is not of the site, not available or not trained",
        "E3": "the travel time is beyond a limit, or unknown",
        "E4": "the learner is under the site's minimum age, or of unknown age",
        "E5": "learner and site share no language",
        "E6": "a required support need is met by neither site nor mentor",
        "E7": "the site demands what was assessed as not possible",
        "E8": "somebody refused this placement",
        "E9": "the period starts before the learner is ready",
        "P1": "a block is shorter than the trajectory's minimum",
        "P2": "a plan visits more sites than the trajectory allows",
        "P3": "an attest is not held before a block starts",
        "P4": "a signed placement was changed or dropped",
        "C1": "more learners at a site than its capacity",
        "C2": "more learners with a mentor than the maximum",
        "C3": "more guidance hours than the mentor has",
        "C4": "more learners in an enterprise than its maximum",
        "C5": "more learners in a course than its seats",
        "SEAT": "a course seat that this learner may not take",
        "COV": "coverage.csv differs from what the plan covers",
        "QUAL": "qualifications.csv differs from what the plan earns",
        "UNPLACED": "unplaced.csv differs from the active periods without a placement",
        "SUCCESS": "success.csv lacks, or contradicts, a chance that the run used",
        "OBJ": "the objective differs from the recomputed one",
        "COMP": "a component differs from the recomputed one",
        "BOUND": "the bound is above the objective, so it bounds nothing",
        "GAP": "the gap is not (objective - bound) / objective",
        "STATUS": "the status claims what the numbers do not show",
        "SUM": "another number of summary.json is missing or wrong",
    }
)
"""Every code that a violation can bear, and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule or claim that does not hold.

    Attributes
    ----------
    code
        A key of `CODES`.
    learner_id, period_id
        "" where the violation is of no single learner or period.
    place
        The id of a site, mentor, enterprise or course, or a file name.
    found, expected
        What stands there and what would be right, in words or numbers.
    message_nl, message_en
        One sentence for people.
    """

    code: str
    learner_id: str = ""
    period_id: str = ""
    place: str = ""
    found: str
    expected: str
    message_nl: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a plan is worth and which rules it breaks.

    Attributes
    ----------
    violations
        Empty if and only if every rule and every claim holds.
    warnings
        Signed placements that break a rule: people decided so, the plan may
        stay (P4), and the exit code stays 0.
    objective, components, points
        Recomputed, in points; `points` per learner id and term. Rows with
        unknown ids are left out; a second row of one learner and period too.
    placed
        Learners with at least one placed period.
    fully_covered
        Learners without a gap and without a group that lacks a context.
    """

    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    objective: float
    components: Mapping[str, float]
    points: Mapping[str, Mapping[str, float]]
    placed: int
    fully_covered: int

    @property
    def holds(self) -> bool:
        """Whether nothing is violated; warnings do not count."""
        return not self.violations
