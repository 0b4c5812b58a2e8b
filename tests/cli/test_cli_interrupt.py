"""Ctrl-C, SIGTERM and time limits on the real command."""

import os
import signal
import subprocess

import pytest

from tests.cli.command import EXAMPLE, MATCHER, PATIENCE_SECONDS, matcher, summary_of

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]


@pytest.fixture
def solving(tmp_path):
    """A solve of the example region to its optimum that has a first plan."""
    command = [MATCHER, "solve", str(EXAMPLE), "--gap", "0", "--out"]
    process = subprocess.Popen(
        [*command, str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal of its own, so to say
    )
    with process:
        try:
            while not process.stderr.readline().startswith("*"):
                assert process.poll() is None
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("times", [1, 2])
def test_interrupt_keeps_the_best_plan(solving, times, tmp_path):
    for _ in range(times):
        # As a terminal does: to every process of the group, at once.
        os.killpg(solving.pid, signal.SIGINT)
    out, err = solving.communicate(timeout=PATIENCE_SECONDS)
    assert solving.returncode == 0, err
    assert "Traceback" not in err
    assert "report.html" in out
    summary = summary_of(tmp_path / "run")
    assert (summary["status"], summary["stop_reason"]) == ("interrupted", "interrupted")
    assert matcher("verify", EXAMPLE, tmp_path / "run").returncode == 0


def test_termination_keeps_the_best_plan(solving, tmp_path):
    solving.terminate()
    _, err = solving.communicate(timeout=PATIENCE_SECONDS)
    assert solving.returncode == 0, err
    assert summary_of(tmp_path / "run")["status"] == "interrupted"


def test_time_limit_before_the_first_plan_exits_3(tmp_path):
    done = matcher("solve", EXAMPLE, "--out", tmp_path / "run", "--time-limit", "0.01")
    assert done.returncode == 3
    assert "--time-limit" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


def test_interrupt_before_the_first_plan_exits_3(tmp_path):
    command = [MATCHER, "solve", str(EXAMPLE), "--out", str(tmp_path / "run")]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        assert process.stderr.readline()  # the data are read
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 3, err
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()
