"""The modes of each origin as columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InternalError
from matcher.travel.provider import BLANK_MODES, Index, ModeLists


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModeChoices:
    """Which modes the origins may use, in the order of their lists.

    Attributes
    ----------
    names
        Modes that occur, ascending.
    ranked
        (longest list, num_origins), positions into `names`; -1 past the end of
        a list.
    """

    names: tuple[str, ...]
    ranked: Index

    def uses(self, name: str) -> NDArray[np.bool_]:
        """(num_origins,), whether the list of the origin holds the mode."""
        return np.asarray((self.ranked == self.names.index(name)).any(axis=0))


def mode_choices(modes: ModeLists, known: Mapping[str, Any]) -> ModeChoices:
    """Columns of the lists, each distinct list being looked at once.

    Raises
    ------
    InternalError
        A mode is not of the policy: the check of the dataset let it pass.
    """
    code_by_list: dict[tuple[str, ...], int] = {}
    codes = [
        code_by_list.setdefault(own or BLANK_MODES, len(code_by_list)) for own in modes
    ]
    names = tuple(sorted({name for own in code_by_list for name in own}))
    if strange := [name for name in names if name not in known]:
        message = f'Expected modes of the policy, got "{strange[0]}".'
        raise InternalError(message)
    longest = max(map(len, code_by_list), default=0)
    ranked = np.full((longest, len(code_by_list)), -1, dtype=np.int64)
    for own, code in code_by_list.items():
        ranked[: len(own), code] = [names.index(name) for name in own]
    return ModeChoices(names=names, ranked=ranked[:, np.array(codes, dtype=np.int64)])
