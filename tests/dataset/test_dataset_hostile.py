"""Damaged, locked and malicious files are findings, never a crash or a hang."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from matcher.dataset import Limits, read_tables
from tests.dataset.base_tables import (
    base_tables,
    csv_bytes,
    write_folder,
    write_workbook,
    write_zip,
)

_FUZZ = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def codes(path, **limits):
    return {each.code for each in read_tables(path, limits=Limits(**limits)).findings}


def with_file(tmp_path, name, content):
    folder = write_folder(base_tables(), tmp_path / "data")
    folder.joinpath(f"{name}.csv").write_bytes(content)
    return folder


def rewritten(source, target, change):
    """Copy a zip with the content of each entry changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return target


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "table_empty", None),
        (b"\xef\xbb\xbf\r\n,,\r\n", "table_empty", None),
        (b"learner_id,site_id,success\nL1,W1,0.5\nL1,W2,\0\n", "nul_byte", 2),
        (b"\x81\x8d\xff\xfe", "encoding_unknown", None),
        ("learner_id,site_id,success\n".encode("utf-16"), "nul_byte", None),
        (b"learner_id,site_id,success\nL1,W1,0.5,x\n", "row_ragged", 1),
        (b"learner_id,site_id,success\nL1,W2,0.5\nL1\n", "row_ragged", 2),
        (b'learner_id,site_id,success\nL1,W1,0.5\nL1,"W2,0.5\n', "csv_quote", 2),
        (b'learner_id,site_id,success\nL1,"W"1,0.5\n', "csv_quote", 1),
        (b'"learner_id,site_id,success\n', "csv_quote", None),
        (b"learner_id,site_id,success\nL1,W1," + b"5" * 200_000, "cell_too_long", 1),
        (b"x," * 300 + b"\n", "row_ragged", None),
    ],
)
def test_damaged_csv_is_located(content, code, row, tmp_path):
    found = read_tables(with_file(tmp_path, "scores", content)).findings
    if code == "row_ragged" and row is None:
        code = "too_many_columns"
    assert (code, "scores", row) in [(e.code, e.table, e.row) for e in found]


def test_what_refers_to_an_unreadable_table_is_left_in_peace(tmp_path):
    assert codes(with_file(tmp_path, "sites", b"\0")) == {"nul_byte"}


def test_faults_are_shown_up_to_a_number_and_then_counted(tmp_path):
    rows = [["L1", f"W{n}", "0.5"] for n in range(2_000)]
    content = csv_bytes([["learner_id", "site_id", "success"], *rows])
    found = read_tables(with_file(tmp_path, "scores", content)).findings
    assert len(found) == 501
    assert (found[-1].code, found[-1].value) == ("more", "1497")


def test_register_number_is_masked_wherever_it_would_be_shown(tmp_path):
    number = "93.05.18-223.61"
    tables = base_tables()
    tables["learners"][1][0] = number
    tables["sites"][0][1] = f"E {number}"
    tables["placements"][1][1] = number
    tables[f"klas {number}"] = [["x"]]
    found = read_tables(write_zip(tables, tmp_path / "data.zip")).findings
    assert number not in str(found)
    assert "223" not in str(found)
    assert len([e for e in found if e.code == "register_number"]) == 3


def test_damaged_archive_is_a_finding(tmp_path):
    path = write_zip(base_tables(), tmp_path / "data.zip")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert codes(path) == {"file_unreadable"}
    path.write_bytes(content[:60] + bytes(40) + content[100:])
    assert "file_unreadable" in codes(path)


def test_locked_files_are_findings(tmp_path):
    path = write_zip(base_tables(), tmp_path / "data.zip")
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    assert codes(path) == {"file_encrypted"}
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert codes(path) == {"file_encrypted"}


def test_bombs_stop_at_the_limit(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sites.csv", b"a" * 3_000_000)
    assert "table_too_large" in codes(path, small_entry_bytes=1_000_000)
    assert "table_too_large" in codes(path, archive_bytes=2_000_000)
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.csv", b"")
    assert codes(many, archive_entries=49) == {"archive_too_large"}


def test_sizes_that_lie_do_not_help_a_bomb(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sites.csv", b"a" * 3_000_000)
    honest = (3_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, (100).to_bytes(4, "little")))
    found = codes(path, archive_bytes=2_000_000)
    assert found & {"table_too_large", "file_unreadable"}


def test_workbook_bombs_stop_at_the_limit(tmp_path):
    path = write_workbook(base_tables(), tmp_path / "data.xlsx")
    assert codes(path, archive_bytes=20_000) == {"archive_too_large"}
    far = rewritten(
        path,
        tmp_path / "far.xlsx",
        lambda _, content: content.replace(b'<row r="2"', b'<row r="9999999999"'),
    )
    assert "too_many_rows" in codes(far, rows=1_000)


def test_entities_in_a_workbook_are_not_expanded(tmp_path):
    path = write_workbook(base_tables(), tmp_path / "data.xlsx")
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    laughing = rewritten(
        path,
        tmp_path / "laugh.xlsx",
        lambda name, content: (
            entities + content if name.startswith("xl/worksheets") else content
        ),
    )
    assert codes(laughing) == {"file_unreadable"}


def test_workbook_without_its_parts_is_a_finding(tmp_path):
    path = write_workbook(base_tables(), tmp_path / "data.xlsx")
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            if "sheet3" not in entry.filename:
                new.writestr(entry.filename, old.read(entry))
    assert "file_unreadable" in codes(broken) or "table_missing" in codes(broken)


def test_sheet_may_be_a_chart(tmp_path):
    path = write_workbook(base_tables(), tmp_path / "data.xlsx")
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("grafiek").add_chart(BarChart())
    book.save(path)
    assert codes(path) == set()


@_FUZZ
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_reported(content, tmp_path):
    file = tmp_path / "any"
    file.write_bytes(content)
    assert read_tables(file).dataset is None
    assert read_tables(with_file(tmp_path, "sites", content)).dataset is None


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"PK"])
def test_stump_of_an_archive_is_a_finding(content, tmp_path):
    file = tmp_path / "any"
    file.write_bytes(content)
    assert read_tables(file).findings


@_FUZZ
@given(text=st.text(alphabet='L1W,;"\n\r 0.5-|é\t', max_size=120))
def test_any_text_in_a_table_is_read_or_reported(text, tmp_path):
    header = "learner_id,site_id,success\n"
    outcome = read_tables(with_file(tmp_path, "scores", (header + text).encode()))
    is_used = outcome.dataset is not None
    assert is_used or any(each.severity == "error" for each in outcome.findings)


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed")
    return {
        "zip": write_zip(base_tables(), folder / "data.zip").read_bytes(),
        "xlsx": write_workbook(base_tables(), folder / "data.xlsx").read_bytes(),
    }


@_FUZZ
@given(data=st.data())
@pytest.mark.parametrize("form", ["zip", "xlsx"])
def test_any_damage_to_a_packed_file_is_survived(form, data, packed, tmp_path):
    content = bytearray(packed[form])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    file = tmp_path / "damaged"
    file.write_bytes(content)
    outcome = read_tables(file)
    assert outcome.dataset is not None or outcome.findings


@_FUZZ
@given(data=st.data())
def test_any_damage_inside_a_sheet_is_survived(data, packed, tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed["xlsx"])) as old:
        name = data.draw(st.sampled_from(sorted(old.namelist())))
        content = bytearray(old.read(name))
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + 2] = data.draw(st.binary(max_size=4))
        file = tmp_path / "damaged.xlsx"
        with zipfile.ZipFile(file, "w") as new:
            for entry in old.infolist():
                same = entry.filename != name
                new.writestr(entry.filename, old.read(entry) if same else content)
    outcome = read_tables(file)
    assert outcome.dataset is not None or outcome.findings
