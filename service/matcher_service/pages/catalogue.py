"""What a change may name: periods, trainings, sites, mentors of the data, by name."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from matcher.dataset import mode_said
from matcher.policy import Policy, policy_to_mapping
from matcher_service.pages.names import Names
from matcher_service.pages.words import Words

Choice = tuple[str, str]
"""An id with what it is called."""

_MOST_OFFERED = 3000
"""Ids that a field offers while somebody types; of more, none: the page would swell."""


class Catalogue:
    """Choices for the fields of a change."""

    def __init__(self, names: Names, policy: Policy) -> None:
        self._names = names
        self._policy = policy
        self._chosen: Mapping[str, Callable[[], Iterator[Choice]]] = {
            "period_id": self._periods,
            "from_period": self._periods,
            "to_period": self._periods,
            "periods": self._periods,
            "trajectory_id": self._trajectories,
            "trajectories": self._trajectories,
            "course_id": self._courses,
            "mode": self._modes,
            "modes": self._modes,
            "key": self._keys,
        }
        self._offered: Mapping[str, Callable[[], Iterator[Choice]]] = {
            "site_id": self._sites,
            "mentor_id": self._mentors,
            "enterprise_id": self._enterprises,
        }

    @property
    def words(self) -> Words:
        """Texts in the language of the choices."""
        return self._names.words

    def chosen(self, field: str) -> tuple[Choice, ...]:
        """Choices of a field of which one has to be taken; empty: it has none."""
        return tuple(self._chosen[field]()) if field in self._chosen else ()

    def offered(self, field: str) -> tuple[Choice, ...]:
        """Choices offered while somebody types; empty where there are too many."""
        found = tuple(self._offered[field]()) if field in self._offered else ()
        return found if len(found) <= _MOST_OFFERED else ()

    def taught(self, trajectory_ids: Collection[str]) -> Iterator[Choice]:
        """Competences and contexts of some trainings."""
        table, contexts = self._names.dataset.competences, self._names.dataset.contexts
        for ids, units, called in (
            (table.trajectory_id, table.competence_id, table.name),
            (contexts.trajectory_id, contexts.context_id, contexts.name),
        ):
            for own, unit, name in zip(ids, units, called, strict=True):
                if own in trajectory_ids:
                    yield str(unit), f"{name} ({unit})" if name else str(unit)

    def _periods(self) -> Iterator[Choice]:
        for each in self._names.dataset.periods.period_id:
            yield str(each), f"{each}: {self._names.period(str(each))}"

    def _trajectories(self) -> Iterator[Choice]:
        table = self._names.dataset.trajectories
        for trajectory_id, name in zip(table.trajectory_id, table.name, strict=True):
            yield str(trajectory_id), f"{name} ({trajectory_id})"

    def _courses(self) -> Iterator[Choice]:
        table = self._names.dataset.courses
        for course_id, trajectory_id, competence_id in zip(
            table.course_id, table.trajectory_id, table.competence_id, strict=True
        ):
            taught = self._names.competence(str(trajectory_id), str(competence_id))
            yield str(course_id), f"{course_id}: {taught}"

    def _sites(self) -> Iterator[Choice]:
        for each in map(str, self._names.dataset.sites.site_id):
            called = (self._names.site(each), self._names.site_place(each))
            yield each, ", ".join(filter(None, called))

    def _mentors(self) -> Iterator[Choice]:
        table = self._names.dataset.mentors
        for mentor_id, site_id in zip(table.mentor_id, table.site_id, strict=True):
            yield str(mentor_id), self._names.site(str(site_id))

    def _enterprises(self) -> Iterator[Choice]:
        ids = {str(each) for each in self._names.dataset.sites.enterprise_id}
        for each in sorted(ids - {""}):
            yield each, each

    def _modes(self) -> Iterator[Choice]:
        for mode in self._policy.travel.modes:
            yield mode, mode_said(mode).said_in(self.words.language)

    def _keys(self) -> Iterator[Choice]:
        """Keys of the policy with their value now."""
        yield from _flat(policy_to_mapping(self._policy))


def _flat(mapping: Mapping[str, Any], before: str = "") -> Iterator[Choice]:
    for name, value in mapping.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif name != "success_model":
            yield f"{before}{name}", f"{before}{name} ({value})"
