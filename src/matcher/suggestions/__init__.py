"""Suggestions for one learner, reasons, and what they cost the others.

Everything is asked of a `LoadedRun`: a run folder with its dataset, read once.
Answers hold facts and codes; `wire` has them as JSON, `text` as sentences. What
is told of other learners is sums, never an id, a place or a need.
"""

from matcher.suggestions.explanation import explain_plan as explain_plan
from matcher.suggestions.explanation import explain_site as explain_site
from matcher.suggestions.kept_state import kept_state as kept_state
from matcher.suggestions.loaded_run import LoadedRun as LoadedRun
from matcher.suggestions.loaded_run import load_run as load_run
from matcher.suggestions.loaded_run import loaded as loaded
from matcher.suggestions.region_prices import RegionPrices as RegionPrices
from matcher.suggestions.region_prices import prices_in as prices_in
from matcher.suggestions.region_prices import region_prices as region_prices
from matcher.suggestions.region_prices import stored_prices as stored_prices
from matcher.suggestions.suggestion import Suggestion as Suggestion
from matcher.suggestions.suggestion import SuggestParams as SuggestParams
from matcher.suggestions.suggestion import suggest as suggest
