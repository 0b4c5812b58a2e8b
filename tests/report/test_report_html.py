import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord
from matcher.report import write_report
from matcher.report.html import report_html
from matcher.report.view import MAX_LEARNERS, MAX_ROWS
from tests.report.page import Element, parsed
from tests.report.sample_records import (
    multiplied,
    renamed,
    sample_dataset,
    sample_record,
    with_summary,
)

HOSTILE = '<script>alert("x")</script>'


def _html(dataset: Dataset, record: RunRecord) -> str:
    return report_html(dataset, record, "nl", synthetic=True)


@cache
def _sample_html(name: str) -> str:
    return _html(sample_dataset(name), sample_record(name))


@cache
def _sample_page(name: str) -> Element:
    return parsed(_sample_html(name))


@pytest.fixture(params=["a", "b", "c", "d", "e", "f"])
def page(request: pytest.FixtureRequest) -> Element:
    return _sample_page(request.param)


@pytest.fixture
def page_d() -> Element:
    return _sample_page("d")


def _tiles(page: Element, language: str) -> dict[str, str]:
    (tiles,) = [ul for ul in page.all("ul") if ul.attributes.get("class") == "tiles"]
    return {
        item.text(language).removeprefix(number).strip(): number
        for item in tiles.all("li")
        for number in [item.all("strong")[0].text(language)]
    }


# What it says ---------------------------------------------------------------


def test_the_numbers_on_top_are_those_of_the_record(page_d: Element):
    tiles = _tiles(page_d, "nl")
    assert tiles["leerlingen"] == "14"
    assert tiles["met een werkplek"] == "9"
    assert tiles["traject helemaal gedekt"] == "0"
    record, dataset = sample_record("d"), sample_dataset("d")
    contexts = set(dataset.contexts.context_id)
    gaps = [
        row
        for row in record.coverage
        if row.covered_by == "gap" and row.competence_id not in contexts
    ]
    assert tiles["competenties nog open"] == str(len(gaps))
    assert _tiles(page_d, "en")["competences still open"] == str(len(gaps))


def test_the_points_of_every_term_are_shown_with_their_weight(page: Element):
    rows = page.rows("punten-per-onderdeel", "en")
    assert len(rows) == 14
    points = [float(row[2].replace(",", "")) for row in rows]
    assert points == sorted(points, reverse=True)
    (unplaced,) = [row for row in rows if row[0].startswith("Weeks without")]
    assert "200 points per week" in unplaced[0]


def test_terms_add_up_to_the_objective(page_d: Element):
    rows = page_d.rows("punten-per-onderdeel", "en")
    total = sum(float(row[2].replace(",", "")) for row in rows)
    assert total == pytest.approx(sample_record("d").summary.objective, abs=7.0)


def test_the_proof_stands_in_both_languages(page_d: Element):
    for language, found in (("nl", "61.557,6 punten"), ("en", "61,557.6 points")):
        assert found in page_d.with_id("inhoud").text(language)


def test_every_assignment_stands_in_the_row_of_its_learner(page: Element):
    _check_timelines(page)


def _check_timelines(page: Element) -> None:
    (record,) = [
        sample_record(name)
        for name in "abcdef"
        if sample_record(name).summary.dataset_sha256 in page.text()
    ]
    sites: dict[str, set[str]] = {}
    for row in record.assignments:
        sites.setdefault(row.learner_id, set()).update((row.site_id, row.mentor_id))
    shown = {row[0]: " ".join(row[1:]) for row in page.rows("leerling-rijen")}
    for learner, ids in sites.items():
        assert all(each in shown[learner] for each in ids)


def test_every_row_of_the_timeline_spans_all_periods(page: Element):
    (table,) = [t for t in page.all("table") if t.attributes.get("class") == "learners"]
    num_periods = len(
        [th for th in table.all("th") if th.attributes.get("class") == "period"]
    )
    for row in table.all("tr"):
        cells = [c for c in row.all("td") if "stretch" in str(c.attributes["class"])]
        if cells:
            spans = [int(cell.attributes.get("colspan") or 1) for cell in cells]
            assert sum(spans) == num_periods


def test_who_has_no_place_is_told_why_and_what_would_help(page_d: Element):
    text = page_d.with_id("open-plaatsen").parent.text("nl")
    first = sample_record("d").unplaced[0]
    assert first.learner_id in text
    assert first.detail in text
    assert "Geen erkende werkplek binnen de regels" in text
    english = page_d.with_id("open-plaatsen").parent.text("en")
    assert "No recognised site within the rules" in english
    assert first.detail in english


def test_with_everybody_placed_it_says_so():
    record = replace(sample_record("a"), unplaced=())
    page = parsed(_html(sample_dataset("a"), record))
    assert "Iedereen heeft een werkplek in elke periode" in page.text("nl")


def test_the_longest_journeys_are_those_of_the_record(page_d: Element):
    rows = page_d.rows("langste-reizen")
    minutes = [int(row[-1]) for row in rows]
    assert minutes == sorted(minutes, reverse=True)
    assert minutes[0] == round(max(sample_record("d").travel_minutes))
    assert len(rows) == 10


def test_mentor_hours_are_those_of_the_record_to_half_an_hour(page_d: Element):
    record, dataset = sample_record("d"), sample_dataset("d")
    rows = page_d.rows("mentor-uren", "en")
    shown = {row[0]: row[3:] for row in rows}
    assert shown.keys() == {row.mentor_id for row in record.assignments}
    limits = dict(
        zip(dataset.mentors.mentor_id, dataset.mentors.hours_per_week, strict=True)
    )
    periods = list(dataset.periods.period_id)
    for mentor, cells in shown.items():
        for at, cell in enumerate(cells):
            hours = sum(
                guidance
                for row, guidance in zip(
                    record.assignments, record.guidance_hours, strict=True
                )
                if (row.mentor_id, row.period_id) == (mentor, periods[at])
            )
            if hours == 0:
                assert cell == "–"  # noqa: RUF001 - as in the report
            else:
                told = float(cell.split("\u00a0")[0].split()[0])
                assert abs(told - hours) <= 0.3
                if hours <= limits[mentor]:
                    assert told <= limits[mentor] + 0.05


def test_sites_show_learners_per_period_against_their_places(page_d: Element):
    record = sample_record("d")
    rows = {row[0]: row for row in page_d.rows("werkplek-plaatsen")}
    assert rows.keys() == {row.site_id for row in record.assignments}
    for site, row in rows.items():
        at_site = [r for r in record.assignments if r.site_id == site]
        told = sum(int(re.match(r"\d+", cell).group()) for cell in row[3:])
        assert told == len(at_site)


def test_it_is_called_a_proposal_and_synthetic_only_when_it_is(page_d: Element):
    assert page_d.all("h1")[0].text("nl") == "Voorstel voor de werkplekken"
    assert "Synthetische gegevens" in page_d.text("nl")
    real = report_html(sample_dataset("d"), sample_record("d"), "nl", synthetic=False)
    assert "Synthetische gegevens" not in real


def test_a_run_without_an_end_in_sight_says_that_it_was_stopped():
    record = with_summary(
        sample_record("a"), status="interrupted", stop_reason="interrupted", bound=2.0
    )
    page = parsed(_html(sample_dataset("a"), record))
    assert "De berekening is onderbroken" in page.text("nl")


def test_an_empty_plan_is_a_report_too():
    record = replace(
        sample_record("a"),
        assignments=(),
        seats=(),
        qualifications=(),
        travel_minutes=(),
        guidance_hours=(),
    )
    page = parsed(_html(sample_dataset("a"), record))
    assert page.rows("mentor-uren") == []


# Whom it protects -----------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "b", "d", "e"])
def test_support_needs_and_abilities_never_occur(name: str):
    dataset = sample_dataset(name)
    words = set(dataset.support_needs.need) | set(dataset.abilities.demand)
    words |= {support for cell in dataset.sites.supports for support in cell}
    assert words
    visible = _sample_page(name).text()
    assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", visible)]


def test_coordinates_and_birth_dates_of_learners_never_occur():
    dataset, html = sample_dataset("d"), _sample_html("d")
    learners = dataset.learners
    assert not [lat for lat in learners.lat if f"{lat:.3f}" in html]
    assert not [day for day in learners.birth_date.astype(str) if day in html]


@pytest.mark.parametrize(
    "old", ["L00000", "W00000", "M00000a", "P1", "T0_0c0", "T0_0", "T0_0g"]
)
def test_ids_from_outside_are_inert(old: str):
    dataset, record = renamed(sample_dataset("d"), sample_record("d"), old, HOSTILE)
    html = _html(dataset, record)
    assert HOSTILE not in html
    page = parsed(html)
    assert len(page.all("script")) == 1
    assert HOSTILE in page.text()


def test_free_text_from_outside_is_inert():
    record = sample_record("d")
    rows = tuple(
        replace(row, reason=HOSTILE, detail=f'{HOSTILE}" onload="x')
        for row in record.unplaced
    )
    html = _html(sample_dataset("d"), replace(record, unplaced=rows))
    assert HOSTILE not in html
    assert len(parsed(html).all("script")) == 1


# Whom it serves: offline, accessible, bilingual ------------------------------


def test_nothing_is_asked_of_any_network(page: Element):
    for element in page.every():
        for name, value in element.attributes.items():
            if name in {"src", "href", "action", "data", "srcset", "xlink:href"}:
                assert str(value).startswith("#"), (element.tag, name, value)
            assert not name.startswith("on"), name
            assert name != "style"
    (style,) = page.all("style")
    assert "url(" not in style.text()
    assert "@import" not in style.text()
    assert not re.search(
        r"fetch|XMLHttp|import\(|https?:", page.all("script")[0].text()
    )


def test_the_security_policy_knows_the_style_and_the_script_alone():
    html = _sample_html("a")
    page = parsed(html)
    (policy,) = [
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_every_drawing_is_described_or_beside_its_numbers(page: Element):
    ids = {e.attributes["id"] for e in page.every() if "id" in e.attributes}
    drawings = page.all("svg")
    for drawing in drawings:
        if drawing.attributes.get("aria-hidden") == "true":
            assert not drawing.all("text")
            continue
        assert drawing.attributes["role"] == "img"
        for name in str(drawing.attributes["aria-labelledby"]).split():
            assert name in ids
            assert page.with_id(name).text("nl")
            assert page.with_id(name).text("en")
    assert any(d.attributes.get("role") == "img" for d in drawings)


def test_headings_descend_one_step_at_a_time(page: Element):
    levels = [int(e.tag[1]) for e in page.every() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_landmarks_and_references_hold_together(page: Element):
    for tag in ("header", "nav", "main", "footer"):
        assert len(page.all(tag)) == 1
    ids = [e.attributes["id"] for e in page.every() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in page.every():
        for name in ("aria-labelledby", "for"):
            for target in (element.attributes.get(name) or "").split():
                assert target in ids
        href = element.attributes.get("href")
        assert href is None or href[1:] in ids


def test_tables_have_captions_and_every_heading_a_scope(page: Element):
    assert page.all("table")
    for table in page.all("table"):
        (caption,) = table.all("caption")
        assert caption.text("nl")
        assert caption.text("en")
        for heading in table.all("th"):
            assert heading.attributes.get("scope") in {"col", "row", "rowgroup"}


def test_tables_that_scroll_can_be_reached_with_the_keyboard(page: Element):
    for table in page.all("table"):
        assert table.parent.attributes.get("tabindex") == "0"
        assert table.parent.attributes.get("aria-labelledby")


def test_each_language_shows_alone_and_says_as_much(page: Element):
    dutch = [e for e in page.every() if e.attributes.get("class") == "nl"]
    english = [e for e in page.every() if e.attributes.get("class") == "en"]
    assert len(dutch) == len(english) > 60
    for element in (*dutch, *english):
        assert element.text()
        assert element.attributes["lang"] in {"nl", "en"}
    assert "Waar de punten vandaan komen" in page.text("nl")
    assert "Waar de punten vandaan komen" not in page.text("en")
    assert "Where the points come from" in page.text("en")


def test_without_scripts_dutch_shows_and_no_dead_button_does(page: Element):
    assert page.all("html")[0].attributes["lang"] == "nl"
    for tag in ("button", "form"):
        element: Element | None = page.all(tag)[0]
        hidden = False
        while element is not None:
            hidden = hidden or "hidden" in element.attributes
            element = element.parent
        assert hidden


def test_it_can_open_in_english():
    html = report_html(sample_dataset("a"), sample_record("a"), "en", synthetic=False)
    page = parsed(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("title")[0].text() == "Proposal for workplaces"


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        if len(colour) == 4:
            colour = "#" + "".join(2 * digit for digit in colour[1:])
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _colours(page: Element) -> tuple[str, dict[str, str]]:
    css = page.all("style")[0].text()
    return css, dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", css))


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "#ffffff"),
        ("soft", "#ffffff"),
        ("soft", "wash"),
        ("blue", "#ffffff"),
        ("blue", "pale"),
        ("warm", "#ffffff"),
        ("ink", "sand"),
        ("ink", "pale"),
    ],
)
def test_text_stands_out_from_its_ground(page_d: Element, text: str, ground: str):
    _, colours = _colours(page_d)
    assert _contrast(colours[text], colours.get(ground, ground)) >= 4.5


def test_parts_of_bars_stand_out_from_paper(page_d: Element):
    css, _ = _colours(page_d)
    fills = re.findall(r"\.way-\w+ \{ fill: (#[0-9a-f]{6}); \}", css)
    assert len(fills) == 5
    assert all(_contrast(fill, "#ffffff") >= 3.0 for fill in fills)
    assert "prefers-reduced-motion" in css
    assert "@media print" in css


# How it is written -----------------------------------------------------------


def test_the_same_record_gives_the_same_bytes_whatever_the_clock(tmp_path: Path):
    dataset, record = sample_dataset("d"), sample_record("d")
    write_report(dataset, record, tmp_path / "one.html")
    later = with_summary(record, seconds=99.0)
    write_report(dataset, later, tmp_path / "deep" / "two.html")
    one = (tmp_path / "one.html").read_bytes()
    assert one == (tmp_path / "deep" / "two.html").read_bytes()
    assert one.startswith(b"<!DOCTYPE html>")
    assert b"\r" not in one


@pytest.fixture(scope="module")
def large() -> tuple[RunRecord, str]:
    dataset, record = multiplied(sample_dataset("d"), sample_record("d"), 60)
    return record, _html(dataset, record)


def test_a_large_region_shows_who_needs_attention_and_counts_the_rest(
    large: tuple[RunRecord, str],
):
    record, html = large
    page = parsed(html)
    rows = [row for row in page.rows("leerling-rijen") if len(row) > 1]
    assert len(rows) == MAX_LEARNERS
    hidden = record.summary.learners - MAX_LEARNERS
    assert f"De andere {hidden} staan in de CSV-bestanden" in page.text("nl")
    assert len(page.rows("open-plaatsen")) == MAX_ROWS
    unplaced = {row.learner_id for row in record.unplaced}
    assert {row[0] for row in rows} & unplaced
    assert len(html) < 2_000_000


def test_learners_with_the_most_open_weeks_come_before_others(
    large: tuple[RunRecord, str],
):
    record, html = large
    weeks: dict[str, int] = {}
    for row in record.unplaced:
        weeks[row.learner_id] = weeks.get(row.learner_id, 0) + 1
    most = max(weeks.values())
    worst = {learner for learner, number in weeks.items() if number == most}
    shown = {row[0] for row in parsed(html).rows("leerling-rijen")}
    assert worst <= shown or shown <= worst


def test_the_policy_of_the_run_sets_the_words():
    policy = json.loads(json.dumps(sample_record("a").summary.policy))
    policy["unplaced"] = 350.0
    policy["travel"]["comfortable"] = 30.0
    page = parsed(
        _html(sample_dataset("a"), with_summary(sample_record("a"), policy=policy))
    )
    assert "350 punten per week" in page.text("nl")
    assert "tot 30 minuten" in page.text("nl")
