"""The formulations in words name what stands in the code, and every rule thrice."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from matcher.checker.pair_rules import PAIR_RULES
from matcher.dataset.schema import schema
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.rows import KINDS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "matcher"
DOCUMENTS = sorted((ROOT / "models" / "formulations").glob("*.md"))
RULES = (
    *(f"E{number}" for number in range(1, 10)),
    *(f"P{number}" for number in range(1, 5)),
    *(f"C{number}" for number in range(1, 6)),
)
NAME = re.compile(r"`([a-z_/]+\.py)::([A-Za-z0-9_]+)`")
CONSTRAINT_MODULES = ("variables", "blocks", "attests", "shared", "coverage")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
each_rule = pytest.mark.parametrize("code", RULES)


@cache
def definitions(module: str) -> dict[str, str]:
    """Top-level functions and classes of a module, with their docstrings."""
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    return {
        node.name: ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def text_of(name: str) -> str:
    return (ROOT / "models" / "formulations" / name).read_text(encoding="utf-8")


def table_rows(text: str) -> list[list[str]]:
    """Cells of every table row."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]


def rule_row(code: str) -> list[str]:
    """The one row of a rule in `rules.md`."""
    (row,) = [cells for cells in table_rows(text_of("rules.md")) if cells[0] == code]
    return row


@each_document
def test_every_name_in_a_formulation_stands_in_the_code(document):
    named = NAME.findall(document.read_text(encoding="utf-8"))
    assert named
    missing = [
        f"{module}::{name}"
        for module, name in named
        if not (SOURCE / module).is_file() or name not in definitions(module)
    ]
    assert missing == []


@each_document
def test_every_document_that_a_formulation_names_is_there(document):
    text = document.read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_]+\.md)`", text):
        assert (document.parent / name).is_file()
    for path in re.findall(r"`(tests/[a-z_/]+\.py)`", text):
        assert (ROOT / path).is_file()


@each_rule
def test_rule_has_a_sentence_and_a_place_in_each_engine(code):
    _, sentence, *engines, _ = rule_row(code)
    assert sentence.endswith(".")
    assert len(engines) == (1 if code.startswith("E") else 2)
    assert all(NAME.search(place) for place in engines)


@each_rule
def test_rule_is_a_function_with_a_docstring_in_the_checker(code):
    ((module, name),) = NAME.findall(rule_row(code)[-1])
    assert module.startswith("checker/")
    assert name.startswith(f"{code.lower()}_")
    assert definitions(module)[name]


def test_checker_has_no_rule_that_the_documents_leave_out():
    in_checker = {
        match.group(1).upper()
        for module in ("pair_rules", "plan_rules", "shared_rules")
        for name in definitions(f"checker/{module}.py")
        if (match := re.match(r"([epc]\d)_", name))
    }
    assert in_checker == set(RULES)
    assert set(PAIR_RULES) == {code for code in RULES if code.startswith("E")}


@pytest.mark.parametrize("code", [code for code in RULES if code[0] in "PC"])
def test_rule_is_named_in_the_docstring_of_the_compact_model(code):
    place = rule_row(code)[3]
    ((module, name),) = NAME.findall(place)
    assert definitions(module)[name].startswith(f"{code}: ")


def test_every_constraint_of_the_compact_model_is_in_its_formulation():
    """Every public function, save those that add no constraint of their own."""
    named = set(NAME.findall(text_of("cp_sat.md")))
    for module in CONSTRAINT_MODULES:
        path = f"solvers/cp_sat/{module}.py"
        public = {name for name in definitions(path) if not name.startswith("_")}
        silent = {"Variables", "both"}  # holds the literals; defines `starts`
        assert {(path, name) for name in public - silent} <= named


def test_rows_of_the_master_are_those_of_the_formulation():
    rows = table_rows(text_of("plans_and_prices.md"))
    kinds = {cells[0].strip("`") for cells in rows if cells[0].startswith("`")}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("name", ["cp_sat.md", "plans_and_prices.md"])
def test_columns_in_a_formulation_are_columns_of_the_contract(name):
    known = {
        f"{table.name}.{column.name}"
        for table in schema().values()
        for column in table.columns
    }
    tables = {key.split(".")[0] for key in known}
    named = {
        f"{table}.{column}"
        for cells in table_rows(text_of(name))
        for table, column in re.findall(
            r"(?<!`)\b([a-z_]+)\.([a-z_]+)\b", " ".join(cells)
        )
        if table in tables
    }
    assert named
    assert named <= known


def test_policy_keys_in_the_compact_formulation_are_keys_of_the_policy():
    mapping = policy_to_mapping(Policy())
    known = set(mapping) | {
        f"{key}.{inner}"
        for key, value in mapping.items()
        if isinstance(value, dict)
        for inner in value
    }
    cells = [row[2] for row in table_rows(text_of("cp_sat.md")) if "policy `" in row[2]]
    named = {key for cell in cells for key in re.findall(r"`([a-z_.]+)`", cell)}
    assert named
    assert named <= known
