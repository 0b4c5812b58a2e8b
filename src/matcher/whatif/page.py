"""comparison.html: one file that opens offline, the question first."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from matcher.dataset.finding import Language
from matcher.pipeline.line import is_synthetic
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
    style = _packaged("report", "report.css") + _packaged("whatif", "comparison.css")
    script = _packaged("report", "report.js")
    return (
        _environment()
        .get_template(name)
        .render(
            **facts,
            language=language,
            style=style,
            script=script,
            style_digest=_digest(style),
            script_digest=_digest(script),
            max_rows=MAX_ROWS,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("matcher.whatif", "templates"),
                PackageLoader("matcher.report", "templates"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        said=said,
        shown=shown,
        cell_phrase=cell_phrase,
        width=WIDTH,
        height=HEIGHT,
    )
    return environment


def _packaged(room: str, name: str) -> str:
    source = files(f"matcher.{room}") / "templates" / name
    return source.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Digest by which a content security policy knows an inline text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return base64.b64encode(digest).decode("ascii")
