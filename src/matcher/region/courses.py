"""Courses at training centres: few seats, late in the school year."""

import numpy as np

from matcher.region.frame import Frame
from matcher.region.learners import Learners
from matcher.region.table import Table, ids, numbers, table, taken
from matcher.region.training import Competence, Training

SEATS_PER_COURSE = (4, 8)
"""Least and most seats of one course, where one course is not enough."""

MEAN_SEATS = sum(SEATS_PER_COURSE) // 2

TERM_SHARES = (0.05, 0.15, 0.35, 0.05, 0.15, 0.25)
"""When courses run: mostly in the third term of a school year."""

RARE = 0.5
"""Competences of a lower frequency get a course of their own."""


def course_table(frame: Frame, learners: Learners) -> Table:
    """Table `courses`: for attests, and for competences that few sites teach."""
    rng = frame.stream("courses")
    where, trainings = frame.where, frame.trainings
    demand = np.bincount(learners.training, minlength=len(trainings))
    subjects = [
        (number, competence.competence_id)
        for number, training in enumerate(trainings)
        for competence in training.competences
        if "training_centre" in competence.learn_at
        and (competence.attest or _frequency(training, competence) < RARE)
    ]
    least, most = SEATS_PER_COURSE
    wanted = frame.params.seat_share * demand[[number for number, _ in subjects]]
    repeats = np.maximum(wanted > 0, np.round(wanted / MEAN_SEATS)).astype(np.int64)
    subject = np.repeat(np.arange(len(subjects)), repeats)
    spread = rng.integers(least - MEAN_SEATS, most - MEAN_SEATS + 1, len(subject))
    each = np.round(wanted / np.maximum(repeats, 1))[subject]
    seats = np.maximum(1, each + np.where(repeats[subject] > 1, spread, 0))
    term = rng.choice(len(frame.terms), size=len(subject), p=TERM_SHARES)
    centres = np.argsort(-where.weight, kind="stable")[: max(2, len(where) // 25)]
    centre = rng.integers(0, len(centres), len(subject))
    return table(
        "courses",
        course_id=ids("C", np.arange(len(subject))),
        trajectory_id=[
            trainings[subjects[one][0]].trajectory_id for one in subject.tolist()
        ],
        competence_id=[subjects[one][1] for one in subject.tolist()],
        period_id=taken(frame.terms.period_id, term),
        seats=numbers(seats, 0),
        provider=[f"Opleidingscentrum {n + 1} (synthetisch)" for n in centre.tolist()],
        postcode=taken(where.postcode, centres[centre]),
        lat=[""] * len(subject),
        lon=[""] * len(subject),
    )


def _frequency(training: Training, competence: Competence) -> float:
    """Frequency over all sites of the training, its strand included."""
    strands = dict(training.strands)
    return competence.frequency * strands.get(competence.qualification, 1.0)
