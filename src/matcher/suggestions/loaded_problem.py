"""What stays the same from question to question about a problem, worked out once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np

from matcher.advice import unplaced_rows
from matcher.dataset import Dataset
from matcher.dataset.schema import schema
from matcher.dataset.tables import Bools, Learners, Sites
from matcher.eligibility.position import Index, positions_of
from matcher.problem.plans import Plans, plan_sites
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, rows_of
from matcher.problem.run_record import UnplacedRow
from matcher.scorer import Features, Scorer, pair_features, read_scorer
from matcher.solvers.column_generation.region_part import RegionPart, region_parts
from matcher.suggestions.capacity_use import Use, use_of
from matcher.travel import Points, postcode_points

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedProblem(Problem):
    """A problem whose columns about options are gathered once.

    A question is about one learner; gathering them for the whole region each time
    would take longer than all the rest of the answer.
    """

    learner_of_option: Index
    site_of_option: Index

    @property
    def option_learner(self) -> Index:
        """(options,), position of the learner."""
        return self.learner_of_option

    @property
    def option_site(self) -> Index:
        """(options,), position of the site."""
        return self.site_of_option

    def options_of(self, learner: int) -> Index:
        """The options of one learner."""
        first, last = self.option_start[self.pair_start[[learner, learner + 1]]]
        return np.arange(first, last)

    def sites_of(self, options: Index) -> Index:
        """Positions of the sites of these options."""
        return self.site_of_option[options]


def loaded_problem(problem: Problem) -> LoadedProblem:
    """A problem with its columns gathered."""
    own = {field.name: getattr(problem, field.name) for field in fields(Problem)}
    return LoadedProblem(
        **own,
        learner_of_option=problem.option_learner,
        site_of_option=problem.option_site,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessModel:
    """The success model of a policy, and its inputs for every pair."""

    scorer: Scorer
    features: Features


WhichSites = Literal["any", "eligible", "planned", "none"]
"""Which sites are asked for; see `Lookup.around`."""

_KEY_TABLES = {
    "learner_id": "learners",
    "site_id": "sites",
    "mentor_id": "mentors",
    "trajectory_id": "trajectories",
}


class Lookup:
    """What is looked up of a problem and its plans; each worked out when first asked.

    Two threads that ask at the same time may both work it out, to the same end.
    """

    def __init__(self, problem: LoadedProblem, plans: Plans) -> None:
        self._problem = problem
        self._plans = plans
        self._columns: dict[tuple[str, str], Index] = {}
        self._by_learner: dict[str, tuple[Index, Index]] = {}
        self._last: tuple[tuple[object, ...], Dataset] | None = None
        self._asked: tuple[int, dict[Hashable, Any]] = -1, {}

    @cached_property
    def rows(self) -> Rows:
        """Shared capacities that can bind."""
        return rows_of(self._problem)

    @cached_property
    def parts(self) -> tuple[RegionPart, ...]:
        """Parts of the region that share nothing."""
        return tuple(region_parts(self._problem, self.rows))

    @cached_property
    def part_of(self) -> Index:
        """(learners,), the part of each."""
        part_of = np.zeros(self._problem.num_learners, dtype=np.int64)
        for at, part in enumerate(self.parts):
            part_of[part.learners] = at
        return part_of

    @cached_property
    def unplaced(self) -> tuple[UnplacedRow, ...]:
        """Active periods without a placement, with their reason."""
        return unplaced_rows(self._problem, self._plans)

    @cached_property
    def use(self) -> Use:
        """What the plans use together."""
        return use_of(self._problem, self._plans)

    @cached_property
    def learner(self) -> dict[str, int]:
        """Position by id."""
        return _numbered(self._problem.dataset.learners.learner_id.tolist())

    @cached_property
    def site(self) -> dict[str, int]:
        """Position by id."""
        return _numbered(self._problem.dataset.sites.site_id.tolist())

    @cached_property
    def mentor(self) -> dict[str, int]:
        """Position by id."""
        return _numbered(self._problem.dataset.mentors.mentor_id.tolist())

    @cached_property
    def homes(self) -> Points:
        """Where the learners live."""
        return _points(self._problem.dataset.learners)

    @cached_property
    def works(self) -> Points:
        """Where the sites are."""
        return _points(self._problem.dataset.sites)

    @cached_property
    def model(self) -> SuccessModel | None:
        """The success model that the policy names, if it does."""
        folder = self._problem.policy.success_model
        if folder is None:
            return None
        return SuccessModel(
            scorer=read_scorer(Path(folder)),
            features=pair_features(self._problem.pairs, self._problem.dataset),
        )

    def once(self, learner: int, what: Hashable, work_out: Callable[[], _T]) -> _T:
        """What one question asks again and again of its learner, worked out once.

        It is kept until another learner is asked about.

        Parameters
        ----------
        what
            Names it among all that is asked of a learner.
        """
        asked = self._asked
        if asked[0] != learner:
            asked = self._asked = learner, {}
        if what not in asked[1]:
            asked[1][what] = work_out()
        found: _T = asked[1][what]
        return found

    def rows_of(self, table: str, learner: int) -> Index:
        """Rows of a table that name a learner, in the order of the table."""
        if table not in self._by_learner:
            column = self._column(table, "learner_id")
            order = np.argsort(column, kind="stable")
            self._by_learner[table] = order, column[order]
        order, named = self._by_learner[table]
        first, last = np.searchsorted(named, [learner, learner + 1])
        return order[first:last]

    def around(
        self,
        learners: Index,
        site: int | tuple[int, ...] = (),
        *,
        which: WhichSites = "any",
    ) -> Dataset:
        """The tables with some learners, and sites for them.

        The last answer is kept: one question asks several times.

        Parameters
        ----------
        site, which
            Sites beside `site` and those that rows of the learners name. ``any``:
            those that are recognised for the training, which could ever be theirs,
            for no change that is advised for `site` opens others; ``eligible``: those
            where they may be now; ``planned``: those of their plans; ``none``.
        """
        asked, last = (learners.tolist(), site, which), self._last
        if last is None or last[0] != asked:
            last = asked, self._around(learners, site, which)
            self._last = last
        return last[1]

    def _around(
        self, learners: Index, site: int | tuple[int, ...], which: WhichSites
    ) -> Dataset:
        dataset = self._problem.dataset
        own = {
            "learner_id": np.zeros(len(dataset.learners), dtype=bool),
            "trajectory_id": np.zeros(len(dataset.trajectories), dtype=bool),
            "site_id": np.zeros(len(dataset.sites), dtype=bool),
        }
        own["learner_id"][learners] = True
        trajectory = self._problem.pairs.positions.learner_trajectory[learners]
        own["trajectory_id"][trajectory] = True
        named = self._column("placements", "site_id")
        mine = own["learner_id"][self._column("placements", "learner_id")]
        training = own["trajectory_id"][self._column("recognitions", "trajectory_id")]
        if which == "any":
            own["site_id"][self._column("recognitions", "site_id")[training]] = True
        elif which == "eligible":
            for learner in learners.tolist():
                theirs = self._problem.options_of(learner)
                own["site_id"][self._problem.sites_of(theirs)] = True
        elif which == "planned":
            held = plan_sites(self._problem, self._plans.take(learners))
            own["site_id"][held[held >= 0]] = True
        own["site_id"][named[mine]] = True
        own["site_id"][np.atleast_1d(site).astype(np.int64)] = True
        own["mentor_id"] = own["site_id"][self._column("mentors", "site_id")]
        return _kept(dataset, own, self._column)

    def _column(self, table: str, column: str) -> Index:
        """Positions that a column of ids names; -1 where it is blank."""
        key = table, column
        if key not in self._columns:
            ids = getattr(getattr(self._problem.dataset, table), column)
            among = getattr(getattr(self._problem.dataset, _KEY_TABLES[column]), column)
            self._columns[key] = positions_of(ids, among)
        return self._columns[key]


def _points(table: Learners | Sites) -> Points:
    return Points(*postcode_points().locate(table.postcode, table.lat, table.lon))


def _numbered(ids: list[str]) -> dict[str, int]:
    return {each: at for at, each in enumerate(ids)}


def _kept(
    dataset: Dataset, own: dict[str, Bools], column_of: Callable[[str, str], Index]
) -> Dataset:
    """The dataset with the rows that name nothing but what is kept."""
    kept: dict[str, Any] = {}
    for table in schema().values():
        rows: Any = getattr(dataset, table.name, None)
        names = [column.name for column in table.columns]
        keys = [name for name in names if name in own]
        if rows is None or not keys:
            continue
        is_kept = np.ones(len(rows), dtype=bool)
        for key in keys:
            # A blank cell names nothing that could be left out.
            is_kept &= np.append(own[key], True)[column_of(table.name, key)]
        kept[table.name] = type(rows)(
            **{name: getattr(rows, name)[is_kept] for name in names}
        )
    return replace(dataset, **kept)
