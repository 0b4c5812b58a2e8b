"""A checked dataset: the one thing that every other room reads."""

from dataclasses import dataclass

from matcher.dataset.tables import (
    Abilities,
    Acquired,
    Competences,
    Contexts,
    Courses,
    Enterprises,
    Guidance,
    Learners,
    Mentors,
    Offers,
    Periods,
    Placements,
    Preferences,
    Recognitions,
    Requirements,
    Scores,
    Sites,
    SupportNeeds,
    Trajectories,
    Travel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All tables of one dataset, checked and never changed.

    Attributes
    ----------
    sha256
        Digest of the content as read: tables, columns and rows in a fixed
        order, so that folder, zip and workbook of one content agree.
    """

    periods: Periods
    trajectories: Trajectories
    competences: Competences
    contexts: Contexts
    sites: Sites
    recognitions: Recognitions
    offers: Offers
    mentors: Mentors
    learners: Learners
    requirements: Requirements
    courses: Courses
    enterprises: Enterprises
    support_needs: SupportNeeds
    abilities: Abilities
    acquired: Acquired
    preferences: Preferences
    placements: Placements
    travel: Travel
    guidance: Guidance
    scores: Scores
    sha256: str
