"""Changes applied: a dataset and a policy become another dataset and policy."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.dataset import Dataset, Phrase, findings_to_text, read_tables
from matcher.dataset.card import carry_card
from matcher.dataset.cell import Fault, cell_value, expected
from matcher.dataset.schema import schema
from matcher.dataset.write import cell_texts, write_dataset, write_rows
from matcher.errors import ScenarioError
from matcher.policy import Policy, policy_from_mapping, policy_to_mapping
from matcher.scenario.change import Change
from matcher.scenario.edit import (
    AddRow,
    DropRow,
    Edit,
    SetCell,
    SetPolicy,
    refuse_conflicts,
)
from matcher.scenario.explain import sentence
from matcher.scenario.words import fault, refused, worded
from matcher.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedChange:
    """A change that was made: what it says and every edit behind it."""

    label: str
    kind: str
    said: Phrase
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A changed dataset and policy, with what was changed.

    Attributes
    ----------
    dataset
        Read back from files, so checked like any other, with its own digest; the
        very same object where no change touches the data.
    """

    dataset: Dataset
    policy: Policy
    changes: tuple[AppliedChange, ...]


def planned(
    world: World, changes: Sequence[tuple[str, Change]], name: str
) -> tuple[AppliedChange, ...]:
    """What changes would do, nothing applied yet.

    Parameters
    ----------
    changes
        With the label of each.
    name
        Of the scenario, for messages.

    Raises
    ------
    ScenarioError
        A change asks for what cannot be, or two touch the same fact; the message
        names every such change.
    """
    edits: dict[str, tuple[Edit, ...]] = {}
    faults: list[Phrase] = []
    for label, change in changes:
        try:
            edits[label] = tuple(change.edits(world))
        except ScenarioError as error:
            faults.append(_of(label, error))
            continue
        # Nobody may be drawn, as in a sweep of shares from 0.
        if not edits[label] and not hasattr(change, "seed"):
            faults.append(_of(label, fault("nothing_changes")))
        unfit = (each for edit in edits[label] for each in _unfit(edit))
        faults += [_of(label, each) for each in {str(e): e for e in unfit}.values()]
    faults += _missed(changes, edits, world)
    if faults:
        raise refused(name, faults)
    refuse_conflicts(edits, name)
    return tuple(
        AppliedChange(
            label=label,
            kind=change.kind,
            said=sentence(change, world),
            edits=edits[label],
        )
        for label, change in changes
    )


def _of(label: str, error: ScenarioError) -> Phrase:
    return Phrase(nl=f"{label}: {error.dutch}", en=f"{label}: {error}")


def _unfit(edit: Edit) -> Iterator[ScenarioError]:
    """A fault per value that cannot stand in its column."""
    cells: tuple[tuple[str, str], ...] = ()
    match edit:
        case SetCell():
            cells = ((edit.column, edit.after),)
        case AddRow():
            cells = edit.cells
        case DropRow() | SetPolicy():
            return
    columns = {column.name: column for column in schema()[edit.table].columns}
    for name, text in cells:
        if text and isinstance(cell_value(text, columns[name]), Fault):
            yield fault(
                "unfit", column=name, value=text, expected=expected(columns[name])
            )


def _missed(
    changes: Sequence[tuple[str, Change]],
    edits: Mapping[str, tuple[Edit, ...]],
    world: World,
) -> Iterator[Phrase]:
    """A sentence per pair of changes of which one is about what the other adds."""
    for label, change in changes:
        for other, rows in edits.items():
            missed = (
                row
                for row in rows
                if other != label
                and isinstance(row, AddRow)
                and change.misses(row, world)
            )
            if row := next(missed, None):
                error = fault("missed", label=label, row=row.named, other=other)
                yield Phrase(nl=error.dutch, en=str(error))


def apply_changes(
    world: World, changes: Sequence[tuple[str, Change]], name: str
) -> Applied:
    """The dataset and policy with all changes made at once.

    Raises
    ------
    ScenarioError
        As `planned`; or the changed data cannot be used, with every finding.
    """
    made = planned(world, changes, name)
    edits = [edit for each in made for edit in each.edits]
    of_data = [edit for edit in edits if not isinstance(edit, SetPolicy)]
    dataset = world.dataset
    if of_data:
        with tempfile.TemporaryDirectory() as folder:
            _write(dataset, of_data, Path(folder))
            outcome = read_tables(Path(folder))
        if outcome.dataset is None:
            found = [each for each in outcome.findings if each.severity == "error"]
            findings = Phrase(
                nl=findings_to_text(found, language="nl"),
                en=findings_to_text(found, language="en"),
            )
            told = worded("fault_data_unusable", findings=findings)
            raise fault("scenario", name=name, faults=told)
        dataset = outcome.dataset
    policy = changed_policy(
        world.policy, [edit for edit in edits if isinstance(edit, SetPolicy)]
    )
    return Applied(dataset=dataset, policy=policy, changes=made)


def changed_policy(policy: Policy, edits: Sequence[SetPolicy]) -> Policy:
    """The policy with these keys set."""
    if not edits:
        return policy
    mapping: dict[str, Any] = policy_to_mapping(policy)
    for edit in edits:
        *above, last = edit.path
        table = mapping
        for key in above:
            table = table.setdefault(key, {})
        table[last] = edit.after
    return policy_from_mapping(mapping)


def write_changed(dataset: Dataset, source: Path, folder: Path) -> None:
    """Write a dataset of a scenario run into a folder, made anew.

    Parameters
    ----------
    source
        Where the dataset of the base was read; its card says whether it is
        synthetic, and the changed one is no less so.
    """
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    write_dataset(dataset, fresh)
    carry_card(source, fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _write(
    dataset: Dataset, edits: Sequence[SetCell | AddRow | DropRow], folder: Path
) -> None:
    write_dataset(dataset, folder)
    by_table: dict[str, list[SetCell | AddRow | DropRow]] = {}
    for edit in edits:
        by_table.setdefault(edit.table, []).append(edit)
    for table, own in by_table.items():
        names = [column.name for column in schema()[table].columns]
        rows = getattr(dataset, table)
        cells = zip(*[cell_texts(getattr(rows, name)) for name in names], strict=True)
        texts = [list(row) for row in cells]
        write_rows(folder / f"{table}.csv", names, _edited(texts, names, own))


def _edited(
    rows: list[list[str]],
    names: list[str],
    edits: Sequence[SetCell | AddRow | DropRow],
) -> list[list[str]]:
    gone, added = set(), []
    for edit in edits:
        match edit:
            case SetCell():
                rows[edit.row][names.index(edit.column)] = edit.after
            case DropRow():
                gone.add(edit.row)
            case AddRow():
                cells = dict(edit.cells)
                added.append([cells.get(name, "") for name in names])
    return [row for at, row in enumerate(rows) if at not in gone] + added
