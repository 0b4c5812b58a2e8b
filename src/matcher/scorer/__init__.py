"""The scorer (scoremodel): the chance that a placement lasts, learned from history.

history → `train` → artefact (JSON, sealed) → `read_scorer` → chances of all pairs.

A score about a person needs care: few inputs, all known before the start; none that
may not count (`matcher.dataset.forbidden`); more travel never helps, more support met
never harms, the unknown never raises a chance; every chance splits into parts that add
up. It is off unless a policy names an artefact. Fitting asks for scikit-learn, using
an artefact does not.
"""

from matcher.scorer.artefact import Artefact as Artefact
from matcher.scorer.artefact import read_artefact as read_artefact
from matcher.scorer.artefact import read_scorer as read_scorer
from matcher.scorer.explain import Explanation as Explanation
from matcher.scorer.explain import explain_chance as explain_chance
from matcher.scorer.explain import explanation_to_text as explanation_to_text
from matcher.scorer.features import Features as Features
from matcher.scorer.features import history_features as history_features
from matcher.scorer.features import pair_features as pair_features
from matcher.scorer.pair_chance import PairChance as PairChance
from matcher.scorer.pair_chance import pair_chance as pair_chance
from matcher.scorer.pair_chance import pair_chance_to_text as pair_chance_to_text
from matcher.scorer.scorer import Scorer as Scorer
