"""The pages, without a script: what each role reads and sends, in both languages."""

import csv
from string import Formatter
from types import SimpleNamespace

import pytest

from matcher.problem.run_record import UnplacedRow
from matcher.report.text import said_reason
from matcher_service.answers import questions
from matcher_service.pages import learner_map
from matcher_service.pages.names import Names
from matcher_service.pages.told import Teller
from matcher_service.pages.words import Words, texts
from matcher_service.store.models import Job
from tests.service.conftest import MARK_A, House
from tests.service.test_exchange import first_site
from tests.service.visitor import Reader, Visitor

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def learner_id(solved) -> str:
    answer = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners")
    return answer.json()["items"][0]["learner_id"]


def title_of(page: Reader) -> str:
    return page.texts_in("h1")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("coach_a", "my_learners"),
        ("partnership", "region_title"),
        ("planner", "whatif_title"),
        ("admin", "nav_data"),
    ],
)
def test_everybody_begins_at_their_own_work(solved: House, who, title, language):
    page = Visitor(solved, who, language).open("")
    assert title_of(page) == texts()[title][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_learners_stand_with_days_left_and_what_is_open(
    solved: House, learner_id, language
):
    page = Visitor(solved, "coach_a", language).open(f"leerlingen/{solved.run_id}")
    heads = page.texts_in("th")
    for each in ("days_left", "plan_now", "still_open"):
        assert texts()[each][language] in heads
    assert learner_id in heads
    assert any("leerling?id=" + learner_id in link for link in page.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_learner_has_suggestions_with_reasons_and_price_for_others(
    solved: House, learner_id, language
):
    coach = Visitor(solved, "coach_a", language)
    page = coach.open(f"leerlingen/{solved.run_id}/leerling?id={learner_id}")
    heads = page.texts_in("h3")
    assert heads[0].startswith(texts()["suggestion"][language].format(rank=1))
    said = {"nl": "Voor de anderen samen", "en": "others"}[language]
    assert page.text.count(said) >= len(heads)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_learner_without_a_place_is_told_why(
    solved: House, learner_id, language, monkeypatch, region
):
    with (region / "periods.csv").open(encoding="utf-8") as file:
        periods = [row["period_id"] for row in csv.DictReader(file)]
    detail = "De woonplaats is niet bekend; een postcode brengt werkplekken in beeld."
    rows = tuple(
        UnplacedRow(
            learner_id=each, period_id=period_id, reason="no_site", detail=detail
        )
        for each in (learner_id, "BRAVO-L1")
        for period_id in periods
    )
    run = SimpleNamespace(lookup=SimpleNamespace(unplaced=rows))
    own = questions.open_periods(SimpleNamespace(run=run), learner_id)
    assert [row.period_id for row in own] == periods
    monkeypatch.setattr(questions, "open_periods", lambda _held, _id: own)
    coach = Visitor(solved, "coach_a", language)
    page = coach.open(f"leerlingen/{solved.run_id}/leerling?id={learner_id}")
    assert texts()["open_periods"][language] in page.texts_in("h2")
    told = {"nl": detail, "en": said_reason("no_site").en}[language]
    assert page.text.count(told) == 1  # all periods in one line


def test_what_costs_the_others_nothing_is_told_in_words():
    teller = Teller(Names(dataset=None, words=Words("nl")), "T")
    amount = {"kind": "estimate", "points": 0.0, "at_least": 0.0, "at_most": 0.0}
    assert teller.others(amount) == texts()["others_nothing"]["nl"]
    some = teller.others(amount | {"at_most": 3.0})
    assert "0,0 en 3,0" in some


def test_sites_are_dots_where_signs_would_hide_each_other(
    solved: House, learner_id, monkeypatch
):
    coach = Visitor(solved, "coach_a", "nl")
    place = f"leerlingen/{solved.run_id}/eerst?id={learner_id}"
    signs = coach.open(place).texts_in("text")
    assert "1" in signs
    monkeypatch.setattr(learner_map, "_MOST_SIGNS", 0)
    page = coach.open(place)
    assert "1" not in page.texts_in("text")
    assert "kleine stippen zijn de werkplekken" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_not_names_what_stands_in_between(
    solved: House, learner_id, region, language
):
    coach = Visitor(solved, "coach_a", language)
    page = coach.open(f"leerlingen/{solved.run_id}/leerling?id={learner_id}")
    form = next(each for each in page.forms if each.action.endswith("waarom-niet"))
    answer = coach.send(form, site=first_site(region))
    statuses = {texts()[f"status_{each}"][language] for each in STATUSES}
    assert statuses & set(answer.texts_in("strong"))


STATUSES = ("eligible", "barred", "unknown")


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "ics", "json"])
def test_training_plan_can_be_taken_along(solved: House, learner_id, form):
    coach = Visitor(solved, "coach_a")
    page = coach.open(f"leerlingen/{solved.run_id}/leerling?id={learner_id}")
    link = next(each for each in page.links if each.endswith(f"form={form}"))
    answer = coach.client.get(link)
    assert answer.status_code == 200
    assert f"opleidingsplan.{form}" in answer.headers["content-disposition"]


def test_who_chooses_first_sees_no_ranking_before(solved: House, learner_id):
    coach = Visitor(solved, "coach_a")
    page = coach.open(f"leerlingen/{solved.run_id}")
    switch = next(form for form in page.forms if form.action.endswith("eerst-zelf"))
    coach.send(switch)
    page = coach.open(f"leerlingen/{solved.run_id}/leerling?id={learner_id}")
    assert texts()["first"]["nl"] in page.texts_in("h2")
    assert "Voorstel 1" not in page.text
    names = [label for label in page.texts_in("label") if " min " in label]
    assert len(names) > 1
    assert names == sorted(names, key=lambda label: label.split(" ", 1)[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_region_is_told_without_persons(solved: House, language):
    page = Visitor(solved, "partnership", language).open(f"regio/{solved.run_id}")
    heads = page.texts_in("h2")
    for each in ("shortages", "recruits", "prices", "supply"):
        assert texts()[each][language] in heads
    assert texts()["recruit_sets"][language] in page.texts_in("h3")
    folded = page.texts_in("summary")
    for by in ("trajectory", "competence", "area", "period"):
        assert texts()[f"prices_by_{by}"][language] in folded
    assert MARK_A not in page.text


def test_planner_asks_for_steps_together(solved: House):
    planner = Visitor(solved, "planner")
    form = planner.open(f"regio/{solved.run_id}").forms[-1]
    taken = planner.send(form, sets="3")
    job_id = next(f.action for f in taken.forms if "stop" in f.action).split("/")[-2]
    with solved.service.database.reading() as session:
        assert session.get_one(Job, job_id).params == {"top": 5, "sets": 3}
    planner.send(next(f for f in taken.forms if "stop" in f.action))


def test_form_that_is_sent_twice_begins_one_job(solved: House):
    coach = Visitor(solved, "coach_a")
    page = coach.open(f"gegevens/{solved.dataset_id}")
    form = next(form for form in page.forms if form.action.endswith("/plan"))
    pages = [coach.send(form) for _ in range(2)]
    stops = [next(f.action for f in page.forms if "stop" in f.action) for page in pages]
    assert stops[0] == stops[1]
    coach.send(next(f for f in pages[0].forms if "stop" in f.action))


def test_page_of_nobody_is_not_there(solved: House):
    page = Visitor(solved, "coach_a").open("nergens", status=404)
    assert texts()["problem_not_found"]["nl"] in page.text


def test_every_text_is_there_in_both_languages():
    for key, said in texts().items():
        assert set(said) == {"nl", "en"}, key
        fields = [sorted(set(_fields(text))) for text in said.values()]
        assert fields[0] == fields[1], key


def _fields(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]
