"""The pages in a real browser: the three tasks, keys only, large letters, axe."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.service import chromium
from tests.service.chromium import pictured, tab_to
from tests.service.conftest import House, zipped
from tests.service.test_exchange import first_site
from tests.service.web_server import served

pytestmark = [
    pytest.mark.browser,
    # A browser is no Python package that the lock could bring; CI installs one and
    # requires it, so that there its absence fails.
    pytest.mark.skipif(
        not (chromium.program() or chromium.REQUIRED), reason="Chromium is not there."
    ),
]

DESK = {"width": 1200, "height": 900}
ZOOMED = {"width": 320, "height": 256}
"""What is left of 1280 by 1024 at 400 %."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as made:
        yield made


@pytest.fixture(scope="module")
def address(solved: House) -> Iterator[str]:
    with served(solved) as url:
        yield url


@pytest.fixture
def visit(browser, address, solved: House):
    """Opens a page of somebody who is signed in; nothing may come from elsewhere."""
    contexts: list[BrowserContext] = []
    foreign: list[str] = []
    faults: list[str] = []

    def opened(who: str, language: str = "nl", **options) -> Page:
        context = browser.new_context(
            base_url=address, **{"viewport": DESK, "locale": "nl-BE", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: foreign.append(asked.url))
        page.on(
            "console", lambda told: told.type == "error" and faults.append(told.text)
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"/{language}/aanmelden")
        page.locator("#key").fill(solved.keys[who])
        page.locator("button.main").click()
        page.wait_for_url(lambda url: "aanmelden" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in foreign if not url.startswith((address, "blob:"))] == []
    assert faults == []


def test_coach_finds_a_place_for_a_learner(visit):
    page = visit("coach_a")
    page.locator("tbody th a").first.click()
    expect(page.locator("svg[role=img]")).to_be_visible()
    card = page.locator(".suggestion").first
    expect(card).to_contain_text("Voor de anderen samen")
    card.locator("summary", has_text="Waarom").click()
    expect(card.locator("table")).to_be_visible()
    pictured(page, "leerling")
    card.locator("summary", has_text="Kies voorstel").click()
    card.get_by_label("Waarom?").first.fill("Past bij wat de leerling wil leren.")
    card.get_by_role("button", name="Kies dit").click()
    expect(page.get_by_role("status").first).to_contain_text("Genoteerd")
    expect(page.locator(".decisions")).to_contain_text("Voorgesteld")
    page.get_by_role("button", name="Neem terug").first.click()
    expect(page.locator(".decisions")).to_contain_text("teruggenomen")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Word").click()
    assert kept.value.suggested_filename == "opleidingsplan.docx"


def test_coach_asks_why_not(visit, region):
    page = visit("coach_a")
    page.locator("tbody th a").first.click()
    page.locator("#site").fill(first_site(region))
    page.get_by_role("button", name="Vraag het").click()
    expect(page.locator("h1")).to_contain_text("Waarom niet")
    pictured(page, "waarom-niet")


def test_coach_chooses_first(visit):
    page = visit("coach_a")
    page.get_by_role("button", name="Staat uit").click()
    expect(page.locator("[aria-pressed=true]")).to_be_visible()
    pictured(page, "leerlingen")
    page.locator("tbody th a").nth(1).click()
    expect(page.locator("h2").first).to_have_text("Eerst zelf kiezen")
    pictured(page, "eerst")
    page.locator("[name=site]").first.check()
    page.locator("#reden").fill("Dicht bij huis, en de leerling kent het bedrijf.")
    page.get_by_role("button", name="Noteer mijn keuze").click()
    expect(page.locator(".decisions")).to_contain_text("eerst zelf gekozen")
    expect(page.locator(".suggestion").first).to_be_visible()


def test_list_is_filtered_while_somebody_types(visit):
    page = visit("coach_a")
    rows = page.locator("tbody tr")
    number = rows.count()
    name = page.locator("tbody th").first.inner_text()
    page.locator("#zoek").fill(name.lower())
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    expect(page.locator("#gevonden")).to_have_text("1 gevonden")
    page.locator("#zoek").fill("")
    expect(page.locator("tbody tr:visible")).to_have_count(number)


def test_partnership_reads_where_it_is_tight_and_what_helps(visit, solved: House):
    page = visit("partnership")
    page.goto(f"/nl/regio/{solved.run_id}")  # other tests may have brought later runs
    expect(page.locator("svg[role=img]")).to_be_visible()
    for each in ("Bewezen tekorten", "Wat eerst werven", "Vraag en aanbod"):
        expect(page.get_by_role("heading", name=each)).to_be_visible()
    page.locator("summary", has_text="Toon de tabel").click()
    pictured(page, "regio")


def test_planner_builds_runs_and_compares(visit, solved: House, region):
    page = visit("planner")
    page.locator("#kind").select_option("site_closes")
    page.get_by_role("button", name="Vul in").click()
    page.get_by_label("Werkplek").fill("V-nergens")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator(".fault")).to_be_visible()
    page.get_by_label("Werkplek").fill(first_site(region))
    pictured(page, "verandering")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator(".changes li")).to_have_count(1)
    page.locator("#title").fill("Een werkplek stopt")
    pictured(page, "watals")
    page.get_by_role("button", name="Reken uit").click()
    expect(page.get_by_role("status").first).to_contain_text("Wacht op zijn beurt")
    work = threading.Thread(target=solved.work)
    work.start()
    # The script follows the job, and loads the page again when it is done.
    page.get_by_role("link", name="Bekijk het verschil").click(timeout=120_000)
    work.join()
    expect(page.locator("h1")).to_contain_text("Een werkplek stopt")
    expect(page.get_by_role("heading", name="Wie wint, wie verliest")).to_be_visible()
    pictured(page, "vergelijking")
    page.get_by_role("link", name="Terug naar wat als").click()
    expect(page.locator("table.stacked")).to_contain_text("Een werkplek stopt")


def test_data_is_brought_and_its_findings_stand_in_place(
    visit, solved: House, region, tmp_path
):
    page = visit("admin")
    shutil.copytree(region, tmp_path / "tables")
    with (tmp_path / "tables" / "learners.csv").open("a", encoding="utf-8") as file:
        file.write("X\n")
    torn = zipped(tmp_path / "tables")
    page.locator("#name").fill("Met een fout")
    page.locator("#file").set_input_files(
        {"name": "regio.zip", "mimeType": "application/zip", "buffer": torn}
    )
    page.get_by_role("button", name="Breng en kijk na").click()
    expect(page.get_by_role("status").first).to_contain_text("nagekeken")
    work = threading.Thread(target=solved.work)
    work.start()
    expect(page.locator("#bevindingen")).to_be_visible(timeout=60_000)
    work.join()
    learners = page.get_by_role("region", name="Tabel learners")
    expect(learners.locator(".error").first).to_contain_text("te verbeteren")
    pictured(page, "bevindingen")


def test_coach_works_with_keys_alone(browser, address, solved: House):
    page = browser.new_page(base_url=address, viewport=DESK)
    page.goto("/nl/")
    tab_to(page, "#key")
    page.keyboard.type(solved.keys["coach_a"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/leerlingen/**")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    tab_to(page, "tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leerling?**")
    tab_to(page, ".suggestion details.no-print summary")
    page.keyboard.press("Enter")
    tab_to(page, "[name=kind]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "sign"
    page.keyboard.press("ArrowUp")
    tab_to(page, "[name=reason]")
    page.keyboard.type("Met de toetsen gekozen.")
    tab_to(page, ".suggestion button.main")
    page.keyboard.press("Enter")
    expect(page.locator(".decisions")).to_contain_text("Met de toetsen gekozen.")
    page.close()


PLACES = {
    "coach_a": [
        "leerlingen/{run}",
        "{learner}",
        "{first}",
        "{why}",
        "gegevens",
        "{data}",
    ],
    "partnership": ["regio/{run}", "gegevens", "{data}"],
    "planner": [
        "watals/{run}",
        "watals/{run}?kind=site_added",
        "watals/{run}?kind=recognition_restricted&v_trajectory_id={training}&do=look",
        "watals/{run}?kind=mentor_absent&do=add",
        "taken/{run}",
    ],
    "admin": ["gegevens", "{data}"],
}
OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture(scope="module")
def names(solved: House, region) -> dict[str, str]:
    answer = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners").json()
    row = answer["items"][0]
    base, learner = f"leerlingen/{solved.run_id}", row["learner_id"]
    return {
        "run": solved.run_id,
        "training": row["trajectory_id"],
        "learner": f"{base}/leerling?id={learner}",
        "first": f"{base}/eerst?id={learner}",
        "why": f"{base}/waarom-niet?id={learner}&site={first_site(region)}",
        "data": f"gegevens/{solved.dataset_id}",
    }


@pytest.fixture(scope="module", params=["nl", "en"])
def language(request) -> str:
    return request.param


@pytest.mark.parametrize("who", PLACES)
def test_no_page_has_a_fault_that_axe_finds(visit, names, who, language):
    page = visit(who, language)
    for place in PLACES[who]:
        page.goto(f"/{language}/{place.format(**names)}")
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        found = Axe().run(page).response["violations"]
        told = [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
        assert told == [], place


@pytest.mark.parametrize("who", PLACES)
def test_at_400_percent_nothing_runs_off_to_the_side(visit, names, who):
    page = visit(who, viewport=ZOOMED)
    for place in PLACES[who]:
        page.goto(f"/nl/{place.format(**names)}")
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        width = page.evaluate("document.documentElement.scrollWidth")
        pictured(page, f"smal-{who}-{PLACES[who].index(place)}")
        assert width <= ZOOMED["width"], place


@pytest.mark.parametrize("who", ["coach_a", "partnership", "planner"])
def test_pages_read_the_same_with_scripts_off(visit, names, who):
    page, plain = visit(who), visit(who, java_script_enabled=False)
    for place in PLACES[who]:
        texts = []
        for each in (page, plain):
            each.goto(f"/nl/{place.format(**names)}")
            texts.append(each.locator("main").inner_text())
        for part in ("Zoek een leerling of opleiding", "\n"):
            texts = [text.replace(part, " ") for text in texts]
        assert texts[0].split() == texts[1].split(), place


def test_on_paper_stand_no_buttons(visit, names):
    page = visit("coach_a")
    page.goto(f"/nl/{names['learner']}")
    page.emulate_media(media="print")
    assert page.locator("button:visible").count() == 0
    expect(page.locator(".suggestion").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
