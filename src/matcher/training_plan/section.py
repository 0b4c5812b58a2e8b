"""The training plan in words: sections of lines and tables, one language at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from matcher.dataset import mode_said
from matcher.dataset.finding import Language
from matcher.training_plan.checklist import ToDo
from matcher.training_plan.planned import (
    PlannedCompetence,
    PlannedPeriod,
    PlannedSite,
    TrainingPlan,
)
from matcher.training_plan.words import day_text, number, said

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, all as long as the header.

    Attributes
    ----------
    caption
        What stands above it; "" for nothing.
    is_form
        People write in its blank cells by hand.
    """

    header: Row
    rows: tuple[Row, ...]
    caption: str = ""
    is_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the document.

    Attributes
    ----------
    key
        The same in every language; a page has ``page-`` and its number.
    starts_page
        It is for one reader and stands on a page of its own.
    """

    key: str
    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    starts_page: bool = False


COMPETENCE_COLUMNS = (
    "reached",
    "period",
    "competence",
    "name",
    "place",
    "site",
    "mentor",
    "module",
    "kind",
    "qualification",
    "later",
)
"""Columns of the one table of all competences, in their order."""

_BY_PERIOD = ("competence", "name", "place", "module", "kind", "qualification", "later")
"""Columns of the tables that have the competences period by period."""

_TO_SIGN = ("learner", "home", "school_side", "enterprise")


def sections_of(plan: TrainingPlan, language: Language) -> tuple[Section, ...]:
    """The whole document, title first."""
    return tuple(_Writer(plan, language).sections())


def all_competences(plan: TrainingPlan, language: Language) -> Section:
    """Every competence in one table, to be filled in and read back."""
    rows = (competence_cells(each, language) for each in plan.competences)
    return Section(
        key="competences",
        title=said("competences", language),
        tables=(_table(COMPETENCE_COLUMNS, rows, language),),
    )


def competence_cells(one: PlannedCompetence, language: Language) -> Row:
    """The cells of one competence, in the order of `COMPETENCE_COLUMNS`."""
    return (
        said("yes", language) if one.place == "acquired" else "",
        one.period_id,
        one.competence_id,
        one.name,
        said(f"place_{one.place}", language),
        one.course_id or one.site_id,
        one.mentor_id,
        one.module,
        one.kind,
        one.qualification,
        ", ".join(one.later),
    )


def _table(
    columns: tuple[str, ...],
    rows: Iterator[Row],
    language: Language,
    caption: str = "",
) -> Table:
    header = tuple(said(f"col_{each}", language) for each in columns)
    return Table(header=header, rows=tuple(rows), caption=caption)


class _Writer:
    """Writes the sections of one plan in one language."""

    def __init__(self, plan: TrainingPlan, language: Language) -> None:
        self._plan = plan
        self._language: Language = language
        self._site = {each.site_id: each for each in plan.sites}

    def sections(self) -> Iterator[Section]:
        """Title first; what there is nothing to say about stays out."""
        yield self._title()
        yield self._overview()
        yield self._periods()
        yield self._competences()
        if self._plan.contexts:
            yield self._contexts()
        if self._plan.qualifications:
            yield self._qualifications()
        yield self._checklist()
        yield self._signatures()
        yield from self._pages()

    def _said(self, key: str, *places: object, **facts: object) -> str:
        return said(key, self._language, *places, **facts)

    def _day(self, day: date) -> str:
        return day_text(day, self._language)

    def _number(self, value: float | None) -> str:
        return number(value, self._language)

    def _name(self, site_id: str) -> str:
        """The name of a site with its id, where it has one of its own."""
        site = self._site.get(site_id)
        if site is None or site.name in ("", site_id):
            return site_id
        return site.name if site_id in site.name else f"{site.name} ({site_id})"

    def _title(self) -> Section:
        plan = self._plan
        school = plan.school_id and self._said("school", school=plan.school_id)
        line = self._said("subtitle", learner=plan.learner_id, school=school)
        title = self._said("title", training=plan.training)
        return Section(key="title", title=title, lines=(line,))

    def _overview(self) -> Section:
        lines = (
            self._agreement(),
            self._countdown(),
            *(self._journey(each) for each in self._plan.sites),
        )
        return Section(key="overview", title=self._said("overview"), lines=lines)

    def _agreement(self) -> str:
        plan = self._plan
        if not plan.agreement:
            return self._said("agreement_unknown")
        return self._said(
            "agreement",
            agreement=plan.agreement,
            meaning=self._said(f"agreement_{plan.agreement}"),
            hours=self._number(plan.hours_per_week),
            threshold=self._number(plan.paid_from_hours),
            day=self._day(plan.rules_from),
        )

    def _countdown(self) -> str:
        countdown = self._plan.countdown
        if countdown.last_day is None or countdown.first_lesson is None:
            return self._said("countdown_unknown", days=countdown.days_to_sign)
        return self._said(
            "countdown",
            last=self._day(countdown.last_day),
            days=countdown.days_to_sign,
            first=self._day(countdown.first_lesson),
            as_of=self._day(self._plan.as_of),
            left=countdown.days_left,
        )

    def _journey(self, site: PlannedSite) -> str:
        mode = site.mode and f" {mode_said(site.mode).said_in(self._language)}"
        minutes = self._said("minutes_unknown")
        if site.minutes is not None:
            minutes = self._said("minutes", minutes=f"{site.minutes:.0f}", mode=mode)
        start = site.start_time and self._said("starts_at", time=site.start_time)
        name = self._name(site.site_id)
        where = site.postcode and f", {site.postcode}"
        return self._said("site", site=name, where=where, minutes=minutes, start=start)

    def _periods(self) -> Section:
        columns = ("period", "start", "end", "weeks", "place_of", "mentor", "hours")
        rows = (
            (
                each.period_id,
                self._day(each.start),
                self._day(each.end),
                self._number(each.weeks),
                self._name(each.site_id) or self._said("no_site"),
                each.mentor_id,
                self._number(each.workplace_hours),
                self._number(each.school_hours),
            )
            for each in self._plan.periods
        )
        table = _table((*columns, "school_hours"), rows, self._language)
        title = self._said("periods")
        return Section(key="periods", title=title, tables=(table,))

    def _competences(self) -> Section:
        """Period by period; what is reached first, what is open last."""
        period_of = {each.period_id: each for each in self._plan.periods}
        cells = [competence_cells(each, "nl") for each in self._plan.competences]
        filled = {
            name
            for at, name in enumerate(COMPETENCE_COLUMNS)
            if any(row[at] for row in cells)
        }
        columns = tuple(each for each in _BY_PERIOD if each in filled)
        groups = groupby(
            self._plan.competences, key=lambda each: (each.period_id, each.place)
        )
        by_time: dict[str, list[PlannedCompetence]] = {}
        for (period_id, place), group in groups:
            by_time.setdefault(period_id or place, []).extend(group)
        tables = [
            _table(
                columns,
                (self._cells_of(each, columns) for each in group),
                self._language,
                caption=self._caption(period_of.get(when), group[0]),
            )
            for when, group in by_time.items()
        ]
        title = self._said("competences")
        return Section(key="competences", title=title, tables=tuple(tables))

    def _caption(self, period: PlannedPeriod | None, first: PlannedCompetence) -> str:
        if period is None:
            return self._said(f"group_{first.place}")
        where = self._said("group_no_site")
        if period.site_id:
            where = self._said(
                "group_site", site=self._name(period.site_id), mentor=period.mentor_id
            )
        return self._said(
            "group_period",
            period=period.period_id,
            start=self._day(period.start),
            end=self._day(period.end),
            where=where,
        )

    def _cells_of(self, one: PlannedCompetence, columns: tuple[str, ...]) -> Row:
        cells = competence_cells(one, self._language)
        cell = dict(zip(COMPETENCE_COLUMNS, cells, strict=True))
        if one.course_id:
            cell["place"] = f"{cell['place']} {one.course_id}"
        return tuple(cell[each] for each in columns)

    def _yes(self, is_so: bool) -> str:
        return self._said("yes" if is_so else "no")

    def _contexts(self) -> Section:
        columns = ("group", "at_least", "context", "name", "met", "place_of", "period")
        rows = (
            (
                each.group_id,
                str(each.at_least),
                each.context_id,
                each.name,
                self._yes(each.is_met),
                self._name(each.site_id),
                each.period_id,
            )
            for each in self._plan.contexts
        )
        table = _table(columns, rows, self._language)
        return Section(key="contexts", title=self._said("contexts"), tables=(table,))

    def _qualifications(self) -> Section:
        columns = ("qualification", "earned", "open")
        rows = (
            (each.qualification, self._yes(each.earned), ", ".join(each.open) or "-")
            for each in self._plan.qualifications
        )
        return Section(
            key="qualifications",
            title=self._said("qualifications"),
            tables=(_table(columns, rows, self._language),),
        )

    def _checklist(self) -> Section:
        lines = tuple(map(self._to_do, self._plan.to_do))
        return Section(
            key="checklist",
            title=self._said("checklist"),
            lines=lines or (self._said("checklist_empty"),),
        )

    def _to_do(self, to_do: ToDo) -> str:
        about = [self._name(each) for each in to_do.about]
        if to_do.code == "recognition":
            about[1] = self._day(date.fromisoformat(to_do.about[1]))
        if to_do.code in ("ability", "support"):  # words of the data, to be read aloud
            about[-1] = about[-1].replace("_", " ")
        return self._said(f"todo_{to_do.code}", *about)

    def _signatures(self) -> Section:
        """Room for those who agree; a proposal is signed by nobody yet."""
        columns = ("party", "who", "date", "signature")
        rows = ((self._said(f"party_{each}"), "", "", "") for each in _TO_SIGN)
        return Section(
            key="signatures",
            title=self._said("signatures"),
            lines=(self._said("signatures_note"),),
            tables=(replace(_table(columns, rows, self._language), is_form=True),),
        )

    def _pages(self) -> Iterator[Section]:
        """For each mentor the focus of the coming period, and nothing else."""
        name_of = {each.competence_id: each.name for each in self._plan.competences}
        period_of = {each.period_id: each for each in self._plan.periods}
        for at, page in enumerate(self._plan.pages, start=1):
            period, site = period_of[page.period_id], self._site[page.site_id]
            when = self._said(
                "page_when", start=self._day(period.start), end=self._day(period.end)
            )
            start = site.start_time and self._said("starts_at", time=site.start_time)
            note = "page_note" if page.competence_ids else "page_empty"
            rows = ((each, name_of[each], "") for each in page.competence_ids)
            table = _table(("competence", "name", "remarks"), rows, self._language)
            yield Section(
                key=f"page-{at}",
                title=self._said(
                    "page",
                    period=page.period_id,
                    site=self._name(page.site_id),
                    mentor=page.mentor_id,
                ),
                lines=(f"{when}{start}", self._said(note)),
                tables=(replace(table, is_form=True),) if table.rows else (),
                starts_page=True,
            )
