"""Where compiled code is kept between runs.

Numba keeps one cache per source file and does not see that a function called from
another file has changed. The cache therefore lies in a folder named after the
content of this room: changed sources compile anew, and an installed package need
not be writable.
"""

from hashlib import sha256
from pathlib import Path

import numba
from numba.core import config
from platformdirs import user_cache_path


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
