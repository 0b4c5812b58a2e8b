"""How good is an option: points per week and term, and guidance hours."""

from matcher.scoring.scored_pairs import ScoredPairs as ScoredPairs
from matcher.scoring.scored_pairs import score_pairs as score_pairs
