"""`import matcher`: light, and with every name that is promised."""

import subprocess
import sys

import pytest

import matcher

HEAVY = ("jinja2", "numba", "numpy", "openpyxl", "ortools", "pandas", "scipy")


def test_every_promised_name_is_there():
    for name in dir(matcher):
        assert getattr(matcher, name) is not None


def test_other_names_are_refused_as_usual():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = matcher.no_such_name


def test_import_is_light():
    code = f"import sys, matcher; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
