"""The chance of one learner at one site, and the row that may go before it."""

from dataclasses import dataclass

from matcher.dataset.dataset import Dataset
from matcher.eligibility import eligible_pairs
from matcher.errors import UnknownIdError
from matcher.policy import Policy
from matcher.scorer.explain import Explanation, explain_chance, explanation_to_text
from matcher.scorer.features import pair_features
from matcher.scorer.scorer import Scorer
from matcher.scorer.words import Language, number, said
from matcher.travel import EstimateProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChance:
    """What a scorer says of one pair, and what a plan counts with.

    Attributes
    ----------
    explanation
        Of the scorer.
    scores_row
        The chance in the table `scores`, which goes before the scorer; None without.
    """

    explanation: Explanation
    scores_row: float | None


def pair_chance(
    dataset: Dataset, policy: Policy, scorer: Scorer, *, learner_id: str, site_id: str
) -> PairChance | None:
    """Explain the chance of a pair; None where the two can be together in no period.

    Travel counts as in a plan under this policy: the `travel` row, else its estimate.

    Raises
    ------
    UnknownIdError
        The dataset holds no such learner or site.
    """
    if learner_id not in dataset.learners.learner_id:
        raise UnknownIdError.of(learner_id, "learner", "leerling")
    if site_id not in dataset.sites.site_id:
        raise UnknownIdError.of(site_id, "site", "werkplek")
    pairs = eligible_pairs(dataset, policy, EstimateProvider(policy.travel))
    is_site = dataset.sites.site_id[pairs.offerings.site[pairs.offering]] == site_id
    is_learner = dataset.learners.learner_id[pairs.learner] == learner_id
    (rows,) = (is_learner & is_site).nonzero()
    if not len(rows):
        return None
    scores = dataset.scores
    is_row = (scores.learner_id == learner_id) & (scores.site_id == site_id)
    own = scores.success[is_row]
    return PairChance(
        explanation=explain_chance(scorer, pair_features(pairs, dataset), int(rows[0])),
        scores_row=float(own[0]) if len(own) else None,
    )


def pair_chance_to_text(chance: PairChance, language: Language) -> str:
    """Write the explanation, and the row that goes before it where there is one."""
    told = explanation_to_text(chance.explanation, language)
    if chance.scores_row is None:
        return told
    row = number(100 * chance.scores_row, ".1f", language)
    return f"{told}\n{said('scores_row', language, chance=row)}"
