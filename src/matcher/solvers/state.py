"""What a run leaves behind for the next one: prices, floors and plans, by ids.

A change of the region touches a few learners. All others keep their floors at the
stored prices, and a Lagrangian bound holds at any prices: so the next run begins
with nearly the old bound and nearly the old plans (`column_generation.warm_start`).
"""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.errors import MatcherError

STATE_FILE = "state.npz"
"""Name of the file within a run folder."""

_MOST_BYTES = 4 * 1024**3
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same state gives the same bytes."""

Fingerprints = NDArray[np.uint64]
Names = NDArray[np.str_]


class StateError(MatcherError):
    """A stored state that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Prices, floors and plans of a run, by ids.

    Attributes
    ----------
    learners
        (learners,), ids.
    fingerprints
        (learners,), of all that decides which plans a learner may have and what
        they cost before prices.
    floors
        (learners,), points: no plan of the learner costs less at the prices.
    rows, row_prices
        (rows,), the shared capacity (`column_generation.row_name`) and its price.
    place_site, place_mentor
        (places,), ids of a site and a mentor there.
    courses
        (courses,), ids.
    plan_learner
        (plans,), position in `learners`.
    plan_place
        (plans, periods), position in the places; -1 for no placement.
    plan_course
        (plans, local units), position in `courses`; -1 for none.
    is_chosen
        (plans,): the learner's plan at the end of the run.
    part_fingerprints, part_bounds
        (parts,), of all learners and limits of a part of the region, and what is
        proven of it, points.
    """

    learners: Names
    fingerprints: Fingerprints
    floors: Floats
    rows: Names
    row_prices: Floats
    place_site: Names
    place_mentor: Names
    courses: Names
    plan_learner: Index
    plan_place: Index
    plan_course: Index
    is_chosen: Bools
    part_fingerprints: Fingerprints
    part_bounds: Floats


def write_state(state: RunState, folder: Path) -> None:
    """Write the state into a run folder; the same state gives the same bytes."""
    whole = folder / STATE_FILE
    part = folder / f"{STATE_FILE}.part"
    with zipfile.ZipFile(part, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for field in fields(state):
            entry = zipfile.ZipInfo(f"{field.name}.npy", date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as stream:
                np.lib.format.write_array(
                    stream, getattr(state, field.name), allow_pickle=False
                )
    part.replace(whole)


def read_state(folder: Path) -> RunState:
    """The state that a run left in its folder.

    Raises
    ------
    StateError
        There is none, or it was changed or written by another version.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        message = (
            f"No state in {folder}: solve with --keep-state to store one "
            f"({STATE_FILE})."
        )
        raise StateError(message)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                message = f"Expected a state of at most {_MOST_BYTES} bytes in {path}."
                raise StateError(message)
        with np.load(path, allow_pickle=False) as stored:
            state = RunState(**{field.name: stored[field.name] for field in _FIELDS})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        message = f"The state in {path} cannot be read; solve again with --keep-state."
        raise StateError(message) from error
    _check(state, path)
    return state


_FIELDS = fields(RunState)


def _check(state: RunState, path: Path) -> None:
    """Shapes and positions agree, so that no later step meets a surprise.

    Raises
    ------
    StateError
        They do not.
    """
    num_learners, num_plans = len(state.learners), len(state.plan_learner)
    sound = (
        state.fingerprints.shape == state.floors.shape == (num_learners,)
        and state.rows.shape == state.row_prices.shape
        and state.place_site.shape == state.place_mentor.shape
        and state.part_fingerprints.shape == state.part_bounds.shape
        and len(state.plan_place) == len(state.plan_course) == num_plans
        and state.plan_place.ndim == state.plan_course.ndim == 2
        and state.is_chosen.shape == (num_plans,)
        and _within(state.plan_learner, 0, num_learners)
        and _within(state.plan_place, -1, len(state.place_site))
        and _within(state.plan_course, -1, len(state.courses))
        and bool(np.isfinite(state.row_prices).all() and (state.row_prices >= 0).all())
        and bool(np.isfinite(state.part_bounds).all())
    )
    if not sound:
        message = f"The state in {path} contradicts itself; solve with --keep-state."
        raise StateError(message)


def _within(positions: Index, least: int, end: int) -> bool:
    is_whole = np.issubdtype(positions.dtype, np.integer)
    return bool(is_whole and ((positions >= least) & (positions < end)).all())
