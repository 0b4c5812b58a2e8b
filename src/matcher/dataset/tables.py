"""The tables of a dataset as typed columns; one class per table.

Field names are the column names of the contract. Blank text is "", a blank
number NaN (counts have a default or are never blank), a blank date NaT, a
blank list the empty tuple; columns whose blank means a default hold that
default. Arrays of one table share their length and are read-only. Rows stand
in the order of the input, but periods are sorted by start. A table that is
absent has no rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
"""Python strings."""
Lists = NDArray[np.object_]
"""Tuples of strings, in the order of the cell."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]
"""datetime64[D]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Planning periods, ordered by start."""

    period_id: Texts
    start: Dates
    end: Dates
    weeks: Floats

    def __len__(self) -> int:
        return len(self.period_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectories:
    """Standard trajectories (standaardtrajecten)."""

    trajectory_id: Texts
    name: Texts
    sector: Texts
    education: Texts
    hours_per_week: Floats
    days_per_week: Floats
    max_sites: Ints
    min_block_weeks: Floats

    def __len__(self) -> int:
        return len(self.trajectory_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Competences:
    """What each trajectory demands, and where it may be learned."""

    trajectory_id: Texts
    competence_id: Texts
    name: Texts
    module: Texts
    kind: Texts
    qualification: Texts
    learn_at: Lists
    weeks: Floats
    window_from: Texts
    window_to: Texts
    weight: Floats
    requires: Lists

    def __len__(self) -> int:
        return len(self.trajectory_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """Mandatory contexts (verplichte contexten), several per group."""

    trajectory_id: Texts
    group_id: Texts
    context_id: Texts
    name: Texts
    at_least: Ints
    weeks: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.trajectory_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Addresses where learning happens."""

    site_id: Texts
    enterprise_id: Texts
    name: Texts
    postcode: Texts
    lat: Floats
    lon: Floats
    capacity: Ints
    min_age: Floats
    languages: Lists
    supports: Lists
    demands: Lists
    start_time: Texts

    def __len__(self) -> int:
        return len(self.site_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognitions:
    """Dated permissions of a site for a trajectory."""

    site_id: Texts
    trajectory_id: Texts
    valid_from: Dates
    valid_to: Dates

    def __len__(self) -> int:
        return len(self.site_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Competences and contexts that a site teaches, per trajectory."""

    site_id: Texts
    trajectory_id: Texts
    competence_id: Texts
    period_from: Texts
    period_to: Texts

    def __len__(self) -> int:
        return len(self.site_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentors:
    """Mentors and the time they have."""

    mentor_id: Texts
    site_id: Texts
    max_learners: Ints
    hours_per_week: Floats
    supports: Lists
    trained_on: Dates
    available_from: Dates
    available_to: Dates

    def __len__(self) -> int:
        return len(self.mentor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learners:
    """Learners to be placed."""

    learner_id: Texts
    trajectory_id: Texts
    school_id: Texts
    postcode: Texts
    lat: Floats
    lon: Floats
    birth_date: Dates
    modes: Lists
    max_travel_minutes: Floats
    languages: Lists
    guidance_hours: Floats
    ready_from: Dates
    first_lesson: Dates

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """Attests to be held before a block at a site starts."""

    site_id: Texts
    trajectory_id: Texts
    competence_id: Texts

    def __len__(self) -> int:
        return len(self.site_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """Dated seats at training centres."""

    course_id: Texts
    trajectory_id: Texts
    competence_id: Texts
    period_id: Texts
    seats: Ints
    provider: Texts
    postcode: Texts
    lat: Floats
    lon: Floats

    def __len__(self) -> int:
        return len(self.course_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprises:
    """Learners that an enterprise takes over all its sites."""

    enterprise_id: Texts
    name: Texts
    max_learners: Floats

    def __len__(self) -> int:
        return len(self.enterprise_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportNeeds:
    """Functional needs of learners; health data."""

    learner_id: Texts
    need: Texts
    level: Ints
    required: Bools

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What was assessed of the demands of sites."""

    learner_id: Texts
    demand: Texts
    status: Texts
    assessed_by: Texts
    assessed_on: Dates

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """Competences that learners already hold."""

    learner_id: Texts
    competence_id: Texts

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Wishes of learners and sites, -1 to 1."""

    learner_id: Texts
    site_id: Texts
    by: Texts
    preference: Floats

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placements:
    """Decisions of people: signed, proposed, refused."""

    learner_id: Texts
    period_id: Texts
    site_id: Texts
    mentor_id: Texts
    status: Texts

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Measured minutes that override the estimate."""

    learner_id: Texts
    site_id: Texts
    minutes: Floats

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """Hours per week that override the formula."""

    learner_id: Texts
    mentor_id: Texts
    hours_per_week: Floats

    def __len__(self) -> int:
        return len(self.learner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Chances of success that override the scorer."""

    learner_id: Texts
    site_id: Texts
    success: Floats

    def __len__(self) -> int:
        return len(self.learner_id)
