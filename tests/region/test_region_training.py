from collections import Counter

import numpy as np
import pytest

from matcher.region.school_calendar import read_terms
from matcher.region.training import catalogue

COUNTS = {
    "OT-00154": 20,
    "OT-EMT": 11,
    "OT-ZK": 16,
    "OT-HV": 20,
    "OT-00286": 41,
    "OT-EI": 21,
    "OT-00157": 33,
    "OT-AUTO": 11,
    "OT-KB": 15,
    "OT-GRA": 13,
}
QUALIFICATIONS = {
    "OT-00154": {"BK-0104-3": 14, "BK-0355-2": 6},
    "OT-00286": {"BK-0251-4": 19, "BK-0077-2": 22},
    "OT-00157": {"BK-0236-4": 11, "BK-0544-1": 11, "BK-0237-4": 11},
}
AT_LEAST = {"OT-00154": (1, 6), "OT-00286": (2, 2), "OT-00157": (6, 6)}


def test_ten_real_trainings_have_their_official_number_of_competences():
    found = {t.trajectory_id: len(t.competences) for t in catalogue(10)}
    assert found == COUNTS


@pytest.mark.parametrize("trajectory_id", QUALIFICATIONS)
def test_competences_split_over_the_qualifications(trajectory_id):
    (training,) = (t for t in catalogue(10) if t.trajectory_id == trajectory_id)
    found = Counter(c.qualification for c in training.competences)
    assert found == QUALIFICATIONS[trajectory_id]


@pytest.mark.parametrize("trajectory_id", AT_LEAST)
def test_mandatory_contexts_as_the_trajectory_says(trajectory_id):
    (training,) = (t for t in catalogue(10) if t.trajectory_id == trajectory_id)
    at_least, num = AT_LEAST[trajectory_id]
    assert {c.at_least for c in training.contexts} == {at_least}
    assert len(training.contexts) == num


@pytest.mark.parametrize("training", catalogue(60), ids=lambda t: t.trajectory_id)
def test_training_hangs_together(training):
    ids = [c.competence_id for c in training.competences]
    contexts = [c.context_id for c in training.contexts]
    qualifications = {c.qualification for c in training.competences}
    assert len({*ids, *contexts}) == len(ids) + len(contexts)
    generic = Counter(c.qualification for c in training.competences if c.generic)
    assert sum(generic.values()) >= 2
    assert max(generic.values()) <= 5
    for competence in training.competences:
        places = competence.learn_at.split("|")
        assert set(places) <= {"workplace", "training_centre", "school"}
        assert set(competence.requires.split("|")) <= {*ids, ""}
        assert 0 < competence.frequency <= 1
        assert competence.weeks <= 20
        assert "training_centre" in places or not competence.attest
    for strand, share in training.strands:
        assert strand in qualifications
        assert 0 < share < 1


def test_requirements_of_competences_run_in_no_circle():
    for training in catalogue(10):
        needs = {c.competence_id: set(c.requires.split("|")) - {""}
                 for c in training.competences}  # fmt: skip
        while needs:
            free = {name for name, before in needs.items() if not before & needs.keys()}
            assert free, f"{training.trajectory_id}: {sorted(needs)}"
            needs = {name: needs[name] for name in needs.keys() - free}


def test_relatives_say_that_they_are_synthetic_and_differ_from_their_model():
    trainings = catalogue(60)
    for relative in trainings[10:]:
        model = trainings[relative.base]
        assert "synthetische verwant" in relative.name
        assert relative.competences != model.competences
        assert {c.competence_id for c in relative.competences} <= {
            c.competence_id for c in model.competences
        }
    assert catalogue(60)[42] == trainings[42]


def test_terms_leave_holidays_out():
    terms = read_terms()
    assert terms.weeks.tolist() == [10, 13, 10, 10, 13, 10]
    assert np.all(terms.start[1:] > terms.end[:-1])
    # The first two terms of 2026 span 27 weeks; autumn, Christmas and carnival
    # take four, and a Wednesday in November takes the last part of one.
    span = (terms.end[1] - terms.start[0]).astype(int) + 1
    assert terms.weeks[:2].sum() == span // 7 - 4
