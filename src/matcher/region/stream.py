"""Random streams: one per seed and purpose."""

import zlib

import numpy as np


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """Random numbers for one purpose, the same for one seed and purpose.

    Every purpose has a stream of its own, so that a change in how sites are
    drawn leaves the learners of that seed as they were.
    """
    words = [zlib.crc32(word.encode()) for word in purpose]
    return np.random.Generator(np.random.PCG64([seed, *words]))
