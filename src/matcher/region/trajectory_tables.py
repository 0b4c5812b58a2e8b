"""The tables that say what is learned, and when: the same for every seed."""

from matcher.region.frame import Frame
from matcher.region.table import Table, dates, numbers, table, taken


def trajectory_tables(frame: Frame) -> list[Table]:
    """Tables `periods`, `trajectories`, `competences` and `contexts`."""
    trainings, terms = frame.trainings, frame.terms
    names = ["", *terms.period_id.tolist()]
    taught = [(t.trajectory_id, c) for t in trainings for c in t.competences]
    contexts = [(t.trajectory_id, c) for t in trainings for c in t.contexts]
    return [
        table(
            "periods",
            period_id=terms.period_id.tolist(),
            start=dates(terms.start),
            end=dates(terms.end),
            weeks=numbers(terms.weeks),
        ),
        table(
            "trajectories",
            trajectory_id=[t.trajectory_id for t in trainings],
            name=[t.name for t in trainings],
            sector=[t.sector for t in trainings],
            education=[t.education for t in trainings],
            hours_per_week=numbers([t.hours_per_week for t in trainings]),
            days_per_week=numbers([t.days_per_week for t in trainings]),
            max_sites=numbers([t.max_sites for t in trainings]),
            min_block_weeks=numbers([t.min_block_weeks for t in trainings]),
        ),
        table(
            "competences",
            trajectory_id=[trajectory for trajectory, _ in taught],
            competence_id=[c.competence_id for _, c in taught],
            name=[c.name for _, c in taught],
            module=[c.module for _, c in taught],
            kind=[c.kind for _, c in taught],
            qualification=[c.qualification for _, c in taught],
            learn_at=[c.learn_at for _, c in taught],
            weeks=numbers([c.weeks for _, c in taught]),
            window_from=taken(names, [c.first_term for _, c in taught]),
            window_to=taken(names, [c.last_term for _, c in taught]),
            weight=numbers([c.weight for _, c in taught]),
            requires=[c.requires for _, c in taught],
        ),
        table(
            "contexts",
            trajectory_id=[trajectory for trajectory, _ in contexts],
            group_id=[c.group_id for _, c in contexts],
            context_id=[c.context_id for _, c in contexts],
            name=[c.name for _, c in contexts],
            at_least=numbers([c.at_least for _, c in contexts]),
            weeks=numbers([c.weeks for _, c in contexts]),
            weight=numbers([c.weight for _, c in contexts]),
        ),
    ]
