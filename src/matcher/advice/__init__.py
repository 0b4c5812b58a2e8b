"""What would have to change: reasons for open periods, warnings about the data.

Nothing here decides anything. Every sentence says what was computed, with the
plans of all others as they are, and names no other learner.
"""

from matcher.advice.closest_site import MISSING as MISSING
from matcher.advice.closest_site import missing_in as missing_in
from matcher.advice.reason import REASONS as REASONS
from matcher.advice.unplaced import unplaced_rows as unplaced_rows
from matcher.advice.warnings import dataset_warnings as dataset_warnings
