"""What would have to change is told without tables and columns."""

from pathlib import Path

import pytest

from matcher.advice.site_changes import changes_for_site
from matcher.dataset import read_dataset
from matcher.policy import Policy
from matcher_service.pages.names import Names
from matcher_service.pages.way_told import part_told
from matcher_service.pages.words import Words, texts

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.fixture(scope="module")
def dataset():
    return read_dataset(SAMPLES / "a")


def told(dataset, language, table, key, column, before, after, columns=()) -> str:
    names = Names(dataset=dataset, words=Words(language))
    trajectory_id = str(dataset.trajectories.trajectory_id[0])
    part = {"table": table, "key": key, "column": column, "from": before, "to": after}
    return part_told(names, trajectory_id, part, {column, *columns})


def test_a_recognition_more_is_told_with_names_and_days(dataset):
    site_id, name = dataset.sites.site_id[0], dataset.sites.name[0]
    training = dataset.trajectories.name[0]
    key = {"site_id": site_id, "trajectory_id": "T", "valid_from": "2026-09-01"}
    found = told(
        dataset, "nl", "recognitions", key, "valid_to", None, "2028-06-30", key
    )
    assert found == (
        f"een erkenning van {name} voor {training}, van 1 sep 2026 tot 30 jun 2028"
    )


def test_lists_numbers_and_blanks_are_told(dataset):
    site = {"site_id": dataset.sites.site_id[0]}
    name = dataset.sites.name[0]
    nl = told(dataset, "nl", "sites", site, "demands", "zwaar_tillen|lawaai", None)
    assert nl == f"het werk bij {name} vraagt: niets; nu zwaar tillen, lawaai"
    own = {"learner_id": "L"}
    en = told(dataset, "en", "learners", own, "max_travel_minutes", 45.0, 52)
    assert en == "52 minutes of travel are feasible; now 45"
    modes = told(dataset, "nl", "learners", own, "modes", "pt", "pt|bike")
    assert modes == "deze leerling reist ook met de fiets"


def test_a_mentor_who_is_there_and_one_who_is_new(dataset):
    mentor = {"mentor_id": "M1"}
    there = told(dataset, "nl", "mentors", mentor, "max_learners", 1.0, 2.0)
    assert there == "mentor M1 begeleidt 2 leerlingen tegelijk; nu 1"
    new = told(dataset, "nl", "mentors", mentor, "max_learners", None, 1, ["site_id"])
    assert new == "die mentor begeleidt deze leerling"


def test_what_a_role_may_not_see_is_not_told(dataset):
    found = told(dataset, "nl", "support_needs", None, None, None, None)
    assert found == "iets rond steun: vraag wie dat mag zien"


def test_every_change_that_is_advised_has_words():
    found = set()
    for sample in ("a", "b", "c"):
        data = read_dataset(SAMPLES / sample)
        for learner_id in data.learners.learner_id[:8].tolist():
            for site_id in data.sites.site_id[:12].tolist():
                for way in changes_for_site(data, Policy(), learner_id, site_id):
                    found |= {(part.table, part.column) for part in way.parts}
    assert len(found) > 3
    known = {key.removesuffix("_new") for key in texts() if key.startswith("way_")}
    assert {f"way_{table}_{column}" for table, column in found} <= known


def test_every_text_can_be_filled_in(dataset):
    for key in texts():
        text = key.removeprefix("way_").removesuffix("_new")
        tables = [name for name in ("support_needs", *_TABLES) if text.startswith(name)]
        if key.startswith("way_") and tables:
            column = text.removeprefix(f"{tables[0]}_")
            for before in (None, "x"):
                for language in ("nl", "en"):
                    assert told(dataset, language, tables[0], {}, column, before, "y")


_TABLES = (
    *("recognitions", "mentors", "travel", "learners", "sites", "enterprises"),
    *("courses", "abilities"),
)
