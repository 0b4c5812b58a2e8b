"""Kinds of columns; this room imports nothing of the rooms that read its files."""

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
"""Python strings."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]
"""datetime64[D]."""
