"""The folder of `matcher capacity`: every file of a report."""

from pathlib import Path

from matcher.capacity.certificate import shortage_to_json
from matcher.capacity.fairness import EnterpriseLoad, GroupBurden, LearnerBurden
from matcher.capacity.files import MARK, row_json, write_json, write_table
from matcher.capacity.geojson import report_to_geojson
from matcher.capacity.page import write_page
from matcher.capacity.price_groups import PriceGroup
from matcher.capacity.price_table import PriceRow
from matcher.capacity.price_words import prices_to_text
from matcher.capacity.recruit import recruit_to_json
from matcher.capacity.recruit_sets import set_to_json
from matcher.capacity.report import CapacityReport
from matcher.capacity.robustness import WeakPoint, repair_to_json, weak_points
from matcher.capacity.seat_shortages import seat_shortage_to_json
from matcher.capacity.sections import sections_of
from matcher.capacity.supply import SupplyRow
from matcher.capacity.words import Language
from matcher.capacity.workbook import write_workbook
from matcher.report.run_files import write_text
from matcher.suggestions import LoadedRun


def write_capacity(
    run: LoadedRun,
    report: CapacityReport,
    out: Path,
    language: Language = "nl",
    *,
    synthetic: bool = False,
) -> None:
    """Write the files of a report into `out`, made where absent.

    `capacity.json` goes first when there is an older one and comes last: a folder
    that holds it holds all of one report.

    Parameters
    ----------
    language
        Of the words; the page and the workbook hold both.
    synthetic
        Say on the page that no learner, enterprise or mentor is real.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).unlink(missing_ok=True)
    entries = [shortage_to_json(each) for each in report.shortages]
    write_json(out / "shortages.json", entries)
    seats = [seat_shortage_to_json(each) for each in report.seat_shortages]
    write_json(out / "seat_shortages.json", seats)
    write_table(out / "prices.csv", PriceRow, report.prices)
    write_table(out / "price_groups.csv", PriceGroup, report.price_groups)
    words = prices_to_text(
        run.dataset, run.problem.policy, report.prices, report.price_groups, language
    )
    write_text(out / "prices.md", words)
    write_table(out / "supply.csv", SupplyRow, report.supply)
    recruits = [recruit_to_json(each) for each in report.recruits.recruits]
    write_json(out / "recruit.json", recruits)
    sets = [set_to_json(each) for each in report.recruit_sets]
    write_json(out / "recruit_sets.json", sets)
    write_table(out / "robustness.csv", WeakPoint, weak_points(report.repairs))
    write_json(out / "plan_b.json", [repair_to_json(each) for each in report.repairs])
    write_table(out / "worst_off.csv", LearnerBurden, report.burdens)
    write_table(out / "fairness.csv", GroupBurden, report.groups)
    write_table(out / "enterprise_load.csv", EnterpriseLoad, report.loads)
    write_json(out / "capacity.geojson", report_to_geojson(run, report))
    sections = sections_of(run, report)
    write_workbook(sections, out / "capacity.xlsx")
    write_page(run, report, sections, out / "capacity.html", language, synthetic)
    summary = run.summary
    write_json(
        out / MARK,
        {
            "dataset_sha256": summary.dataset_sha256,
            "policy": summary.policy,
            "run": {
                "status": summary.status,
                "objective": summary.objective,
                "bound": summary.bound,
            },
            "areas": str(report.areas),
            "shortages": len(report.shortages),
            "seat_shortages": len(report.seat_shortages),
            "candidates": {
                "screened": report.recruits.screened,
                "confirmed": report.recruits.confirmed,
            },
            "plan_b": {
                "drop_outs": len(report.repairs),
                "proven": sum(each.is_proven for each in report.repairs),
                "others_may_move": sum(each.moves > 0 for each in report.repairs),
            },
            "most_regret_points": max(
                (each.regret_points for each in report.burdens), default=0.0
            ),
            "early_ends": row_json(report.early_ends) if report.early_ends else None,
            "not_proven": [row_json(each) for each in report.not_proven],
        },
    )
