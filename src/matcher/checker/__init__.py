"""Room checker."""
