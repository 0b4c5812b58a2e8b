"""Edits: what changes come down to, cell by cell and row by row, never in order.

Every edit is made against the dataset as it was, so the order of changes means
nothing; two changes that touch one fact are refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.scenario.words import as_is, refused, worded

Fact = tuple[str | int, ...]
"""What an edit touches, as something to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCell:
    """A cell of a row that is there gets another value.

    Attributes
    ----------
    row
        Position in the table, from 0.
    key
        Texts of the key columns, to name the row.
    before, after
        Texts as in the CSV; "" is blank.
    """

    table: str
    row: int
    key: str
    column: str
    before: str
    after: str

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The cell."""
        return ((self.table, self.row, self.column),)

    @property
    def named(self) -> str:
        """The fact in words: table, row, column."""
        return f"{self.table} {self.key}, {self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRow:
    """A row that is not there yet.

    Attributes
    ----------
    cells
        Column and text; columns that are absent are blank.
    """

    table: str
    key: str
    cells: tuple[tuple[str, str], ...]

    def text(self, column: str) -> str:
        """A cell of the row; "" is blank."""
        return dict(self.cells).get(column, "")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The key of the row."""
        return ((self.table, self.key),)

    @property
    def named(self) -> str:
        """The fact in words."""
        return f"{self.table} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRow:
    """A row that is there goes."""

    table: str
    row: int
    key: str
    columns: tuple[str, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every cell of the row."""
        return tuple((self.table, self.row, column) for column in self.columns)

    @property
    def named(self) -> str:
        """The fact in words."""
        return f"{self.table} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy:
    """A weight or threshold gets another value.

    Attributes
    ----------
    path
        Keys from the top: ``("travel", "max_minutes")``.
    before
        None where the policy has no value.
    """

    path: tuple[str, ...]
    before: float | str | None
    after: float | str

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The key."""
        return (("policy", ".".join(self.path)),)

    @property
    def named(self) -> str:
        """The fact in words."""
        return f"policy {'.'.join(self.path)}"


Edit = SetCell | AddRow | DropRow | SetPolicy


def refuse_conflicts(edits_of: Mapping[str, Iterable[Edit]], name: str) -> None:
    """Refuse two changes that touch the same fact.

    Parameters
    ----------
    edits_of
        Edits per change, by how the change is named to people.
    name
        Of the scenario.

    Raises
    ------
    ScenarioError
        Names both changes and the fact, for every pair of changes once.
    """
    touched: dict[Fact, str] = {}
    clashes: dict[tuple[str, str], str] = {}
    for change, edits in edits_of.items():
        for edit in edits:
            for fact in edit.facts:
                other = touched.setdefault(fact, change)
                if other != change:
                    clashes.setdefault((other, change), edit.named)
    if clashes:
        raise refused(
            name,
            [
                worded(
                    "fault_both_touch",
                    one=as_is(one),
                    two=as_is(two),
                    fact=as_is(fact),
                )
                for (one, two), fact in clashes.items()
            ],
        )
