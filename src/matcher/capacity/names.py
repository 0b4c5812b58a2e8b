"""What ids are called: names of trainings, competences, sites and courses."""

from collections.abc import Iterable

from matcher.capacity.price_table import PriceKind
from matcher.dataset import Dataset


class Names:
    """Looks up what an id is called; an id that nobody named is its own name."""

    def __init__(self, dataset: Dataset) -> None:
        trajectories, courses = dataset.trajectories, dataset.courses
        self._trainings = _named(trajectories.trajectory_id, trajectories.name)
        self._sites = _named(dataset.sites.site_id, dataset.sites.name)
        self._site_of_mentor = _named(
            dataset.mentors.mentor_id, dataset.mentors.site_id
        )
        self._units: dict[tuple[str, str], str] = {
            (trajectory_id, unit_id): name or unit_id
            for table, ids in (
                (dataset.contexts, dataset.contexts.context_id),
                (dataset.competences, dataset.competences.competence_id),
            )
            for trajectory_id, unit_id, name in zip(
                table.trajectory_id, ids, table.name, strict=True
            )
        }
        self._courses = {
            course_id: self._units[trajectory_id, competence_id]
            for course_id, trajectory_id, competence_id in zip(
                courses.course_id,
                courses.trajectory_id,
                courses.competence_id,
                strict=True,
            )
        }

    def training(self, trajectory_id: str) -> str:
        """Name of a training; "" of none."""
        return self._trainings.get(trajectory_id, trajectory_id)

    def unit(self, trajectory_id: str, unit_id: str) -> str:
        """Name of a competence or context."""
        return self._units[trajectory_id, unit_id]

    def thing(self, kind: PriceKind, thing_id: str) -> str:
        """What a limited thing is called; mentors and courses by id and where."""
        if kind == "site":
            return self._sites[thing_id]
        if kind == "course":
            return f"{thing_id} ({self._courses[thing_id]})"
        if kind in ("mentor", "mentor_hours"):
            return f"{thing_id} ({self._sites[self._site_of_mentor[thing_id]]})"
        return thing_id

    def site_of_mentor(self, mentor_id: str) -> str:
        """Id of the site of a mentor."""
        return self._site_of_mentor[mentor_id]


def _named(ids: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    return {each: name or each for each, name in zip(ids, names, strict=True)}
