"""The report about capacity to keep, and what it says of plan B and of fairness."""

import io
import json
import shutil
from pathlib import Path

from openpyxl import load_workbook

from matcher_service.answers.redaction import (
    step_without_persons,
    weak_point_without_persons,
)
from matcher_service.routes.capacity import report_folder
from matcher_service.security.person import Person
from tests.service.conftest import House, assert_problem


def test_partnership_gets_page_workbook_and_map(solved: House):
    base = f"/v1/runs/{solved.run_id}/capacity"
    page = solved.get("partnership", f"{base}/capacity.html")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-disposition"] == 'attachment; filename="capacity.html"'
    assert page.text.startswith("<!DOCTYPE html>") or "<!DOCTYPE html>" in page.text
    book = solved.get("partnership", f"{base}/capacity.xlsx")
    assert load_workbook(io.BytesIO(book.content)).sheetnames
    places = solved.get("partnership", f"{base}/capacity.geojson")
    assert places.headers["content-type"] == "application/geo+json"
    assert places.json()["type"] == "FeatureCollection"


def test_files_have_no_name_but_these(solved: House):
    for name in ("plan_b.json", "worst_off.csv", "..%2Frecruit.json"):
        answer = solved.get("planner", f"/v1/runs/{solved.run_id}/capacity/{name}")
        assert answer.status_code in (404, 422), name


def test_a_report_of_before_says_to_ask_again(solved: House):
    folder = report_folder(
        solved.service, Person(subject="x", role="planner"), solved.run_id
    )
    kept = Path(folder) / "told"
    shutil.move(kept, folder / "elsewhere")
    try:
        path = f"/v1/runs/{solved.run_id}/capacity/capacity.html"
        assert_problem(solved.get("partnership", path), 409, "not_ready")
    finally:
        shutil.move(folder / "elsewhere", kept)


def test_weak_points_are_ranked_and_count_nobody_out_loud(solved: House):
    path = f"/v1/runs/{solved.run_id}/robustness"
    rows = solved.get("partnership", path).json()["items"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    losses = [row["loss_points"] for row in rows]
    assert losses == sorted(losses, reverse=True)
    assert all(row["hit"] is None or row["hit"] >= 10 for row in rows)
    assert {row["is_proven"] for row in rows} <= {True, False}
    few = {"hit": 3, "moved": 1, "weeks_without_place": 12.0, "loss_points": 9.0}
    assert weak_point_without_persons(few) == {
        "hit": None,
        "moved": None,
        "weeks_without_place": None,
        "loss_points": 9.0,
    }
    many = {"hit": 12, "moved": 0, "weeks_without_place": 12.0}
    assert weak_point_without_persons(many) == many


NUMBERS = (
    "learners",
    "weeks_without_place",
    "open_competences",
    "minutes",
    "minutes_tail",
    "points",
    "regret_points",
)
FAIRNESS = f"""by,group,is_shown,{",".join(NUMBERS)}
all,,true,32,1.5,0.5,40.2,61,512.5,3
school,Atheneum,true,22,1.5,0.5,40.2,61,512.5,3
area,90,true,14,0.5,0.25,38,,488,2
area,91,false,,,,,,,
"""


def test_fairness_tells_of_no_school_and_of_no_few(solved: House):
    folder = report_folder(
        solved.service, Person(subject="x", role="planner"), solved.run_id
    )
    path = f"/v1/runs/{solved.run_id}/fairness"
    kept = (folder / "fairness.csv").read_text("utf-8")
    (folder / "fairness.csv").write_text(FAIRNESS, "utf-8")
    try:
        rows = solved.get("partnership", path).json()["items"]
    finally:
        (folder / "fairness.csv").write_text(kept, "utf-8")
    assert [(row["by"], row["group"]) for row in rows] == [("all", ""), ("area", "90")]
    numbers = (14.0, 0.5, 0.25, 38.0, None, 488.0, 2.0)
    assert rows[1] == {
        "by": "area",
        "group": "90",
        **dict(zip(NUMBERS, numbers, strict=True)),
    }
    assert solved.get("partnership", path).status_code == 200  # of this region too


def test_a_step_tells_not_how_many_were_free():
    step = {"rank": 1, "helped": ["a"], "learners_helped": 1, "in_plan_free": 8}
    assert step_without_persons(step | {"in_plan_points": 3.0}) == {
        "rank": 1,
        "learners_helped": None,
        "in_plan_points": 3.0,
    }


def test_reports_hold_what_is_told_beside_what_is_not(solved: House):
    folder = report_folder(
        solved.service, Person(subject="x", role="planner"), solved.run_id
    )
    told = json.loads((folder / "told" / "capacity.geojson").read_text("utf-8"))
    whole = json.loads((folder / "capacity.geojson").read_text("utf-8"))
    assert len(told["features"]) == len(whole["features"]) > 0
