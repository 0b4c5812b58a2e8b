"""The independent judge: every rule and number of a run, from its files alone.

It shares no code with the engine: its own policy, travel, coverage and points.
"""

from matcher.checker.check import check_run as check_run
from matcher.checker.judge import check_plan as check_plan
from matcher.checker.shortage import ShortageFault as ShortageFault
from matcher.checker.shortage import verify_shortages as verify_shortages
from matcher.checker.verdict import CODES as CODES
from matcher.checker.verdict import Verdict as Verdict
from matcher.checker.verdict import Violation as Violation
