"""A comparison as sections of lines and tables: what the page and the workbook show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from matcher.dataset import Phrase
from matcher.report.text import Rounded, shown
from matcher.scenario import effects, is_of_persons
from matcher.scenario.edit import AddRow, DropRow, Edit, SetCell, SetPolicy
from matcher.whatif.compare import Comparison, moved_periods
from matcher.whatif.groups import TOLERANCE
from matcher.whatif.measures import Measures
from matcher.whatif.text import said
from matcher.whatif.wire import own_learners

MAX_ROWS = 40
"""Of a table on the page; the workbook has all."""

Cell = Phrase | float | None
"""Words, a number, or nothing to show."""


class Difference(float):
    """A number that shows its sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, lines of text and at most one table.

    Attributes
    ----------
    key
        Of its heading among the words, and of its place on the page.
    columns
        Keys of the words of the table's columns; none without a table.
    """

    key: str
    lines: tuple[Phrase, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers, shown or not, and no words."""
        cells = [row[column] for row in self.rows]
        return not any(isinstance(each, Phrase) for each in cells) and any(
            each is not None for each in cells
        )


def sections_of(
    comparison: Comparison, school_id: str | None = None
) -> tuple[Section, ...]:
    """Every section, the question first."""
    makers: tuple[Callable[[Comparison], Section], ...] = (
        _question,
        _inputs,
        _cells,
        _headline,
        _figures,
        _groups,
        _terms,
        _moves,
        _sites,
        _mentors,
        _shortages,
        *(() if comparison.recruits is None else (recruit_section,)),
        _unchanged,
    )
    sections = [make(comparison) for make in makers]
    if school_id is not None:
        after = [each.key for each in sections].index("groups") + 1
        sections.insert(after, _own(comparison, school_id))
    return tuple(sections)


def plain(text: str) -> Phrase:
    """An id, the same in both languages."""
    return Phrase(nl=text, en=text)


def _question(comparison: Comparison) -> Section:
    return Section(key="question", lines=(comparison.scenario.question,))


def _inputs(comparison: Comparison) -> Section:
    rows = [(each.said, effects(each.edits)) for each in comparison.scenario.changes]
    none = () if rows else (said("no_change"),)
    lines = [said("base_changes", text=each.said) for each in comparison.base.changes]
    return Section(
        key="inputs",
        lines=(*lines, *none),
        columns=("change", "rows"),
        rows=tuple(rows),
    )


def _cells(comparison: Comparison) -> Section:
    """What stands in the data before and after; tables about persons are left out."""
    edits = [edit for each in comparison.scenario.changes for edit in each.edits]
    told = [e for e in edits if isinstance(e, SetPolicy) or not is_of_persons(e.table)]
    rows = tuple(map(_cell_row, told))
    left = len(edits) - len(told)
    return Section(
        key="cells",
        lines=(said("cells_of_persons", n=left),) if left else (),
        columns=("table", "row", "column", "before", "after") if rows else (),
        rows=rows,
    )


def _cell_row(edit: Edit) -> tuple[Cell, ...]:
    match edit:
        case SetPolicy():
            key = plain(".".join(edit.path))
            return said("policy"), None, key, _known(edit.before), _known(edit.after)
        case SetCell():
            where = plain(edit.table), plain(edit.key), plain(edit.column)
            return *where, _known(edit.before), _known(edit.after)
        case AddRow():
            return plain(edit.table), plain(edit.key), None, None, said("row_comes")
        case DropRow():
            gone = said("row_there"), said("row_goes")
            return plain(edit.table), plain(edit.key), None, *gone


def _known(value: float | str | None) -> Cell:
    if isinstance(value, str):
        return plain(value) if value else None
    return value


def headline(comparison: Comparison) -> Phrase:
    """What it comes down to, in one sentence."""
    if comparison.told_apart:
        key = "worse" if comparison.difference > 0 else "better"
    else:
        key = "not_apart"
    return said(
        f"headline_{key}",
        points=Rounded(value=abs(comparison.difference)),
        better=comparison.better,
        worse=comparison.worse,
        same=comparison.same,
    )


def _headline(comparison: Comparison) -> Section:
    base, scenario = comparison.base_interval, comparison.scenario_interval
    lines = [
        headline(comparison),
        said(
            "intervals",
            base_low=Rounded(value=base.bound),
            base_high=Rounded(value=base.objective),
            low=Rounded(value=scenario.bound),
            high=Rounded(value=scenario.objective),
        ),
        said(f"mode_{comparison.mode}", moved=comparison.moves.moved),
    ]
    if comparison.new or comparison.gone:
        lines.append(said("new_gone", new=comparison.new, gone=comparison.gone))
    if comparison.stability is not None:
        lines.append(
            said(
                "stability",
                least=Rounded(value=comparison.stability.least),
                most=Rounded(value=comparison.stability.most),
            )
        )
    return Section(key="headline", lines=tuple(lines))


def _figures(comparison: Comparison) -> Section:
    rows = []
    for field in fields(Measures):
        before = getattr(comparison.base_measures, field.name)
        after = getattr(comparison.scenario_measures, field.name)
        difference = Difference(after - before)
        rows.append((said(f"figure_{field.name}"), before, after, difference))
    return Section(key="figures", columns=_SIDES, rows=tuple(rows))


_SIDES = ("what", "base", "scenario", "difference")


def _terms(comparison: Comparison) -> Section:
    before = comparison.base.record.summary
    after = comparison.scenario.record.summary
    rows: list[tuple[Cell, ...]] = [
        (
            said(f"term_{term}"),
            before.components[term],
            after.components[term],
            Difference(difference),
        )
        for term, difference in comparison.terms.items()
        if before.components[term] or after.components[term]
    ]
    total = (before.objective, after.objective, Difference(comparison.difference))
    rows.append((said("total"), *total))
    return Section(key="terms", columns=_SIDES, rows=tuple(rows))


def _groups(comparison: Comparison) -> Section:
    """Groups of which something may be shown, and how many may not."""
    told = [each for each in comparison.groups if each.learners is not None]
    names, _ = _names(comparison)
    rows = tuple(
        (
            said(f"by_{each.by}"),
            plain(_named(each.group, names) if each.by == "trajectory" else each.group),
            each.learners,
            each.better,
            each.worse,
            each.same,
            None if each.points is None else Difference(each.points),
        )
        for each in told
    )
    columns = ("by", "group", "learners", "better", "worse", "same", "mean_points")
    silent = len(comparison.groups) - len(told)
    return Section(
        key="groups",
        lines=(said("groups_note"), *([said("silent", n=silent)] if silent else [])),
        columns=columns if rows else (),
        rows=rows,
    )


def _named(key: str, names: Mapping[str, str]) -> str:
    name = names.get(key, "")
    if not name:
        return key
    return name if key in name else f"{name} ({key})"


def _own(comparison: Comparison, school_id: str) -> Section:
    """Learners of one's own school for whom something changes, and what."""
    moved = moved_periods(comparison)
    rows = tuple(
        (
            plain(each.learner_id),
            each.base,
            each.scenario,
            Difference(each.difference),
            plain("; ".join(moved.get(each.learner_id, ())) or "-"),
        )
        for each in own_learners(comparison, school_id)
        if abs(each.difference) > TOLERANCE or each.learner_id in moved
    )
    columns = ("learner", "base", "scenario", "difference", "moved")
    return Section(
        key="own",
        lines=(said("own_note", school=school_id),),
        columns=columns if rows else (),
        rows=rows,
    )


def _moves(comparison: Comparison) -> Section:
    moves = comparison.moves
    rows = tuple(
        (said(f"move_{name}"), getattr(moves, name))
        for name in ("other_site", "other_mentor", "lost", "gained", "learners")
    )
    return Section(key="moves", columns=("what", "number"), rows=rows)


def _shortages(comparison: Comparison) -> Section:
    trajectories, competences = _names(comparison)
    rows = tuple(
        (
            said("appears" if each.appears else "vanishes"),
            plain(_named(each.trajectory_id, trajectories)),
            said("any_place")
            if each.competence_id is None
            else plain(
                _named(each.competence_id, competences.get(each.trajectory_id, {}))
            ),
            plain(each.period_id),
            each.learners,
        )
        for each in comparison.shortages
    )
    columns = ("what", "trajectory", "competence", "period", "learners")
    return Section(
        key="shortages",
        lines=() if rows else (said("no_shortage"),),
        columns=columns if rows else (),
        rows=rows,
    )


def _names(
    comparison: Comparison,
) -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]:
    """Names of trajectories, and of competences and contexts within each."""
    dataset = comparison.scenario.dataset
    trajectories = dict(
        zip(dataset.trajectories.trajectory_id, dataset.trajectories.name, strict=True)
    )
    units: dict[str, dict[str, str]] = {}
    for table, ids in (
        (dataset.competences, dataset.competences.competence_id),
        (dataset.contexts, dataset.contexts.context_id),
    ):
        for trajectory_id, key, name in zip(
            table.trajectory_id, ids, table.name, strict=True
        ):
            units.setdefault(trajectory_id, {})[key] = name
    return trajectories, units


def recruit_section(comparison: Comparison) -> Section:
    """What to recruit first on each side, those of the scenario first."""
    trajectories, _ = _names(comparison)
    rows = tuple(
        (
            said(f"recruit_{each.kind}"),
            plain(each.subject),
            plain(_named(each.trajectory_id, trajectories)),
            each.base_rank,
            each.scenario_rank,
            each.base_gain,
            each.scenario_gain,
        )
        for each in comparison.recruits or ()
    )
    columns = ("what", "subject", "trajectory", "base_rank", "scenario_rank")
    return Section(
        key="recruits",
        lines=(said("recruits_note" if rows else "no_recruit"),),
        columns=(*columns, "base_gain", "scenario_gain") if rows else (),
        rows=rows,
    )


def _sites(comparison: Comparison) -> Section:
    rows = tuple(
        (
            plain(_named(each.site_id, {each.site_id: each.name})),
            each.base,
            each.scenario,
            Difference(each.scenario - each.base),
        )
        for each in comparison.sites
    )
    return Section(
        key="sites",
        lines=(said("sites_note" if rows else "no_site"),),
        columns=("site", "base", "scenario", "difference") if rows else (),
        rows=rows,
    )


def _mentors(comparison: Comparison) -> Section:
    rows = tuple(
        (
            plain(each.mentor_id),
            each.base,
            each.scenario,
            Difference(each.scenario - each.base),
        )
        for each in comparison.mentors
    )
    return Section(
        key="mentors",
        lines=(said("mentors_note" if rows else "no_mentor"),),
        columns=("mentor", "base", "scenario", "difference") if rows else (),
        rows=rows,
    )


def _unchanged(comparison: Comparison) -> Section:
    terms = [
        said(f"term_{term}") for term, each in comparison.terms.items() if each == 0
    ]
    kept = len(comparison.base.record.assignments) - comparison.moves.moved
    listed = Phrase(
        nl=", ".join(each.nl for each in terms) or "-",
        en=", ".join(each.en for each in terms) or "-",
    )
    return Section(
        key="unchanged",
        lines=(
            said("same_learners", same=comparison.same, kept=kept),
            said("same_terms", terms=listed),
        ),
    )


def cell_phrase(cell: Cell) -> Phrase:
    """A cell in words; what is not shown is a dash."""
    if cell is None:
        return plain("-")
    if isinstance(cell, Phrase):
        return cell
    if cell != cell:
        return plain("-")
    text = shown(int(cell)) if cell == int(cell) else shown(Rounded(value=cell))
    if isinstance(cell, Difference) and cell > 0:
        return Phrase(nl=f"+{text.nl}", en=f"+{text.en}")
    return text
