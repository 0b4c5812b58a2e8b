"""Pages and workbooks show what a comparison holds, and nothing of other schools."""

import re

import pytest
from openpyxl import load_workbook

from matcher.whatif.change_map import change_map
from matcher.whatif.distribution import distribution
from matcher.whatif.page import page
from matcher.whatif.section import Difference, cell_phrase, sections_of
from matcher.whatif.workbook import write_workbook
from tests.whatif.asked import HEAD, change, compared, scenario

CHANGES = change("site_closes", site_id="S1") + change(
    "course_seats", course_id="C1", seats=0
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (found,) = compared(folder, scenario(folder, CHANGES))
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    (found,) = compared(folder, scenario(folder, ""))
    return found


def section(comparison, key, school=None):
    (one,) = [each for each in sections_of(comparison, school) if each.key == key]
    return one


def test_sections_come_in_the_order_of_the_question(found):
    keys = [each.key for each in sections_of(found, "Q1")]
    assert keys[:5] == ["question", "inputs", "cells", "headline", "figures"]
    assert keys.index("groups") < keys.index("own") < keys.index("terms")
    assert keys[-1] == "unchanged"


def test_difference_of_inputs_holds_cells_before_and_after(found):
    rows = {
        tuple(cell_phrase(each).nl for each in row)
        for row in section(found, "cells").rows
    }
    assert ("courses", "C1", "seats", "2", "0") in rows
    assert not any("placements" in row for row in rows)
    # Both signed placements of L1 are dropped, and counted without a name.
    assert "2" in section(found, "cells").lines[0].nl


def test_difference_shows_its_sign_in_words_and_stays_a_number():
    assert cell_phrase(Difference(12.5)).nl == "+12,5"
    assert cell_phrase(Difference(-3)).en == "-3"
    assert cell_phrase(Difference(0)).nl == "0"
    assert cell_phrase(None).nl == "-"


def test_sites_differ_by_the_weeks_of_the_rows(found):
    weeks = {"P1": 10, "P2": 13, "P3": 10}

    def at(side, site_id):
        rows = side.record.assignments
        return sum(weeks[row.period_id] for row in rows if row.site_id == site_id)

    assert found.sites
    for each in found.sites:
        assert each.base == at(found.base, each.site_id)
        assert each.scenario == at(found.scenario, each.site_id)
        assert each.base != each.scenario


def test_map_without_a_school_draws_no_home_and_no_journey(found):
    drawn = change_map(found, None)
    assert drawn.fewer
    assert drawn.gone == drawn.come == ""
    assert drawn.better == drawn.worse == ()


def test_map_of_a_school_draws_its_learners_alone(found):
    own = {each.learner_id for each in found.learners if each.school_id == "Q1"}
    left = {
        (row.learner_id, row.site_id)
        for row in found.base.record.assignments
        if row.learner_id in own
    } - {(r.learner_id, r.site_id) for r in found.scenario.record.assignments}
    drawn = change_map(found, "Q1")
    assert drawn.gone.count("M") == len(left) > 0
    assert drawn.worse
    other = change_map(found, "Q2")
    assert other.gone == other.come == ""


def test_bars_are_the_learners_whose_points_differ(found, empty):
    differing = [each for each in found.learners if abs(each.difference) > 1e-6]
    drawn = distribution(found)
    assert len(drawn.bars) == len(differing) > 0
    assert [bar.tone for bar in drawn.bars] == [
        "better" if value < 0 else "worse"
        for value in sorted(each.difference for each in differing)
    ]
    assert distribution(empty) is None


def test_page_of_an_empty_scenario_says_that_nothing_changes(empty):
    text = page(empty, "nl", None)
    assert "Er verandert niets." in text
    assert "Voor niemand veranderen de punten." in text


def test_page_is_the_same_for_the_same_comparison(found):
    assert page(found, "nl", "Q1") == page(found, "nl", "Q1")


def test_every_phrase_of_the_page_stands_in_both_languages(found):
    text = page(found, "nl", "Q1")
    dutch = len(re.findall(r'<span class="nl" lang="nl">', text))
    assert dutch == len(re.findall(r'<span class="en" lang="en">', text)) > 40


def test_workbook_has_the_sums_as_numbers(found, tmp_path):
    write_workbook(found, tmp_path / "book.xlsx", None)
    sheet = load_workbook(tmp_path / "book.xlsx")["Punten per onderdeel"]
    last = [cell.value for cell in sheet[sheet.max_row]]
    base, after = found.base_interval.objective, found.scenario_interval.objective
    assert last[1:] == pytest.approx([base, after, after - base])


def test_question_that_looks_like_a_formula_stays_a_text(tmp_path):
    text = CHANGES
    asked = scenario(tmp_path, text)
    head = HEAD.format(data=tmp_path / "data").replace('"Q"', '"=1+1"')
    asked.path.write_text(head + text, encoding="utf-8")
    from matcher.scenario import read_scenario

    (found,) = compared(tmp_path, read_scenario(asked.path))
    write_workbook(found, tmp_path / "book.xlsx", None)
    cells = list(load_workbook(tmp_path / "book.xlsx")["De vraag"].iter_rows())
    assert ("=1+1", "s") in [(cell.value, cell.data_type) for (cell,) in cells]
