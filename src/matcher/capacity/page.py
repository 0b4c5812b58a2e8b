"""``capacity.html``: one file that opens offline, certificates to count with a finger.

It tells of learners as numbers in a table, never by id: ids stand in the JSON files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment

from matcher.capacity.bottlenecks import Chart, charts_of
from matcher.capacity.certificate import Shortage
from matcher.capacity.names import Names
from matcher.capacity.region_map import region_map
from matcher.capacity.report import CapacityReport
from matcher.capacity.section import Section, cell_phrase
from matcher.capacity.sections import courses_of, places_of, sought
from matcher.capacity.words import Language, both
from matcher.dataset import Phrase
from matcher.report.offline_page import SWITCH, inlined, page_environment
from matcher.report.run_files import write_text
from matcher.report.text import Rounded, shown
from matcher.suggestions import LoadedRun

MAX_ROWS = 20
"""Of each table: the workbook holds them all."""

MAX_COUNTED = 20
_WIDEST, _LONGEST = 12, 40
"""Certificates that are shown as a table to count, and the largest such table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A certificate to be counted.

    Attributes
    ----------
    places
        By name, with the learners whom they hold.
    reach
        Per learner and place, whether the learner may be there; empty where that
        table would be too large to count.
    """

    training: str
    what: Phrase
    period: Phrase
    demand: int
    supply: int
    places: tuple[tuple[str, int], ...]
    reach: tuple[tuple[bool, ...], ...]
    proof: str


def write_page(
    run: LoadedRun,
    report: CapacityReport,
    sections: Sequence[Section],
    path: Path,
    language: Language,
    synthetic: bool,
    least: int = 0,
) -> None:
    """Write the page; the same report gives the same bytes.

    Parameters
    ----------
    least
        No bar is of fewer people than this.
    """
    styles = [("report", "report.css"), ("capacity", "capacity.css")]
    names = Names(run.dataset)
    page = _environment().get_template("capacity.html.j2")
    text = page.render(
        language=language,
        **inlined(styles, [SWITCH]),
        is_synthetic=synthetic,
        periods=run.dataset.periods.period_id.tolist(),
        report=report,
        lines=list(_headlines(report)),
        charts=_charts(report, names, least),
        map=region_map(run, report),
        counts=counts_of(report, names),
        sections=[each for each in sections if each.rows],
        caveats=[both(f"caveat_{number}") for number in range(1, 6)],
        max_rows=MAX_ROWS,
    )
    write_text(path, text)


def counts_of(report: CapacityReport, names: Names) -> tuple[Count, ...]:
    """Certificates to count, the most learners first.

    Those that differ in nothing but their period are one.
    """
    alike: dict[tuple[object, ...], list[Shortage]] = {}
    for each in report.shortages:
        what = (each.trajectory_id, each.competence_id, each.learners)
        alike.setdefault((*what, each.places, each.reach), []).append(each)
    groups = sorted(alike.values(), key=lambda own: -own[0].demand)
    found = [
        Count(
            training=names.training(own[0].trajectory_id),
            what=cell_phrase(sought(own[0], names)),
            period=cell_phrase(", ".join(each.period_id for each in own)),
            demand=own[0].demand,
            supply=own[0].supply,
            places=places_of(own[0], names),
            reach=_reach(own[0].reach, len(own[0].places)),
            proof=own[0].proof,
        )
        for own in groups[:MAX_COUNTED]
    ]
    found += [
        Count(
            training=names.training(each.trajectory_id),
            what=cell_phrase(names.unit(each.trajectory_id, each.competence_id)),
            period=both("all_periods"),
            demand=len(each.learners),
            supply=sum(course.seats for course in each.courses),
            places=courses_of(each, names),
            reach=_reach(each.reach, len(each.courses)),
            proof="seats",
        )
        for each in report.seat_shortages[:MAX_COUNTED]
    ]
    return tuple(found)


def _reach(
    reach: tuple[tuple[int, ...], ...], width: int
) -> tuple[tuple[bool, ...], ...]:
    if width > _WIDEST or len(reach) > _LONGEST:
        return ()
    return tuple(tuple(at in own for at in range(1, width + 1)) for own in reach)


def _headlines(report: CapacityReport) -> Iterator[Phrase]:
    yield both(
        "page_found",
        shortages=len(report.shortages),
        seats=len(report.seat_shortages),
        recruits=len(report.recruits.recruits),
    )
    if report.not_proven:
        yield both("page_open", n=len(report.not_proven))
    if report.burdens:
        most = max(each.regret_points for each in report.burdens)
        yield both("page_regret", points=Rounded(value=most, digits=0))
    drawn = report.early_ends
    if drawn is not None:
        lost, after = drawn.lost, drawn.after_refill
        yield both(
            "page_early_ends",
            draws=drawn.draws,
            rate=Rounded(value=100 * drawn.rate, digits=0),
            lost=Rounded(value=lost[1], digits=0),
            after=Rounded(value=after[1], digits=0),
            low=Rounded(value=after[0], digits=0),
            high=Rounded(value=after[2], digits=0),
        )


def _charts(report: CapacityReport, names: Names, least: int) -> tuple[Chart, ...]:
    return tuple(each for each in charts_of(report, names, least) if each.bars)


@cache
def _environment() -> Environment:
    return page_environment(
        "capacity", "report", said=both, shown=shown, cell_phrase=cell_phrase
    )
