"""Room travel."""
