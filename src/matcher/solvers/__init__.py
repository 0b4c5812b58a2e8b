"""Room solvers."""
