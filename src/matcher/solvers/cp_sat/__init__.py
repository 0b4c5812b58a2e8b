"""A compact exact model over single placements, for small regions and cross-checks.

It shares the `Problem` with the column engine and nothing else: no plans, no
prices, no pricing. The formulation in words is ``models/formulations/cp_sat.md``;
each constraint there bears the name of a function here.
"""

from matcher.solvers.cp_sat.engine import solve_by_cp_sat as solve_by_cp_sat
from matcher.solvers.cp_sat.part_choice import PartChoice as PartChoice
from matcher.solvers.cp_sat.part_choice import choose_for_part as choose_for_part
