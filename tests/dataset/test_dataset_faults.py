"""Every planted fault is found, located, and the only thing found."""

import pytest

from matcher.dataset import read_tables
from tests.dataset.base_tables import FORMS, base_tables, write_as
from tests.dataset.planted_faults import PLANTED

_NOT_IN_A_WORKBOOK = {"bell"}


@pytest.mark.parametrize("form", FORMS)
def test_clean_dataset_gives_no_finding(form, tmp_path):
    outcome = read_tables(write_as(form, base_tables(), tmp_path))
    assert outcome.findings == ()
    assert outcome.dataset is not None


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
@pytest.mark.parametrize("form", ["folder", "xlsx"])
def test_planted_fault_is_found_where_it_is(fault, form, tmp_path):
    if form == "xlsx" and fault.name in _NOT_IN_A_WORKBOOK:
        form = "zip"
    tables = base_tables()
    fault.change(tables)
    found = read_tables(write_as(form, tables, tmp_path)).findings
    places = [(each.code, each.table, each.row, each.column) for each in found]
    expected = (fault.code, fault.table, fault.row, fault.column)
    assert expected in places
    severity = next(e.severity for e in found if e.code == fault.code)
    if severity == "error":
        errors = [e for e in found if e.severity == "error"]
        assert {e.code for e in errors} == {fault.code}
