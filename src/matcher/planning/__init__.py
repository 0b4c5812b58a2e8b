"""One learner's cheapest plans at given prices: the pricing problem.

A plan is a sequence of blocks; the search runs over blocks in time order, exact
by branch and bound (see `search`). Prices come from the master LP; at price zero
the search gives the plan a learner would have alone.
"""

from matcher.planning.plan_space import PlanSpace as PlanSpace
from matcher.planning.plan_space import plan_space_of as plan_space_of
from matcher.planning.price import PricedOptions as PricedOptions
from matcher.planning.price import PriceList as PriceList
from matcher.planning.price import Pricing as Pricing
from matcher.planning.price import cheapest_plans as cheapest_plans
from matcher.planning.price import promising_plans as promising_plans
