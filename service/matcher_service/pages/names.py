"""Ids as people know them: names of sites and trainings, days of periods."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.dataset import Dataset
from matcher.report.geography import place_names
from matcher_service.pages.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Looks up what an id is called."""

    dataset: Dataset
    words: Words

    def site(self, site_id: str) -> str:
        """Name of a site; its id where nobody named it."""
        at = _at(self.dataset.sites.site_id, site_id)
        return site_id if at is None else str(self.dataset.sites.name[at]) or site_id

    def site_place(self, site_id: str) -> str:
        """Postcode and municipality of a site."""
        at = _at(self.dataset.sites.site_id, site_id)
        return "" if at is None else self.place(str(self.dataset.sites.postcode[at]))

    def place(self, postcode: str) -> str:
        """A postcode with the name of its municipality."""
        return f"{postcode} {place_names().get(postcode, '')}".strip()

    def about_learner(self, school_id: str) -> str:
        """Training, school and home of the one learner of these tables."""
        own = self.dataset.learners
        home = self.place(str(own.postcode[0])) or self.words("home_unknown")
        training = self.trajectory(str(own.trajectory_id[0]))
        return " · ".join(filter(None, (training, school_id, home)))

    def trajectory(self, trajectory_id: str | None) -> str:
        """Name of a training."""
        table = self.dataset.trajectories
        at = _at(table.trajectory_id, trajectory_id or "")
        return (trajectory_id or "") if at is None else str(table.name[at])

    def competences(self, trajectory_id: str) -> frozenset[str]:
        """Ids of the competences of a training, contexts left out."""
        table = self.dataset.competences
        own = table.trajectory_id == trajectory_id
        return frozenset(map(str, table.competence_id[own]))

    def competence(self, trajectory_id: str, unit_id: str) -> str:
        """Name of a competence or context of a training."""
        table = self.dataset.competences
        own = (table.trajectory_id == trajectory_id) & (table.competence_id == unit_id)
        if own.any():
            return str(table.name[np.argmax(own)])
        contexts = self.dataset.contexts
        own = (contexts.trajectory_id == trajectory_id) & (
            contexts.context_id == unit_id
        )
        return (str(contexts.name[np.argmax(own)]) if own.any() else "") or unit_id

    def mentor(self, mentor_id: str) -> str:
        """Id of a mentor with the site: mentors have no name."""
        table = self.dataset.mentors
        at = _at(table.mentor_id, mentor_id)
        if at is None:
            return mentor_id
        return f"{mentor_id}, {self.site(str(table.site_id[at]))}"

    def course(self, course_id: str) -> str:
        """Id of a course with what it teaches: courses have no name."""
        table = self.dataset.courses
        at = _at(table.course_id, course_id)
        if at is None:
            return course_id
        taught = self.competence(
            str(table.trajectory_id[at]), str(table.competence_id[at])
        )
        return f"{course_id}, {taught}"

    def period(self, period_id: str) -> str:
        """First and last day of a period."""
        at = _at(self.dataset.periods.period_id, period_id)
        if at is None:
            return period_id
        first, last = self.dataset.periods.start[at], self.dataset.periods.end[at]
        return f"{self.words.day(str(first))} - {self.words.day(str(last))}"

    def span(self, period_ids: Iterable[str]) -> str:
        """First day of the first and last day of the last of some periods."""
        ids = self.dataset.periods.period_id.tolist()
        at = sorted(ids.index(each) for each in period_ids if each in ids)
        if not at:
            return ""
        first = self.dataset.periods.start[at[0]]
        last = self.dataset.periods.end[at[-1]]
        return f"{self.words.day(str(first))} - {self.words.day(str(last))}"


def _at(ids: np.ndarray[tuple[int], np.dtype[np.object_]], wanted: str) -> int | None:
    found = np.flatnonzero(ids == wanted)
    return int(found[0]) if len(found) else None
