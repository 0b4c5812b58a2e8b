"""The schema, the codes and their words are complete and agree with the types."""

import json
import string
from dataclasses import fields
from typing import get_type_hints

import numpy as np
import pytest

from matcher.dataset import (
    Dataset,
    codes_reference_markdown,
    finding,
    findings_to_json,
    findings_to_text,
    read_dataset,
    read_tables,
    schema_reference_markdown,
)
from matcher.dataset.findings import code_book
from matcher.dataset.register_number import holds_register_number, masked
from matcher.dataset.schema import schema
from tests.dataset.base_tables import base_tables, write_folder
from tests.dataset.file_faults import FILE_FAULTS
from tests.dataset.planted_faults import PLANTED, REGISTER_NUMBER


def test_schema_and_types_name_the_same_columns():
    hints = get_type_hints(Dataset)
    hints.pop("sha256")
    assert list(schema()) == list(hints)
    for name, table in schema().items():
        assert [each.name for each in table.columns] == [
            each.name for each in fields(hints[name])
        ]


def test_every_code_is_planted_somewhere():
    own = {code for code, entry in code_book().items() if entry.room == "dataset"}
    planted = {fault.code for fault in PLANTED} | {fault.code for fault in FILE_FAULTS}
    assert own == planted


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda fault: fault.code)
def test_fault_of_a_file_is_found(fault, tmp_path):
    outcome = read_tables(fault.make(tmp_path), limits=fault.limits)
    assert fault.code in [found.code for found in outcome.findings]
    severity = code_book()[fault.code].severity
    assert severity != "error" or outcome.dataset is None


def test_every_code_speaks_both_languages_with_the_same_facts():
    for entry in code_book().values():
        for phrase in (entry.meaning, entry.message, entry.remedy):
            assert phrase.nl
            assert phrase.en
            assert _facts(phrase.nl) == _facts(phrase.en)


def _facts(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_references_document_every_column_and_code():
    text = schema_reference_markdown()
    for table in schema().values():
        assert f"### {table.name}" in text
        assert all(f"`{each.name}`" in text for each in table.columns)
    for language in ("nl", "en"):
        assert all(
            f"`{c}`" in codes_reference_markdown(language=language) for c in code_book()
        )


def test_findings_as_json_have_the_keys_of_the_contract(tmp_path):
    tables = base_tables()
    tables["sites"][1][6] = "-2"
    found = read_tables(write_folder(tables, tmp_path / "data")).findings
    (row,) = json.loads(findings_to_json(found))["findings"]
    assert {
        key: row[key] for key in ("code", "severity", "table", "row", "column")
    } == {
        "code": "out_of_range",
        "severity": "error",
        "table": "sites",
        "row": 1,
        "column": "capacity",
    }
    assert row["value"] == "-2"
    assert "-2" in row["message"]
    assert row["remedy"] != row["remedy_en"]


@pytest.mark.parametrize(
    ("language", "facts"),
    [("nl", ["rij 1", "kolom capacity", "fout: 1."]), ("en", ["row 1", "error: 1."])],
)
def test_findings_as_text_say_where_and_count(language, facts, tmp_path):
    tables = base_tables()
    tables["sites"][1][6] = "-2"
    found = read_tables(write_folder(tables, tmp_path / "data")).findings
    text = findings_to_text(found, language=language)
    assert all(fact in text for fact in facts)
    assert findings_to_text((), language=language).count("\n") == 0


def test_braces_in_a_cell_are_no_template():
    found = finding("wrong_kind", value="{expected}{0}", expected="x", nearest="")
    assert "{expected}{0}" in found.message.en


def test_near_name_is_suggested(tmp_path):
    tables = base_tables()
    tables["sites"][0][8] = "langauges"
    tables["mentors"][1][1] = "w-1"
    tables["periods"][1][1] = "1/9/2026"
    found = read_tables(write_folder(tables, tmp_path / "data")).findings
    words = " ".join(each.message.en + each.remedy.en for each in found)
    assert all(near in words for near in ('"languages"', '"W1"', '"2026-09-01"'))


@pytest.mark.parametrize(
    ("text", "is_private"),
    [
        (REGISTER_NUMBER, True),
        ("93051822361", True),
        ("93 05 18 223 61", True),
        ("93/05/18-223.61", True),
        ("930518-223-61", True),
        ("05010100113", True),
        ("05010100181", True),
        ("93051822362", False),
        ("193051822361", False),
        ("930518223610", False),
        ("0123.456.789", False),
        ("2.123.456.789", False),
        ("", False),
    ],
)
def test_register_number_is_told_by_its_check(text, is_private):
    assert holds_register_number(text) is is_private
    assert (masked(text) != text) is is_private


def test_coordinate_with_many_decimals_is_no_register_number(tmp_path):
    tables = base_tables()
    tables["sites"][1][4] = "9.3051822361"
    dataset = read_dataset(write_folder(tables, tmp_path / "data"))
    assert dataset.sites.lat[0] == 9.3051822361


def test_blank_weeks_are_whole_weeks_from_the_dates(tmp_path):
    dataset = read_dataset(write_folder(base_tables(), tmp_path / "data"))
    np.testing.assert_array_equal(dataset.periods.weeks, [8.0, 7.0, 9.5])


def test_blank_cells_stand_for_the_defaults_of_the_contract(tmp_path):
    dataset = read_dataset(write_folder(base_tables(), tmp_path / "data"))
    assert dataset.trajectories.days_per_week[1] == 3
    assert dataset.trajectories.max_sites[1] == 3
    assert dataset.trajectories.min_block_weeks[1] == 4
    assert dataset.competences.weeks[1] == 1
    assert dataset.competences.weight[1] == 1
    assert dataset.competences.requires[1] == ("ontvangen",)
    assert dataset.contexts.weight[1] == 1
    assert dataset.support_needs.level[1] == 1
    assert not dataset.support_needs.required[1]
    assert np.isnan(dataset.mentors.hours_per_week[1])
    assert np.isnan(dataset.enterprises.max_learners[1])
    assert np.isnat(dataset.mentors.trained_on[2])
    assert dataset.learners.modes[1] == ()
    assert dataset.placements.mentor_id[1] == ""


def test_periods_are_sorted_by_start(tmp_path):
    tables = base_tables()
    tables["periods"][1:] = tables["periods"][:0:-1]
    dataset = read_dataset(write_folder(tables, tmp_path / "data"))
    assert list(dataset.periods.period_id) == ["P1", "P2", "P3"]
