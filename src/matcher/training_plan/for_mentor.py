"""The part of a training plan that one mentor needs, and no more."""

from dataclasses import replace

from matcher.errors import MatcherError
from matcher.training_plan.checklist import ToDo
from matcher.training_plan.planned import TrainingPlan


class NotInPlanError(MatcherError):
    """A mentor has no part in a training plan."""


def for_mentor(plan: TrainingPlan, mentor_id: str) -> TrainingPlan:
    """The plan with one mentor's periods, competences and page alone.

    What is learned elsewhere, what is to be arranged elsewhere, contexts and
    qualifications are between the learner and the school.

    Raises
    ------
    NotInPlanError
        The mentor has no part in this plan.
    """
    periods = tuple(each for each in plan.periods if each.mentor_id == mentor_id)
    if not periods:
        raise NotInPlanError(
            f'Mentor "{mentor_id}" has no part in the plan of this learner.',
            f'Mentor "{mentor_id}" komt in het plan van deze leerling niet voor.',
        )
    site_id = periods[0].site_id
    return replace(
        plan,
        sites=tuple(each for each in plan.sites if each.site_id == site_id),
        periods=periods,
        competences=tuple(
            each for each in plan.competences if each.mentor_id == mentor_id
        ),
        contexts=(),
        qualifications=(),
        pages=tuple(each for each in plan.pages if each.mentor_id == mentor_id),
        to_do=tuple(
            each for each in plan.to_do if _is_theirs(each, site_id, mentor_id)
        ),
    )


def _is_theirs(to_do: ToDo, site_id: str, mentor_id: str) -> bool:
    """What is to be done with the site, and no other mentor's support."""
    site, *rest = to_do.about
    return site == site_id and (to_do.code != "support" or rest[0] == mentor_id)
