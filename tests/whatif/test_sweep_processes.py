"""Sweeps on several processes: nothing is lost or doubled, whoever is killed."""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from matcher.solvers.cluster import BackendError, WorkersLostError
from matcher.whatif import SweepWatch, WhatifParams, Workers, sweep
from tests.cli.command import MATCHER, matcher
from tests.dask_cluster import cluster, free_port
from tests.whatif.asked import change, scenario

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
DRAWS = 30
SWEEP = (
    change("drop_outs", share=0.34, seed="$draw")
    + change("site_capacity", site_id="S2", capacity="$places")
    + f"""
[sweep]
draws = {DRAWS}
[[sweep.parameter]]
name = "places"
values = [0, 2]
"""
)
TOTAL = 2 * DRAWS
FILES = ("sweep.csv", "sweep.json", "sweep.html")


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def answers_in(folder):
    return sorted(path.name for path in (folder / "cache").glob("*.json"))


def swept(folder, asked, workers, on_progress=lambda _: None):
    watch = SweepWatch(on_progress=on_progress)
    return sweep(asked, folder, WhatifParams(gap=0.0), workers, watch)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return scenario(tmp_path_factory.mktemp("asked"), SWEEP, "asked")


@pytest.fixture(scope="module")
def alone(asked, tmp_path_factory):
    """The files of a sweep that ran in one process and undisturbed."""
    folder = tmp_path_factory.mktemp("alone")
    swept(folder, asked, Workers())
    return folder


class Once:
    """Sees every answer come, and does something halfway."""

    def __init__(self, halfway=lambda: None):
        self.seen, self._halfway = [], halfway

    def __call__(self, progress):
        self.seen.append(progress.done)
        if progress.done == TOTAL // 3:
            self._halfway()

    def assert_each_came_once(self):
        assert self.seen == list(range(TOTAL + 1))


def test_two_processes_write_what_one_does(asked, alone, tmp_path):
    once = Once()
    swept(tmp_path, asked, Workers(number=2), once)
    once.assert_each_came_once()
    assert contents(tmp_path) == contents(alone)
    assert answers_in(tmp_path) == answers_in(alone)


def test_process_that_is_killed_is_said_and_the_sweep_goes_on_later(
    asked, alone, tmp_path
):
    def kill():
        children = psutil.Process().children(recursive=True)
        workers = [each for each in children if "loky" in " ".join(each.cmdline())]
        # Not the one that watches over memory, but one of those that solve.
        max(workers, key=lambda each: each.cpu_times().user).kill()

    with pytest.raises(WorkersLostError, match="goes on there"):
        swept(tmp_path, asked, Workers(number=2), Once(kill))
    left = TOTAL - len(answers_in(tmp_path))
    assert 0 < left <= TOTAL - TOTAL // 3
    again = Counter()
    swept(tmp_path, asked, Workers(number=2), lambda p: again.update([p.done]))
    assert len(again) == left + 1
    assert contents(tmp_path) == contents(alone)


@pytest.mark.parametrize("workers", [1, 2])
def test_sweep_killed_at_any_moment_goes_on_to_the_same_files(
    asked, alone, tmp_path, workers
):
    """kill -9 of the whole command, a moment after the first answers are there."""
    command = [MATCHER, "whatif", str(asked.path), "--out", str(tmp_path / "out")]
    command += ["--gap", "0", "--workers", str(workers)]
    folder = tmp_path / "out" / asked.name
    process = subprocess.Popen(
        command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    with process:
        try:
            while len(list((folder / "cache").glob("*.json"))) < TOTAL // 4:
                assert process.poll() is None
                time.sleep(0.05)
            children = psutil.Process(process.pid).children(recursive=True)
        finally:
            process.kill()
    assert 0 < len(answers_in(folder)) < TOTAL
    assert not (folder / "sweep.json").exists()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
    done = matcher(*command[1:])
    assert done.returncode == 0, done.stderr
    assert contents(folder) == contents(alone)
    assert answers_in(folder) == answers_in(alone)


def test_ctrl_c_says_that_the_same_command_goes_on(asked, tmp_path):
    command = [MATCHER, "whatif", str(asked.path), "--out", str(tmp_path / "out")]
    command += ["--gap", "0", "--workers", "2", "--language", "en"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        cache = tmp_path / "out" / asked.name / "cache"
        while len(list(cache.glob("*.json"))) < TOTAL // 4:
            assert process.poll() is None
            time.sleep(0.05)
        # As a terminal does: to every process of the group, at once.
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    assert "the same command goes on" in err
    assert "Traceback" not in err


def test_dask_cluster_writes_what_one_process_does_while_a_worker_is_killed(
    asked, alone, tmp_path
):
    with cluster(2) as (address, (worker, other)):
        once = Once(worker.kill)
        swept(tmp_path, asked, Workers(backend="dask", scheduler=address), once)
        assert worker.poll() == -signal.SIGKILL
        assert other.poll() is None
    once.assert_each_came_once()
    assert contents(tmp_path) == contents(alone)
    assert answers_in(tmp_path) == answers_in(alone)


def test_cluster_without_workers_is_said(asked, tmp_path):
    with (
        cluster(0) as (address, _),
        pytest.raises(BackendError, match="no workers"),
    ):
        swept(tmp_path, asked, Workers(backend="dask", scheduler=address))


def test_cluster_that_is_not_there_is_wrong_usage(asked, tmp_path):
    command = ["whatif", asked.path, "--out", tmp_path / "out", "--backend", "dask"]
    done = matcher(*command)
    assert done.returncode == 2
    assert "--scheduler" in done.stderr
    address = f"tcp://127.0.0.1:{free_port()}"
    done = matcher(*command, "--scheduler", address)
    assert done.returncode == 2
    assert address in done.stderr
    assert "Traceback" not in done.stderr
