"""report.html: one file that opens offline, for people who would rather look."""

import math
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord
from matcher.report.charts import stacked
from matcher.report.coverage import WAYS
from matcher.report.load import shown_hours
from matcher.report.offline_page import SWITCH, inlined, page_environment
from matcher.report.run_files import write_text
from matcher.report.text import Rounded, said, said_reason, shown
from matcher.report.timeline import period_runs
from matcher.report.view import MAX_OPEN_ROWS, MAX_ROWS, MAX_TAIL, view_of

Language = Literal["nl", "en"]


def write_report(
    dataset: Dataset,
    record: RunRecord,
    path: Path,
    language: Language = "nl",
    *,
    synthetic: bool = False,
) -> None:
    """Write the report of a run as one HTML file that asks nothing of any network.

    It holds both languages and a switch; the same record gives the same bytes.
    Support needs of learners never enter it.

    Parameters
    ----------
    language
        In which it opens, and the only one that shows where scripts are off.
    synthetic
        Say on top that no learner, enterprise or mentor is real.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    html = report_html(dataset, record, language, synthetic=synthetic)
    write_text(path, html)


def report_html(
    dataset: Dataset, record: RunRecord, language: Language, *, synthetic: bool
) -> str:
    """Text of the report, as `write_report` writes it."""
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            view=view_of(dataset, record, is_synthetic=synthetic),
            language=language,
            **inlined([("report", "report.css")], [SWITCH, ("report", "report.js")]),
        )
    )


@cache
def _environment() -> Environment:
    return page_environment(
        "report",
        said=said,
        period_runs=period_runs,
        said_reason=said_reason,
        shown=shown,
        stacked=stacked,
        isnan=math.isnan,
        Rounded=Rounded,
        shown_hours=shown_hours,
        WAYS=WAYS,
        MAX_ROWS=MAX_ROWS,
        MAX_OPEN_ROWS=MAX_OPEN_ROWS,
        MAX_TAIL=MAX_TAIL,
    )
