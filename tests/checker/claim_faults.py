"""Run folders of a valid plan in which exactly one claim or file is broken."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.checker.objective import TERMS
from tests.checker.run_folder import COLUMNS, RunFolder

Break = Callable[[RunFolder], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFault:
    """How a folder is broken, and all codes that this deserves."""

    name: str
    codes: frozenset[str]
    apply: Break


def claim_faults() -> Iterator[ClaimFault]:
    """Every kind of fault; all apply to the folder of the trap region."""
    for faults in (
        _file_faults,
        _row_faults,
        _coverage_faults,
        _part_faults,
        _number_faults,
        _proof_faults,
        _provenance_faults,
    ):
        for name, codes, apply in faults():
            yield ClaimFault(name=name, codes=frozenset(codes.split()), apply=apply)


Fault = tuple[str, str, Break]


def _file_faults() -> Iterator[Fault]:
    """A file that is missing or not of the documented form."""
    for table in ("assignments", "seats", "coverage", "qualifications", "unplaced"):
        file = f"{table}.csv"
        first, *_ = COLUMNS[table].split()
        yield f"{file} missing", "FILE", _at_last(_unlink(file))
        yield f"{file} empty", "FILE", _at_last(_text(file, ""))
        yield f"{file} without {first}", "FILE", _at_last(_replaced(file, first, "x"))
        yield f"{file} with a short row", "FILE", _at_last(_appended(file, b"one\n"))
        yield f"{file} in no UTF-8", "FILE", _at_last(_appended(file, b"\xff\n"))
        yield f"{file} with an open quote", "FILE", _at_last(_appended(file, b'"x'))
        yield f"{file} is a folder", "FILE", _at_last(_folder(file))
    yield (
        "a column twice",
        "FILE",
        _at_last(_replaced("coverage.csv", "site_id", "learner_id")),
    )
    yield "a NUL byte in a table", "FILE", _at_last(_appended("seats.csv", b"\x00\n"))


def _summary_texts() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "no JSON", "{"
    yield "a list", "[]"
    yield "a key twice", '{"seed": 1, "seed": 2}'
    yield "too deep", "[" * 100_000
    yield "half a character", '{"seed": "\\ud800"}'
    yield "a number too long", '{"seed": ' + "9" * 5000 + "}"


def _row_faults() -> Iterator[Fault]:
    """Ids that nobody knows, rows that stand there twice, rows that are lost."""
    for name, text in _summary_texts():
        yield f"summary.json {name}", "FILE", _at_last(_text("summary.json", text))
    yield "summary.json missing", "FILE", _at_last(_unlink("summary.json"))
    for column in COLUMNS["assignments"].split():
        yield (
            f"unknown {column} in assignments",
            "ID",
            _copied("assignments", **{"period_id": "P4", column: "nobody"}),
        )
    for column in ("learner_id", "course_id"):
        yield f"unknown {column} in seats", "ID", _copied("seats", **{column: "nobody"})
    for column, other in (("competence_id", "work"), ("period_id", "P2")):
        yield f"unknown {column} in seats", "ID", _changed("seats", column, "nobody")
        yield f"other {column} in seats", "ID", _changed("seats", column, other)
    for table in ("assignments", "seats"):
        yield f"row twice in {table}", "DOUBLE", _copied(table)
    for table in ("coverage", "qualifications", "unplaced"):
        yield f"row twice in {table}", "DOUBLE", _copied(table)
    yield (
        "second site in one period",
        "DOUBLE",
        _copied("assignments", site_id="B", mentor_id="b1"),
    )
    yield (
        "assignment lost",
        "COMP OBJ UNPLACED",
        _lost("assignments", learner_id="L1", period_id="P3"),
    )
    yield "seat lost", "COMP COV OBJ", _lost("seats")


def _coverage_faults() -> Iterator[Fault]:
    """Each cell of coverage.csv says something else."""
    by = {"learner_id": "L1"}
    for competence_id, covered_by in (
        ("work", "gap"),
        ("work", "course"),
        ("work", "acquired"),
        ("centre", "workplace"),
        ("centre", "school"),
        ("centre", "gap"),
        ("school", "workplace"),
        ("school", "gap"),
        ("class", "gap"),
        ("x1", "gap"),
        ("x2", "workplace"),
        ("x1", "school"),
    ):
        row = {**by, "competence_id": competence_id}
        yield (
            f"{competence_id} covered by {covered_by}",
            "COV",
            _changed("coverage", "covered_by", covered_by, **row),
        )
    acquired = {"learner_id": "L2", "competence_id": "centre"}
    yield (
        "acquired as course",
        "COV",
        _changed("coverage", "covered_by", "course", **acquired),
    )
    work, centre = {**by, "competence_id": "work"}, {**by, "competence_id": "centre"}
    yield "other site", "COV", _changed("coverage", "site_id", "B", **work)
    yield "too early", "COV", _changed("coverage", "period_id", "P1", **work)
    yield "no period", "COV", _changed("coverage", "period_id", "", **work)
    yield "other seat", "COV", _changed("coverage", "period_id", "P2", **centre)
    yield "course at a site", "COV", _changed("coverage", "site_id", "A", **centre)
    yield "coverage lost", "COV", _lost("coverage", **work)
    yield "acquired lost", "COV", _lost("coverage", **acquired)
    yield "context lost", "COV", _lost("coverage", **by, competence_id="x2")
    yield "foreign competence", "COV", _copied("coverage", competence_id="other")
    yield "foreign learner", "COV", _copied("coverage", learner_id="L9")
    yield "two rows change places", "COV", _swapped_coverage


def _part_faults() -> Iterator[Fault]:
    """qualifications.csv and unplaced.csv."""
    earned, missed = {"qualification": "Q1"}, {"qualification": "Q2"}
    table = "qualifications"
    yield "part not granted", "QUAL", _changed(table, "earned", "false", **earned)
    yield "part granted", "QUAL", _changed(table, "earned", "true", **missed)
    yield "earned in other words", "QUAL", _changed(table, "earned", "True", **earned)
    yield "open left out", "QUAL", _changed(table, "open", "", **missed)
    yield "open made up", "QUAL", _changed(table, "open", "work", **earned)
    yield "open twice", "QUAL", _changed(table, "open", "late|late", **missed)
    yield "part lost", "QUAL", _lost(table, **missed)
    yield "part made up", "QUAL", _copied(table, qualification="Q9")
    table = "unplaced"
    yield "unplaced lost", "UNPLACED", _lost(table)
    yield "unplaced but placed", "UNPLACED", _copied(table, period_id="P3")
    yield (
        "unplaced before readiness",
        "UNPLACED",
        _copied(table, learner_id="L3", period_id="P1"),
    )
    yield "unplaced stranger", "UNPLACED", _copied(table, learner_id="L9")
    yield "no reason", "UNPLACED", _changed(table, "reason", " ")


def _number_faults() -> Iterator[Fault]:
    """The objective, its components and the counts."""
    yield "objective too low", "OBJ", _shifted(-1, "objective", "bound")
    yield "objective too high", "OBJ BOUND", _shifted(1, "objective", "bound")
    yield "objective a little low", "OBJ", _shifted(-0.01, "objective", "bound")
    yield "objective lost", "OBJ", _without("objective")
    yield "objective as text", "OBJ", _set(objective="1")
    yield "objective no number", "OBJ", _set(objective=math.nan)
    for term in TERMS:
        yield f"{term} one more", "COMP", _component(term, 1)
        yield f"{term} lost", "COMP", _component(term, None)
    yield "a term made up", "COMP", _components(bonus=0.0)
    yield "two terms in exchange", "COMP", _exchanged_terms
    yield "components lost", "COMP", _without("components")
    yield "components a list", "COMP", _set(components=[])
    for count in ("learners", "placed", "fully_covered"):
        yield f"{count} one more", "SUM", _shifted(1, count)
        yield f"{count} one less", "SUM", _shifted(-1, count)
        yield f"{count} lost", "SUM", _without(count)
        yield f"{count} as text", "SUM", _set(**{count: "3"})
        yield f"{count} as truth", "SUM", _set(**{count: True})


def _proof_faults() -> Iterator[Fault]:
    """Bound, gap and status."""
    yield "bound above", "BOUND GAP STATUS", _shifted(1, "bound")
    yield "bound a little above", "BOUND STATUS", _shifted(0.002, "bound")
    yield "optimal with a gap", "GAP STATUS", _shifted(-1, "bound")
    yield "optimal with a small gap", "STATUS", _shifted(-1e-5, "bound")
    yield "limit with a gap untold", "GAP", _limit(0.0)
    yield "bound lost", "BOUND", _without("bound")
    yield "bound none", "BOUND", _set(bound=None)
    yield "bound infinite", "BOUND", _set(bound=math.inf)
    yield "gap made up", "GAP", _set(gap=0.01)
    yield "gap below zero", "GAP", _set(gap=-0.01)
    yield "gap lost", "GAP", _without("gap")
    yield "gap none", "GAP", _set(gap=None)
    yield "status unknown", "STATUS", _set(status="feasible")
    yield "status a list", "STATUS", _set(status=[])
    yield "status lost", "STATUS", _without("status")


def _provenance_faults() -> Iterator[Fault]:
    """What the run was made of."""
    yield "other dataset", "DATA", _set(dataset_sha256="0" * 64)
    yield "dataset lost", "DATA", _without("dataset_sha256")
    yield "seconds below zero", "SUM", _set(seconds=-1)
    yield "seconds lost", "SUM", _without("seconds")
    yield "half a seed", "SUM", _set(seed=1.5)
    yield "seed lost", "SUM", _without("seed")
    yield "versions lost", "SUM", _without("versions")
    yield "policy lost", "POLICY SUM", _without("policy")
    yield "policy with a typo", "POLICY", _set(policy={"unplacd": 200})
    yield "policy below zero", "POLICY", _set(policy={"gap": -1})
    yield "other policy", "OBJ COMP", _set(policy={"unplaced": 201})
    yield "stricter policy", "E3", _set(policy={"travel": {"max_minutes": 1}})
    yield "model without its file", "SUCCESS", _set(policy={"success_model": "model"})
    yield (
        "file without its model",
        "SUCCESS",
        _with_success([{"learner_id": "L1", "site_id": "A", "success": "1"}]),
    )


def _at_last(change: Callable[[Path], object]) -> Break:
    return lambda folder: folder.after.append(change)


def _unlink(file: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).unlink()


def _text(file: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_text(text, encoding="utf-8")


def _appended(file: str, tail: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(
        (folder / file).read_bytes() + tail
    )


def _replaced(file: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _folder(file: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def _copied(table: str, **cells: str) -> Break:
    """A copy of the first row, with these cells changed."""
    return lambda folder: folder.tables[table].append(
        {**folder.tables[table][0], **cells}
    )


def _lost(table: str, **cells: str) -> Break:
    return lambda folder: folder.tables[table].remove(folder.row(table, **cells))


def _changed(table: str, column: str, value: str, **cells: str) -> Break:
    def change(folder: RunFolder) -> None:
        row = folder.row(table, **cells)
        assert row[column] != value
        row[column] = value

    return change


def _swapped_coverage(folder: RunFolder) -> None:
    """What covers one competence covers the other, and the other way round."""
    one = folder.row("coverage", learner_id="L1", competence_id="work")
    two = folder.row("coverage", learner_id="L1", competence_id="centre")
    one["competence_id"], two["competence_id"] = "centre", "work"


def _set(**values: object) -> Break:
    return lambda folder: folder.summary.update(values)


def _without(key: str) -> Break:
    return lambda folder: folder.summary.pop(key)


def _shifted(by: float, *keys: str) -> Break:
    return lambda folder: folder.summary.update(
        {key: folder.summary[key] + by for key in keys}
    )


def _component(term: str, by: float | None) -> Break:
    """One component is changed by so much, or left out."""

    def change(folder: RunFolder) -> None:
        if by is None:
            del folder.summary["components"][term]
        else:
            folder.summary["components"][term] += by

    return change


def _components(**values: float) -> Break:
    return lambda folder: folder.summary["components"].update(values)


def _exchanged_terms(folder: RunFolder) -> None:
    """Two components change places: their sum stays."""
    terms = folder.summary["components"]
    assert terms["travel"] != terms["preference"]
    terms["travel"], terms["preference"] = terms["preference"], terms["travel"]


def _limit(gap: float) -> Break:
    """A run that stopped at a limit, ten points from its bound."""

    def change(folder: RunFolder) -> None:
        _shifted(-10, "bound")(folder)
        folder.summary.update(status="limit", gap=gap)

    return change


def _with_success(rows: list[dict[str, str]]) -> Break:
    return lambda folder: folder.tables.update(success=rows)
