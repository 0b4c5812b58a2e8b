"""Hypothesis strategies: random cases and one change to one of them.

A seed is drawn, not the rows: the builders of `tests.oracle.tiny` make a case of
it, and a difference is narrowed down by switching features off.
"""

from hypothesis import strategies as st

from tests.oracle.tiny import FEATURES, Case, tiny_case


def cases(profile: str = "tiny") -> st.SearchStrategy[Case]:
    """Random cases; shrinks to few features and small seeds."""
    off = st.frozensets(st.sampled_from(sorted(FEATURES)), max_size=8)
    seeds = st.integers(min_value=0, max_value=10**6)
    return st.builds(
        lambda seed, without: tiny_case(seed, profile, FEATURES - without), seeds, off
    )


def positions() -> st.SearchStrategy[int]:
    """Which of the rows is changed; counted round."""
    return st.integers(min_value=0, max_value=50)
