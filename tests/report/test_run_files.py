import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.errors import InternalError, RunError
from matcher.problem.run_record import COMPONENTS, QualificationRow, UnplacedRow
from matcher.report import RunFiles, read_run_files, write_run_files
from matcher.report.run_files import write_text
from tests.report.sample_records import sample_record, with_summary

FILES = {
    "assignments.csv": "learner_id,period_id,site_id,mentor_id",
    "seats.csv": "learner_id,course_id,competence_id,period_id",
    "coverage.csv": "learner_id,competence_id,covered_by,site_id,period_id",
    "qualifications.csv": "learner_id,qualification,earned,open",
    "unplaced.csv": "learner_id,period_id,reason,detail",
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run_files(sample_record("d"), tmp_path / "run")
    return tmp_path / "run"


def test_a_run_folder_holds_the_files_of_the_contract_and_no_other(run: Path):
    assert {file.name for file in run.iterdir()} == {*FILES, "summary.json"}
    for name, header in FILES.items():
        assert (run / name).read_text(encoding="utf-8").splitlines()[0] == header
        assert b"\r" not in (run / name).read_bytes()


def test_an_empty_table_still_has_its_header(tmp_path: Path):
    empty = replace(
        sample_record("a"),
        assignments=(),
        seats=(),
        coverage=(),
        qualifications=(),
        unplaced=(),
    )
    write_run_files(empty, tmp_path)
    for name, header in FILES.items():
        assert (tmp_path / name).read_bytes() == f"{header}\n".encode()


@pytest.mark.parametrize("sample", ["a", "d"])
def test_what_is_read_back_is_what_was_written(sample: str, tmp_path: Path):
    record = sample_record(sample)
    write_run_files(record, tmp_path)
    assert read_run_files(tmp_path) == RunFiles(
        assignments=record.assignments,
        seats=record.seats,
        coverage=record.coverage,
        qualifications=record.qualifications,
        unplaced=record.unplaced,
        summary=record.summary,
    )


def test_text_with_commas_quotes_and_accents_survives(tmp_path: Path):
    row = UnplacedRow(
        learner_id="L;1",
        period_id="P1",
        reason="capacity",
        detail='Eén plaats, "nu"\nof later: € mentor',
    )
    record = replace(sample_record("a"), unplaced=(row,))
    write_run_files(record, tmp_path)
    assert read_run_files(tmp_path).unplaced == (row,)


def test_booleans_and_lists_are_written_as_the_contract_says(tmp_path: Path):
    rows = (
        QualificationRow(learner_id="L1", qualification="Q", earned=True, open=()),
        QualificationRow(
            learner_id="L2", qualification="Q", earned=False, open=("C1", "C2")
        ),
    )
    write_run_files(replace(sample_record("a"), qualifications=rows), tmp_path)
    written = (tmp_path / "qualifications.csv").read_text().splitlines()
    assert written[1:] == ["L1,Q,true,", "L2,Q,false,C1|C2"]


def test_summary_keeps_its_keys_in_order_and_its_floats_whole(tmp_path: Path):
    record = with_summary(
        sample_record("a"),
        objective=0.1 + 0.2,
        components=dict.fromkeys(reversed(COMPONENTS), 1.0),
        versions={"z": "1", "a": "2"},
    )
    write_run_files(record, tmp_path)
    content = json.loads((tmp_path / "summary.json").read_text())
    assert list(content)[:5] == ["status", "objective", "bound", "gap", "components"]
    assert list(content["components"]) == list(COMPONENTS)
    assert list(content["versions"]) == ["a", "z"]
    assert '"objective": 0.30000000000000004,' in (
        tmp_path / "summary.json"
    ).read_text().replace("\n", " ")


def test_the_same_record_gives_the_same_bytes(run: Path, tmp_path: Path):
    write_run_files(sample_record("d"), tmp_path / "again")
    for file in run.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_an_older_run_is_replaced_whole(run: Path):
    record = sample_record("a")
    write_run_files(record, run)
    assert read_run_files(run).assignments == record.assignments
    assert read_run_files(run).summary == record.summary


def test_a_write_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path):
    file = tmp_path / "file.txt"
    write_text(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(file, "a lone surrogate \ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_run_that_failed_half_way_is_no_run(run: Path):
    broken = replace(
        sample_record("a"),
        unplaced=(
            UnplacedRow(
                learner_id="L\ud800", period_id="P", reason="capacity", detail=""
            ),
        ),
    )
    with pytest.raises(UnicodeEncodeError):
        write_run_files(broken, run)
    with pytest.raises(RunError, match=r"summary\.json"):
        read_run_files(run)


def test_a_number_that_is_not_finite_is_our_bug(tmp_path: Path):
    with pytest.raises(InternalError, match="not finite"):
        write_run_files(with_summary(sample_record("a"), bound=float("nan")), tmp_path)
    assert not list(tmp_path.iterdir())


def test_summary_of_another_program_may_lack_our_own_keys_and_hold_more(run: Path):
    _edit_summary(run, lambda s: s.pop("engine"))
    _edit_summary(run, lambda s: s.pop("stop_reason"))
    _edit_summary(run, lambda s: s.update(success_model="digest", objective=61558))
    summary = read_run_files(run).summary
    assert (summary.engine, summary.stop_reason) == ("", "")
    assert isinstance(summary.objective, float)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "done"),
        ("status", ["optimal"]),
        ("objective", "many"),
        ("objective", True),
        ("objective", float("nan")),
        ("objective", 10**400),
        ("learners", 1.5),
        ("components", {"unplaced": "none"}),
        ("policy", []),
        ("versions", {"matcher": 1}),
        ("dataset_sha256", None),
    ],
)
def test_a_summary_value_of_another_kind_is_named(run: Path, key: str, value: object):
    _edit_summary(run, lambda s: s.update({key: value}))
    with pytest.raises(RunError, match=key):
        read_run_files(run)


def test_a_missing_summary_key_is_named(run: Path):
    _edit_summary(run, lambda s: s.pop("bound"))
    with pytest.raises(RunError, match='key "bound" is missing'):
        read_run_files(run)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "[" * 100_000])
def test_a_summary_that_is_no_object_is_named(run: Path, text: str):
    (run / "summary.json").write_text(text)
    with pytest.raises(RunError, match=r"summary\.json"):
        read_run_files(run)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", 'column "learner_id" is missing'),
        (b"learner_id,qualification,open\n", 'column "earned" is missing'),
        (b"learner_id,qualification,earned,open\nL1,Q,true\n", "row 1: found 3 cells"),
        (b"learner_id,qualification,earned,open\nL1,Q,yes,\n", "row 1, column earned"),
        (b'learner_id,qualification,earned,open\nL1,"Q,true,\n', "read as CSV"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(run: Path, content: bytes, found: str):
    (run / "qualifications.csv").write_bytes(content)
    with pytest.raises(RunError, match=found) as error:
        read_run_files(run)
    assert "qualifications.csv" in str(error.value)


def test_an_unknown_way_of_covering_is_named(run: Path):
    text = (run / "coverage.csv").read_text().replace("workplace", "magic", 1)
    (run / "coverage.csv").write_text(text)
    with pytest.raises(RunError, match='column covered_by: found "magic"'):
        read_run_files(run)


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(RunError, match="nowhere"):
        read_run_files(tmp_path / "nowhere")


def test_columns_in_another_order_and_a_byte_order_mark_are_fine(run: Path):
    (run / "seats.csv").write_bytes(
        b"\xef\xbb\xbfperiod_id,note,learner_id,course_id,competence_id\nP1,x,L1,C1,c\n"
    )
    (seat,) = read_run_files(run).seats
    assert (seat.learner_id, seat.period_id) == ("L1", "P1")


def _edit_summary(run: Path, change: Callable[[dict[str, object]], object]) -> None:
    content = json.loads((run / "summary.json").read_text())
    change(content)
    (run / "summary.json").write_text(json.dumps(content))
