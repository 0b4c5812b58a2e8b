"""How functions are compiled, and where compiled code is kept between runs.

A function is compiled once for each kind of argument it is called with, and every
caller holds a copy of the machine code of what it calls. So the kinds are kept few:
arrays are contiguous and of one access, and a whole number written in the code, which
is a kind of its own to Numba, is passed as `ROOT`, `NONE_YET`, `NOTHING` or the like.

Numba keeps one cache per source file and does not see that a function called from
another file has changed. The cache therefore lies in a folder named after the
content of this room: changed sources compile anew, and an installed package need
not be writable.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numba
import numpy as np
from numba import njit
from numba.core import config
from numpy.typing import NDArray
from platformdirs import user_cache_path

_Cell = TypeVar("_Cell", bound=np.generic)
_Function = TypeVar("_Function", bound=Callable[..., object])

# Numpy's own whole numbers, which Numba does not take for a kind of their own.
ROOT: int = np.int64(0)  # type: ignore[assignment]
"""Depth of the empty plan."""

NONE_YET: int = np.int64(0)  # type: ignore[assignment]
"""What is counted, before the first."""

NOTHING: int = np.int64(-1)  # type: ignore[assignment]
"""The pair of a period without placement."""


def keep_compiled_code() -> None:
    """Point Numba's cache at the folder of these sources, unless one is set."""
    # Numba makes its settings at import; its types do not know them.
    if config.CACHE_DIR:  # type: ignore[attr-defined]
        return
    digest = sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    folder = user_cache_path("matcher") / f"compiled-{digest.hexdigest()[:16]}"
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]


keep_compiled_code()  # before any compiled function is defined


def entered(function: _Function) -> _Function:
    """Compile a function that Python calls."""
    return _compiled(function)


def inner(function: _Function) -> _Function:
    """Compile a function that only compiled code calls: without a door for Python."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: _Function, **options: bool) -> _Function:
    # Numba's types do not know all of its options.
    compile_it: Callable[[_Function], _Function] = njit(  # type: ignore[call-overload]
        cache=True, nogil=True, error_model="numpy", **options
    )
    return compile_it(function)


def settled(array: NDArray[_Cell]) -> NDArray[_Cell]:
    """A read-only, contiguous view or copy: one kind of argument, whatever it was."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
