"""Room eligibility."""
