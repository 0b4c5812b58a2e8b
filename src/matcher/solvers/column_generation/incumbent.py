"""The best plans so far of one part, and what is proven of them."""

from dataclasses import dataclass

from matcher.eligibility.position import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """The best plans so far of one part, and what is proven of them.

    Attributes
    ----------
    chosen
        (learners of the part,), rows of the pool.
    value, bound
        Points.
    gap
        Share of the value to which the bound shall come near.
    """

    chosen: Index
    value: float
    bound: float
    gap: float

    @property
    def slack(self) -> float:
        """Points that may lie between value and bound."""
        return max(self.gap * abs(self.value), 1e-7)

    @property
    def is_close(self) -> bool:
        """The plans are as close to the bound as asked."""
        return self.value - self.bound <= self.slack
