"""The dataset and policy that changes are made against, as texts to look up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from matcher.dataset import Dataset, Phrase
from matcher.dataset.nearest import Nearest
from matcher.dataset.schema import TableSchema, schema
from matcher.dataset.tables import Bools
from matcher.dataset.write import cell_text
from matcher.policy import Policy
from matcher.scenario.edit import AddRow, DropRow, SetCell
from matcher.scenario.words import fault, worded
from matcher.travel import postcode_points


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a change may ask; every row is named by its table and position.

    Attributes
    ----------
    policy
        Of the base, before any change.
    """

    dataset: Dataset
    policy: Policy

    def rows(self, table: str, **wanted: str) -> list[int]:
        """Positions of the rows with these texts in these columns, ascending."""
        columns: Any = getattr(self.dataset, table)
        is_it: Bools = np.ones(len(columns), dtype=bool)
        for column, text in wanted.items():
            values = getattr(columns, column)
            if values.dtype == object:
                is_it &= values == text
            else:
                is_it &= np.array([cell_text(each) == text for each in values], bool)
        return np.flatnonzero(is_it).tolist()

    def text(self, table: str, row: int, column: str) -> str:
        """One cell as it is written; "" is blank."""
        return cell_text(getattr(getattr(self.dataset, table), column)[row])

    def texts(self, table: str, row: int) -> dict[str, str]:
        """All cells of one row."""
        return {name: self.text(table, row, name) for name in _columns(table)}

    def one(self, table: str, **wanted: str) -> int:
        """Position of the row with these texts.

        Raises
        ------
        ScenarioError
            There is none; the nearest id is named where the table has one.
        """
        found = self.rows(table, **wanted)
        if found:
            return found[0]
        said = ", ".join(f'{column} "{text}"' for column, text in wanted.items())
        meant = self._meant(table, wanted)
        raise fault("no_row", table=table, said=said, meant=meant)

    def absent(self, table: str, **wanted: str) -> None:
        """Refuse to add what is there.

        Raises
        ------
        ScenarioError
            A row has these texts.
        """
        if self.rows(table, **wanted):
            said = ", ".join(f'{column} "{text}"' for column, text in wanted.items())
            raise fault("row_there", table=table, said=said)

    def located(self, postcode: str) -> None:
        """Refuse a postcode that no journey can be reckoned from.

        Raises
        ------
        ScenarioError
            It is not in the list.
        """
        blank = np.full(1, np.nan)
        one = np.array([postcode], dtype=object)
        if np.isnan(postcode_points().locate(one, blank, blank)[0][0]):
            raise fault("postcode", postcode=postcode)

    def set(self, table: str, row: int, column: str, after: object) -> SetCell:
        """The edit that puts a value into a cell; None is blank."""
        return SetCell(
            table=table,
            row=row,
            key=self.key(table, row),
            column=column,
            before=self.text(table, row, column),
            after=text_of(after),
        )

    def drop(self, table: str, row: int) -> DropRow:
        """The edit that takes a row away."""
        return DropRow(
            table=table,
            row=row,
            key=self.key(table, row),
            columns=_columns(table),
        )

    def add(self, table: str, cells: Mapping[str, object]) -> AddRow:
        """The edit that adds a row; None and absent columns are blank."""
        texts = {name: text_of(value) for name, value in cells.items()}
        key = "/".join(texts.get(name, "") for name in _key(table))
        filled = tuple((name, text) for name, text in texts.items() if text)
        return AddRow(table=table, key=key, cells=filled)

    def key(self, table: str, row: int) -> str:
        """Texts of the key columns of a row, to name it."""
        return "/".join(self.text(table, row, name) for name in _key(table))

    def referring(self, table: str, key: str) -> Iterator[tuple[str, int]]:
        """Rows of other tables that name a row of this one by its id."""
        for other in schema().values():
            for column in other.columns:
                refers = column.refers_to
                if other.name != table and refers and refers.tables == (table,):
                    for row in self.rows(other.name, **{column.name: key}):
                        yield other.name, row

    # Periods

    def period(self, period_id: str) -> int:
        """Position of a period in time."""
        return self.one("periods", period_id=period_id)

    def span(self, first: str | None, last: str | None) -> tuple[int, int]:
        """First period and the one after the last; blank sides are open.

        Raises
        ------
        ScenarioError
            A period is unknown, or the span is empty.
        """
        start = 0 if first is None else self.period(first)
        end = len(self.dataset.periods) if last is None else self.period(last) + 1
        if start >= end:
            raise fault("span", first=first, last=last)
        return start, end

    def first_day(self, period: int) -> date:
        """First day of the period at a position."""
        day: date = self.dataset.periods.start[period].tolist()
        return day

    def last_day(self, period: int) -> date:
        """Last day of the period at a position."""
        day: date = self.dataset.periods.end[period].tolist()
        return day

    def decided(self, status: str, start: int, end: int, **wanted: str) -> list[int]:
        """Placement rows of a status in periods `start` up to `end`."""
        ids = set(self.dataset.periods.period_id[start:end])
        return [
            row
            for row in self.rows("placements", status=status, **wanted)
            if self.text("placements", row, "period_id") in ids
        ]

    def learners(self, trajectory_id: str | None, area: tuple[str, ...]) -> list[int]:
        """Learners of a trajectory whose postcode begins with one of these.

        None and no area are everybody.

        Raises
        ------
        ScenarioError
            The trajectory is unknown, or nobody is left.
        """
        if trajectory_id is not None:
            self.one("trajectories", trajectory_id=trajectory_id)
        learners = self.dataset.learners
        found = [
            row
            for row in range(len(learners))
            if trajectory_id in (None, learners.trajectory_id[row])
            and (not area or learners.postcode[row].startswith(area))
        ]
        if not found:
            any_ = worded("fault_any")
            raise fault(
                "nobody",
                trajectory=trajectory_id or any_,
                area="|".join(area) or any_,
            )
        return found

    def _meant(self, table: str, wanted: Mapping[str, str]) -> Phrase:
        if len(wanted) != 1:
            return worded("fault_meant_none")
        ((column, text),) = wanted.items()
        ids = [str(each) for each in getattr(getattr(self.dataset, table), column)]
        near = Nearest(ids).to(text)
        if not near:
            return worded("fault_meant_none")
        return worded("fault_meant", near=Phrase(nl=near, en=near))


def is_of_persons(table: str) -> bool:
    """Whether rows of a table are about one learner each."""
    return table == "learners" or any(
        column.refers_to is not None and "learners" in column.refers_to.tables
        for column in _table(table).columns
    )


def text_of(value: object) -> str:
    """A value as it is written in a cell; None is blank."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return cell_text(value)


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def _table(name: str) -> TableSchema:
    return schema()[name]


def _columns(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in _table(table).columns)


def _key(table: str) -> tuple[str, ...]:
    return _table(table).key
