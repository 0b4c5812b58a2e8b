"""Who may be where: the pair rules E1 to E9 over all learners and sites at once.

Three answers come out of this room: eligible, barred, and unknown. Unknown is
never eligible where the contract bars it, and is counted where it is allowed.
"""

from matcher.eligibility.calendar import Calendar as Calendar
from matcher.eligibility.calendar import calendar_of as calendar_of
from matcher.eligibility.offering import Offerings as Offerings
from matcher.eligibility.pairs import EligiblePairs as EligiblePairs
from matcher.eligibility.pairs import eligible_pairs as eligible_pairs
from matcher.eligibility.position import Positions as Positions
