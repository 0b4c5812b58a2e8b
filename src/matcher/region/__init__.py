"""Synthetic regions on real geography, with ten real trajectories."""

from matcher.region.card import RegionCard as RegionCard
from matcher.region.card import TableCard as TableCard
from matcher.region.generate import generate_region as generate_region
from matcher.region.params import RegionError as RegionError
from matcher.region.params import RegionParams as RegionParams
