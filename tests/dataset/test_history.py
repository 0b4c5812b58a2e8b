"""The table of past agreements: read, checked, and never with what may not count."""

import pytest

from matcher.dataset import DatasetError, read_history, read_history_table
from matcher.dataset.findings import code_book
from matcher.dataset.forbidden import is_forbidden_input
from matcher.dataset.schema import history_schema
from tests.dataset.base_tables import FORMS, base_tables, write_as

HEADER = [
    "placement_id", "start", "planned_end", "observed_until", "end", "end_reason",
    "travel_minutes",
]  # fmt: skip
LASTED = [
    "A1",
    "2024-09-02",
    "2025-06-27",
    "2026-01-01",
    "2025-06-27",
    "completed",
    "20",
]
RUNNING = ["A2", "2025-09-01", "2026-06-26", "2026-01-01", "", "", "35,5"]


def history_file(tmp_path, *rows, header=HEADER):
    path = tmp_path / "historiek.csv"
    lines = [";".join(cells) for cells in (header, *rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def codes(path):
    return [(f.code, f.row, f.column) for f in read_history_table(path).findings]


def test_blank_end_is_still_running_and_blank_numbers_are_unknown(tmp_path):
    history = read_history(history_file(tmp_path, LASTED, RUNNING))
    assert list(history.placement_id) == ["A1", "A2"]
    assert str(history.end[1]) == "NaT"
    assert history.travel_minutes.tolist() == [20.0, 35.5]
    assert all(value != value for value in history.coverage)


@pytest.mark.parametrize("form", FORMS)
def test_history_is_found_beside_the_tables_of_a_dataset(form, tmp_path):
    tables = base_tables() | {"history": [HEADER, LASTED, RUNNING]}
    history = read_history(write_as(form, tables, tmp_path))
    alone = read_history(history_file(tmp_path, LASTED, RUNNING))
    assert history.sha256 == alone.sha256


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("planned_end", "2024-09-02", ("history_order", 1, "planned_end")),
        ("observed_until", "2024-09-01", ("history_order", 1, "observed_until")),
        ("end", "2024-09-01", ("history_order", 1, "end")),
        ("end", "2026-01-02", ("history_order", 1, "end")),
        ("end", "", ("history_reason", 1, "end_reason")),
        ("end_reason", "", ("history_reason", 1, "end_reason")),
        ("end_reason", "moe", ("wrong_kind", 1, "end_reason")),
        ("travel_minutes", "-1", ("out_of_range", 1, "travel_minutes")),
        ("start", "", ("blank", 1, "start")),
        ("placement_id", "A2", ("duplicate_key", 2, "placement_id")),
        ("placement_id", "93.05.18-223.61", ("register_number", 1, "placement_id")),
    ],
)
def test_planted_fault_is_found_where_it_is(column, value, expected, tmp_path):
    row = [*LASTED]
    row[HEADER.index(column)] = value
    path = history_file(tmp_path, row, RUNNING)
    assert expected in codes(path)
    with pytest.raises(DatasetError):
        read_history(path)


def test_every_code_of_the_history_is_planted():
    own = {code for code, entry in code_book().items() if entry.room == "history"}
    assert own == {"history_forbidden", "history_order", "history_reason"}


@pytest.mark.parametrize(
    "name",
    [
        "gender", "Geslacht", "sex", "origin", "land_van_herkomst", "nationaliteit",
        "name", "Voornaam", "learner_name", "readiness", "arbeidsrijp",
        "arbeidsbereidheid", "postcode", "post_code_postcode", "zipCode", "thuistaal",
        "school", "rijksregisternummer", "INSZ", "national_number", "adres", "diagnose",
        "rr_nummer", "RRN", "nationaal nummer", "genderidentiteit", "geboorteland",
        "leerlingnaam", "learnerName", "schoolnaam", "schooltype", "woonplaats",
        "moedertaal", "screeningsresultaat", "learnerpostcode", "OKAN",
    ],
)  # fmt: skip
def test_what_may_not_count_is_refused_by_name(name, tmp_path):
    path = history_file(tmp_path, [*LASTED, "x"], header=[*HEADER, name])
    assert codes(path) == [("history_forbidden", None, name)]
    with pytest.raises(DatasetError):
        read_history(path)


def test_no_input_of_the_table_has_a_forbidden_name():
    groups = {"school_id", "enterprise_id", "audit_group"}
    names = {column.name for column in history_schema().columns} - groups
    assert [name for name in names if is_forbidden_input(name)] == []
    assert is_forbidden_input("school_id")


def test_other_unknown_columns_are_named_as_such(tmp_path):
    path = history_file(tmp_path, [*LASTED, "5"], header=[*HEADER, "travel_minute"])
    assert codes(path) == [("column_unknown", None, "travel_minute")]


@pytest.mark.parametrize("name", ["nergens", "leeg.csv"])
def test_history_that_is_not_there_is_an_error(name, tmp_path):
    (tmp_path / "leeg.csv").write_text("", encoding="utf-8")
    outcome = read_history_table(tmp_path / name)
    assert outcome.history is None
    assert [found.severity for found in outcome.findings] == ["error"]


def test_folder_without_the_table_is_an_error(tmp_path):
    path = write_as("folder", base_tables(), tmp_path)
    assert codes(path) == [("table_missing", None, None)]
