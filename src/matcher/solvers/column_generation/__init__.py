"""Column generation over whole plans; see models/formulations/plans_and_prices.md."""
