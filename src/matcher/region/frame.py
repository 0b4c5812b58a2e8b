"""What every draw of one region shares."""

from dataclasses import dataclass

import numpy as np

from matcher.region.geography import Geography
from matcher.region.params import RegionParams
from matcher.region.school_calendar import Terms
from matcher.region.stream import stream
from matcher.region.training import Training


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The question put to the generator, with its geography and trainings."""

    num_learners: int
    seed: int
    params: RegionParams
    where: Geography
    trainings: tuple[Training, ...]
    terms: Terms

    def stream(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, the same for one seed."""
        return stream(self.seed, purpose)
