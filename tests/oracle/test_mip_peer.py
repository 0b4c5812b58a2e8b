"""The peer of the benchmarks, a MIP by HiGHS, answers as the samples say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "data" / "samples"


@pytest.mark.parametrize("sample", ["a", pytest.param("d", marks=pytest.mark.slow)])
def test_the_mip_ends_at_the_optimum_of_a_sample(sample, tmp_path):
    script = ROOT / "benchmarks" / "quality" / "mip.py"
    asked = [str(SAMPLES / sample), "--out", str(tmp_path / "run"), "--gap", "0"]
    subprocess.run([sys.executable, str(script), *asked], check=True)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text("utf-8"))
    expected = SAMPLES / sample / "expected" / "expected.json"
    optimum = json.loads(expected.read_text("utf-8"))["optimum"]
    assert summary["objective"] == pytest.approx(optimum, abs=1e-3)
    # Its objective is in whole numbers of a small part of a point, rounded down.
    assert summary["bound"] == pytest.approx(summary["objective"], abs=1e-3)
    assert summary["bound"] <= summary["objective"]
