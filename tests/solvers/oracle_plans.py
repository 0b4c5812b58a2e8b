"""Plans of an engine in the words of the oracle, which judges them."""

from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from tests.oracle.literal import Plan
from tests.oracle.region import Region


def oracle_plans(problem: Problem, plans: Plans, region: Region) -> list[Plan]:
    """One plan per learner of the region, translated by ids."""
    dataset = problem.dataset
    site_at = {site.site_id: at for at, site in enumerate(region.sites)}
    mentor_at = {mentor.mentor_id: at for at, mentor in enumerate(region.mentors)}
    course_at = {course.course_id: at for at, course in enumerate(region.courses)}
    row_of = {learner: row for row, learner in enumerate(dataset.learners.learner_id)}
    mentors = problem.pairs.option_mentor
    found = []
    for learner in region.learners:
        row = row_of[learner.learner_id]
        stays = tuple(
            None
            if option < 0
            else (
                site_at[dataset.sites.site_id[problem.option_site[option]]],
                mentor_at[dataset.mentors.mentor_id[mentors[option]]],
            )
            for option in plans.option[row]
        )
        seats = (
            course_at[dataset.courses.course_id[course]]
            for course in plans.course[row]
            if course >= 0
        )
        found.append(Plan(stays=stays, seats=tuple(sorted(seats))))
    return found
