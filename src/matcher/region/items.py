"""What can be taught: competences and contexts of all trainings, as columns."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Floats, Ints
from matcher.region.training import Competence, Context, Training


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Competences and contexts of all trainings, end to end.

    Attributes
    ----------
    first
        (trainings + 1,), where the items of each training start.
    strand, module
        Numbers that start anew in each training; a strand is a qualification.
    strand_share
        (trainings, strands), the share of sites that teach it at all.
    is_generic, is_context
        Neither is a specific competence.
    frequency
        Share of sites that teach it, where nothing else limits them.
    """

    first: Ints
    item_id: tuple[str, ...]
    strand: Ints
    module: Ints
    strand_share: Floats
    is_generic: Bools
    is_context: Bools
    frequency: Floats


def items(trainings: tuple[Training, ...]) -> Items:
    """Lay the competences, then the contexts, of each training end to end."""
    of: list[tuple[Competence | Context, ...]] = [
        (*t.competences, *t.contexts) for t in trainings
    ]
    flat = [item for group in of for item in group]
    strands = [_numbered(item.qualification for item in group) for group in of]
    modules = [_numbered(_module(item) for item in group) for group in of]
    share = np.ones((len(trainings), max(map(len, strands))))
    for number, training in enumerate(trainings):
        for name, value in training.strands:
            share[number, strands[number][name]] = value
    return Items(
        first=np.cumsum([0, *map(len, of)]),
        item_id=tuple(_item_id(item) for item in flat),
        strand=np.array(
            [strands[n][i.qualification] for n, group in enumerate(of) for i in group]
        ),
        module=np.array(
            [modules[n][_module(i)] for n, group in enumerate(of) for i in group]
        ),
        strand_share=share,
        is_generic=np.array([isinstance(i, Competence) and i.generic for i in flat]),
        is_context=np.array([isinstance(i, Context) for i in flat]),
        frequency=np.array([item.frequency for item in flat]),
    )


def _numbered(words: Iterable[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate(dict.fromkeys(words))}


def _module(item: Competence | Context) -> str:
    return item.module if isinstance(item, Competence) else f"ctx {item.context_id}"


def _item_id(item: Competence | Context) -> str:
    return item.competence_id if isinstance(item, Competence) else item.context_id
