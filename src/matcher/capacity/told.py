"""The report for who may see nobody: page, workbook and map without small numbers.

Names of schools and single learners are gone, and so is whatever counts fewer than ten
people, or tells such a number by what is left.
"""

from dataclasses import replace
from math import nan
from pathlib import Path

from matcher.capacity.fairness import LEAST_SHOWN
from matcher.capacity.files import write_json
from matcher.capacity.geojson import report_to_geojson
from matcher.capacity.page import write_page
from matcher.capacity.report import CapacityReport
from matcher.capacity.sections import sections_of
from matcher.capacity.words import Language
from matcher.capacity.workbook import write_workbook
from matcher.suggestions import LoadedRun

PAGE, WORKBOOK, MAP = "capacity.html", "capacity.xlsx", "capacity.geojson"


def told_report(report: CapacityReport) -> CapacityReport:
    """What may be told; numbers in rows that stay are cut by `sections_of`."""
    is_many = len(report.not_proven) >= LEAST_SHOWN
    return replace(
        report,
        # Who can reach what is nobody's business, even without a name.
        shortages=tuple(
            replace(each, reach=())
            for each in report.shortages
            if each.demand >= LEAST_SHOWN
        ),
        seat_shortages=tuple(
            replace(each, reach=())
            for each in report.seat_shortages
            if len(each.learners) >= LEAST_SHOWN
        ),
        # What is paid tells how many are there.
        price_groups=tuple(
            replace(each, paid_points=nan) for each in report.price_groups
        ),
        groups=tuple(each for each in report.groups if each.by != "school"),
        burdens=(),
        loads=(),
        not_proven=report.not_proven if is_many else (),
    )


def write_told(
    run: LoadedRun,
    report: CapacityReport,
    folder: Path,
    language: Language = "nl",
    *,
    synthetic: bool = False,
) -> None:
    """Write page, workbook and map into a folder, made where absent.

    Parameters
    ----------
    language
        The page begins in; page and workbook hold both.
    synthetic
        Say on the page that no learner, enterprise or mentor is real.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = told_report(report)
    sections = sections_of(run, told, least=LEAST_SHOWN)
    write_workbook(sections, folder / WORKBOOK)
    write_page(
        run, told, sections, folder / PAGE, language, synthetic, least=LEAST_SHOWN
    )
    write_json(folder / MAP, report_to_geojson(run, told))
