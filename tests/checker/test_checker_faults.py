"""One thing broken at a time: every fault is caught, with the right code."""

import functools
from pathlib import Path

import pytest

from matcher.checker import CODES, check_plan, check_run
from matcher.dataset import Dataset
from tests.checker.claim_faults import ClaimFault, claim_faults
from tests.checker.rule_faults import (
    RULE_FAULTS,
    VALID_PLAN,
    VALID_SEATS,
    RuleFault,
    trap_region,
)
from tests.checker.run_folder import RunFolder, run_folder
from tests.checker.samples import (
    NAMES,
    sample_assignments,
    sample_dataset,
    sample_seats,
)
from tests.checker.small_region import plan, seats

CLAIM_FAULTS = tuple(claim_faults())


@functools.cache
def dataset() -> Dataset:
    """The trap region, with a second part that nobody earns."""
    region = trap_region()
    region.add(
        "competences",
        trajectory_id="T",
        competence_id="late",
        name="Competentie late",
        learn_at="workplace",
        weeks=100,
        weight=0,
        qualification="Q2",
    )
    return region.dataset()


def honest_folder() -> RunFolder:
    return run_folder(dataset(), plan(VALID_PLAN), seats(VALID_SEATS))


def test_honest_folder_holds(tmp_path: Path):
    verdict = check_run(dataset(), honest_folder().write(tmp_path))

    assert verdict.violations == ()
    assert verdict.warnings == ()


@pytest.mark.parametrize("fault", RULE_FAULTS, ids=lambda fault: fault.name)
def test_broken_rule_is_caught_in_plan_and_folder(fault: RuleFault, tmp_path: Path):
    """The folder is written consistently: only the rule can give it away."""
    assignments, taken = plan(fault.plan), seats(fault.seats)

    on_plan = check_plan(dataset(), {}, assignments, taken)
    folder = run_folder(dataset(), assignments, taken).write(tmp_path)
    on_folder = check_run(dataset(), folder)

    assert {violation.code for violation in on_plan.violations} == {fault.code}
    assert on_folder.violations == on_plan.violations


@pytest.mark.parametrize("fault", CLAIM_FAULTS, ids=lambda fault: fault.name)
def test_broken_claim_is_caught(fault: ClaimFault, tmp_path: Path):
    folder = honest_folder()
    fault.apply(folder)

    violations = check_run(dataset(), folder.write(tmp_path)).violations

    assert {violation.code for violation in violations} == fault.codes
    for violation in violations:
        assert violation.message_nl
        assert violation.message_en


def test_faults_reach_every_code():
    reached = {fault.code for fault in RULE_FAULTS}.union(
        *(fault.codes for fault in CLAIM_FAULTS)
    )

    assert reached == CODES.keys()


@pytest.mark.parametrize("name", NAMES)
def test_plan_that_leaves_a_learner_out_is_no_false_alarm(name: str):
    """What is signed stays; the rest of one learner goes, and no rule is broken."""
    read = sample_dataset(name)
    signed = {
        (learner_id, period_id)
        for learner_id, period_id, status in zip(
            read.placements.learner_id,
            read.placements.period_id,
            read.placements.status,
            strict=True,
        )
        if status == "signed"
    }
    for left_out in read.learners.learner_id:
        kept = [
            row
            for row in sample_assignments(name)
            if row.learner_id != left_out or (left_out, row.period_id) in signed
        ]
        taken = [row for row in sample_seats(name) if row.learner_id != left_out]

        assert check_plan(read, {}, kept, taken).violations == ()


@pytest.mark.parametrize("name", NAMES)
def test_order_of_rows_does_not_matter(name: str):
    read = sample_dataset(name)
    assignments, taken = sample_assignments(name), sample_seats(name)

    forward = check_plan(read, {}, assignments, taken)
    backward = check_plan(read, {}, assignments[::-1], taken[::-1])

    assert forward == backward
