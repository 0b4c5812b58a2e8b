"""How much the words of two rows overlap: asked once per two distinct sets.

Learners share few distinct sets of languages, needs and abilities, and so do
sites. What is asked of every pair is answered on the distinct sets by one matrix
product and looked up, so that no loop runs over pairs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility.position import Index

WeightedWords = tuple[tuple[str, float], ...]
"""Words of one row, each with its weight (1 where only presence counts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Total weight of a left row's words that a right row has too.

    Attributes
    ----------
    left_code, right_code
        (rows,), position of the row's set among the distinct sets.
    table
        (distinct left, distinct right), summed weights.
    """

    left_code: Index
    right_code: Index
    table: NDArray[np.float64]

    @classmethod
    def of(
        cls, left: Sequence[WeightedWords], right: Sequence[tuple[str, ...]]
    ) -> "Overlap":
        """Overlap of all left with all right rows."""
        left_code, left_sets = _coded(left)
        right_code, right_sets = _coded([tuple((w, 1.0) for w in r) for r in right])
        words: dict[str, int] = {}
        for row in (*left_sets, *right_sets):
            for word, _ in row:
                words.setdefault(word, len(words))
        return cls(
            left_code=left_code,
            right_code=right_code,
            table=_weights(left_sets, words) @ _weights(right_sets, words).T,
        )

    def between(self, left: Index, right: Index) -> NDArray[np.float64]:
        """(pairs,): summed weights for these left and right rows."""
        return self.table[self.left_code[left], self.right_code[right]]


def present(rows: Iterable[tuple[str, ...]]) -> list[WeightedWords]:
    """Words that weigh 1 each."""
    return [tuple((word, 1.0) for word in row) for row in rows]


def _coded(rows: Sequence[WeightedWords]) -> tuple[Index, list[WeightedWords]]:
    known: dict[WeightedWords, int] = {}
    codes = [known.setdefault(tuple(sorted(set(row))), len(known)) for row in rows]
    return np.array(codes, dtype=np.int64), list(known)


def _weights(
    sets: Sequence[WeightedWords], words: dict[str, int]
) -> NDArray[np.float64]:
    weights = np.zeros((len(sets), len(words)))
    for row, weighted in enumerate(sets):
        for word, weight in weighted:
            weights[row, words[word]] = weight
    return weights
