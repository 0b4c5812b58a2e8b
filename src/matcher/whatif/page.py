"""comparison.html: one file that opens offline, the question first."""

from functools import cache
from pathlib import Path

from jinja2 import Environment

from matcher.dataset.card import is_synthetic
from matcher.dataset.finding import Language
from matcher.report.offline_page import SWITCH, inlined, page_environment
from matcher.report.run_files import write_text
from matcher.report.text import shown
from matcher.whatif.change_map import change_map
from matcher.whatif.compare import Comparison
from matcher.whatif.distribution import HEIGHT, WIDTH, distribution
from matcher.whatif.section import MAX_ROWS, cell_phrase, sections_of
from matcher.whatif.text import said


def write_page(
    comparison: Comparison, path: Path, language: Language, school_id: str | None
) -> None:
    """Write the page; it holds both languages and names no learner of other schools."""
    write_text(path, page(comparison, language, school_id))


def page(comparison: Comparison, language: Language, school_id: str | None) -> str:
    """Text of the page; the same comparison gives the same bytes."""
    return rendered(
        "comparison.html.j2",
        language,
        title=said("title", title=comparison.scenario.title),
        is_synthetic=is_synthetic(comparison.base.source),
        sections=sections_of(comparison, school_id),
        kicker=f"{comparison.base.name} → {comparison.scenario.name}",
        distribution=distribution(comparison),
        same=comparison.same,
        map=change_map(comparison, school_id),
    )


def rendered(name: str, language: Language, **facts: object) -> str:
    """A page of this room: its template in the frame that all of them share."""
    styles = [("report", "report.css"), ("whatif", "comparison.css")]
    return (
        _environment()
        .get_template(name)
        .render(
            **facts,
            language=language,
            **inlined(styles, [SWITCH]),
            max_rows=MAX_ROWS,
        )
    )


@cache
def _environment() -> Environment:
    return page_environment(
        "whatif",
        "report",
        said=said,
        shown=shown,
        cell_phrase=cell_phrase,
        width=WIDTH,
        height=HEIGHT,
    )
