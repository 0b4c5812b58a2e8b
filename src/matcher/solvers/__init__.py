"""Engines: from a problem to plans with a bound."""

from matcher.solvers.solve import Progress as Progress
from matcher.solvers.solve import Result as Result
from matcher.solvers.solve import SolveParams as SolveParams
from matcher.solvers.solve import solve as solve
