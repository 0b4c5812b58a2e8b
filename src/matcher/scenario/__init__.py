"""Scenarios as data: a TOML file with typed changes, made to a dataset and policy.

Every change says what it comes down to as edits of cells, rows and policy keys, all
against the dataset as it was: the order of changes means nothing, and two that touch
the same fact are refused, both named. Which kinds there are: `KINDS`.
"""

from matcher.scenario.apply import Applied as Applied
from matcher.scenario.apply import AppliedChange as AppliedChange
from matcher.scenario.apply import apply_changes as apply_changes
from matcher.scenario.apply import planned as planned
from matcher.scenario.apply import write_changed as write_changed
from matcher.scenario.change import Change as Change
from matcher.scenario.explain import effects as effects
from matcher.scenario.kinds import KINDS as KINDS
from matcher.scenario.read import read_scenario as read_scenario
from matcher.scenario.scenario import Choice as Choice
from matcher.scenario.scenario import Expectation as Expectation
from matcher.scenario.scenario import Scenario as Scenario
from matcher.scenario.scenario import Sweep as Sweep
from matcher.scenario.world import World as World
from matcher.scenario.world import is_of_persons as is_of_persons
