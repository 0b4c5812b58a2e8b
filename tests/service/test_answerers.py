"""Processes that hold a run: they answer as one would, and fall without a trace."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from matcher.errors import UnknownIdError
from matcher_service.answers import questions
from matcher_service.answers.answerers import (
    AnswererGoneError,
    Answerers,
    InProcess,
    QuestionFailedError,
)
from matcher_service.answers.shelf import RunShelf
from tests.service.conftest import MARK_A, SCHOOL_A, assert_problem, opened

LEARNER = f"{MARK_A}L00001"
PROCESSES = 2
_PATIENCE = 30


@pytest.fixture(scope="module")
def folder(solved):
    work = solved.service.settings.folder / "work"
    return next(work.glob(f"{solved.run_id}-*"))


@pytest.fixture(scope="module")
def answerers(folder):
    made = Answerers(folder, PROCESSES)
    yield made
    made.close()


def who(_held) -> int:
    time.sleep(0.2)
    return os.getpid()


def ask_each(run) -> None:
    for _ in range(PROCESSES):
        run.ask(who)


def stumble(_held) -> None:
    raise ValueError(LEARNER)


def test_processes_answer_as_one_would(folder, answerers):
    alone = InProcess(folder)
    assert answerers.about == alone.about
    site_id = alone.ask(questions.possible_sites, LEARNER)[0].site_id
    asked = (
        (questions.suggestions, LEARNER, 5),
        (questions.explanation, LEARNER),
        (questions.why_not, LEARNER, site_id),
        (questions.lines, SCHOOL_A, None),
        (questions.desk, SCHOOL_A, None),
        (questions.training_plan, LEARNER, None),
        (questions.possible_sites, LEARNER),
    )
    for question, *told in asked:
        assert answerers.ask(question, *told) == alone.ask(question, *told)


def test_every_process_takes_questions_and_none_is_the_services_own(answerers):
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: answerers.ask(who), range(6)))
    assert len(set(answers)) == PROCESSES
    assert os.getpid() not in answers


def test_what_the_library_says_comes_through_in_both_languages(answerers):
    with pytest.raises(UnknownIdError) as caught:
        answerers.ask(questions.explanation, "nobody")
    assert "leerling" in caught.value.text("nl")
    assert "learner" in caught.value.text("en")


def test_fault_costs_one_answer_and_tells_nothing_of_the_data(folder, capfd):
    made = Answerers(folder, 1)
    with pytest.raises(QuestionFailedError) as caught:
        made.ask(stumble)
    assert made.ask(who)
    made.close()
    told = capfd.readouterr().err
    assert "ValueError at stumble" in told
    assert LEARNER not in f"{told}{caught.value!r}"


def test_run_whose_process_fell_is_opened_again(folder):
    shelf = RunShelf(PROCESSES)
    first = shelf.open(folder)
    assert shelf.open(folder) is first
    os.kill(first.ask(who), signal.SIGKILL)
    with pytest.raises(AnswererGoneError):
        ask_each(first)
    second = shelf.open(folder)
    assert second.ask(who)
    shelf.forget()
    with pytest.raises(AnswererGoneError):
        second.ask(who)


def test_shelf_keeps_the_last_few_open(folder, tmp_path):
    shelf = RunShelf(1, most=1)
    first = shelf.open(folder)
    (tmp_path / "other").symlink_to(folder)
    second = shelf.open(tmp_path / "other")
    assert first.answers.is_gone
    assert second.ask(who)
    shelf.forget()


def test_request_is_told_to_come_back_and_then_answered(solved):
    kept = solved.service.settings.folder
    house = opened(kept, solved.keys, answer_processes=PROCESSES)
    path = f"/v1/runs/{solved.run_id}/learners/{LEARNER}/suggestions"
    assert house.get("coach_a", path).status_code == 200
    run = next(iter(house.service.shelf._runs.values()))
    with ThreadPoolExecutor(PROCESSES) as threads:
        asked = [threads.submit(run.ask, who) for _ in range(PROCESSES)]
        for process in {each.result() for each in asked}:
            os.kill(process, signal.SIGKILL)
    assert_problem(house.get("coach_a", path), 503, "busy")
    assert house.get("coach_a", path).status_code == 200
    house.service.shelf.forget()
    house.service.database.close()


FALLS = """
import os, psutil, signal, sys
from pathlib import Path
from matcher_service.answers.answerers import Answerers

if __name__ == "__main__":
    made = Answerers(Path(sys.argv[1]), 2)
    print(*(each.pid for each in psutil.Process().children(True)), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_a_service_that_is_killed(folder, tmp_path):
    script = tmp_path / "falls.py"
    script.write_text(FALLS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)], capture_output=True, text=True
    )
    processes = [int(each) for each in done.stdout.split()]
    assert len(processes) >= PROCESSES
    end = time.monotonic() + _PATIENCE
    while left := [each for each in processes if is_alive(each)]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
