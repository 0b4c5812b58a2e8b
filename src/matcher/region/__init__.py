"""Room region."""
