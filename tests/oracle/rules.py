"""Sections 2, 4 and 6 for one learner at one place: eligibility, hours, points."""

from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from tests.oracle.region import Learner, Point, Region

TOLERANCE = 1e-6
"""Comparisons of weeks, hours and minutes (section 6)."""

_RADIUS_KM = 6371.0088


def estimated_minutes(
    region: Region, learner: Learner, point: Point | None
) -> float | None:
    """Least minutes over the learner's modes; None without both locations."""
    if learner.point is None or point is None:
        return None
    lat_a, lon_a, lat_b, lon_b = (radians(x) for x in (*learner.point, *point))
    half = (
        sin((lat_b - lat_a) / 2) ** 2
        + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    )
    km = 2 * _RADIUS_KM * asin(sqrt(half))
    weights = region.weights
    modes = [weights.modes[name] for name in learner.modes or ("bike", "pt")]
    return min(
        mode["access"] + 60 * weights.detour * km / mode["speed"] for mode in modes
    )


def site_minutes(region: Region, learner: Learner, site: int) -> float | None:
    """Minutes of the `travel` row, else the estimate; None when unknown."""
    if site in learner.minutes:
        return learner.minutes[site]
    return estimated_minutes(region, learner, region.sites[site].point)


def within_travel_limits(
    region: Region, learner: Learner, minutes: float | None
) -> bool:
    """E3: both limits; unknown minutes are not within them."""
    limits = (learner.max_travel, region.weights.max_minutes)
    return minutes is not None and all(
        limit is None or minutes <= limit + TOLERANCE for limit in limits
    )


def course_in_reach(region: Region, learner: Learner, course: int) -> bool:
    """Section 5: a course without a location is in reach."""
    point = region.courses[course].point
    if point is None:
        return True
    minutes = estimated_minutes(region, learner, point)
    return within_travel_limits(region, learner, minutes)


def active(region: Region, learner: Learner, period: int) -> bool:
    """E9."""
    return learner.ready_from <= region.periods[period].start


def eligible(
    region: Region, learner: Learner, period: int, site: int, mentor: int
) -> bool:
    """E1 to E9."""
    first, last = region.periods[period].start, region.periods[period].end
    place, guide = region.sites[site], region.mentors[mentor]
    trained = region.weights.untrained_mentor == "warn" or (
        guide.trained_on is not None and guide.trained_on <= first
    )
    return (
        _recognised(region, learner, site, first, last)
        and guide.site == site
        and guide.available_from <= first
        and last <= guide.available_to
        and trained
        and within_travel_limits(region, learner, site_minutes(region, learner, site))
        and _old_enough(learner, place.min_age, first)
        and (not place.languages or bool(place.languages & learner.languages))
        and all(
            need in place.supports | guide.supports
            for need, (_, required) in learner.needs.items()
            if required
        )
        and all(learner.abilities.get(demand) != "no" for demand in place.demands)
        and not any(
            (site, t, m) in learner.refused
            for t in (None, period)
            for m in (None, mentor)
        )
        and active(region, learner, period)
    )


def _recognised(
    region: Region, learner: Learner, site: int, first: date, last: date
) -> bool:
    """E1: walk from the first day to the last through the rows."""
    rows = region.recognised.get((site, learner.trajectory.trajectory_id), ())
    day = first
    while day <= last:
        ends = [valid_to for valid_from, valid_to in rows if valid_from <= day]
        reach = max(ends, default=date.min)
        if reach < day:
            return False
        if reach >= last:
            return True
        day = reach + timedelta(days=1)
    return True


def _old_enough(learner: Learner, min_age: float | None, first: date) -> bool:
    if min_age is None:
        return True
    born = learner.birth_date
    if born is None:
        return False
    had_birthday = (first.month, first.day) >= (born.month, born.day)
    return first.year - born.year - (not had_birthday) >= min_age


def guidance_hours(
    region: Region, learner: Learner, mentor: int, *, starts: bool
) -> float:
    """Hours per week asked of a mentor; `starts` marks a block's first period."""
    weights = region.weights
    if mentor in learner.guidance:
        hours = learner.guidance[mentor]
    elif learner.guidance_hours is not None:
        hours = learner.guidance_hours
    else:
        levels = sum(level for level, _ in learner.needs.values())
        minutes = 5 * learner.trajectory.days_per_week + 10 + 60 * 12 / 52
        hours = minutes / 60 + weights.per_support_level * levels
    return hours * weights.startup_factor if starts else hours


def weekly_points(
    region: Region, learner: Learner, site: int, mentor: int
) -> dict[str, float]:
    """The terms of q for one placement, points per week (section 6)."""
    weights = region.weights
    place, guide = region.sites[site], region.mentors[mentor]
    minutes = site_minutes(region, learner, site) or 0.0
    unmet = sum(
        level
        for need, (level, required) in learner.needs.items()
        if not required and need not in place.supports | guide.supports
    )
    unknown = sum(
        learner.abilities.get(demand, "unknown") == "unknown"
        for demand in place.demands
    )
    missing = 1 - learner.success[site] if site in learner.success else 0.0
    return {
        "travel": weights.per_minute * min(minutes, weights.comfortable)
        + weights.beyond * max(0.0, minutes - weights.comfortable),
        "support": weights.support * unmet,
        "preference": weights.preference * (1 - learner.preference.get(site, 0.0)) / 2,
        "success": weights.success * missing,
        "unknown": weights.unknown * unknown,
    }
