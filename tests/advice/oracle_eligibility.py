"""Eligibility by the oracle, and changes applied to rows of text as anybody would."""

from matcher.advice.change import Part
from tests.oracle.reading import build_region
from tests.oracle.rules import eligible
from tests.oracle.tables import Tables, copy_tables


def is_eligible(tables: Tables, policy: str, learner_id: str, site_id: str) -> bool:
    """Some period with some mentor of the site is eligible for the learner."""
    region = build_region(tables, policy)
    (learner,) = (x for x in region.learners if x.learner_id == learner_id)
    (site,) = (s for s, x in enumerate(region.sites) if x.site_id == site_id)
    return any(
        eligible(region, learner, period, site, mentor)
        for period in range(len(region.periods))
        for mentor, each in enumerate(region.mentors)
        if each.site == site
    )


def with_parts(tables: Tables, parts: list[Part]) -> Tables | None:
    """Rows with these cells changed; None where an added row lacks what it needs."""
    changed = copy_tables(tables)
    for part in parts:
        rows = changed.setdefault(part.table, [])
        row = next((r for r in rows if _is_it(r, part)), None)
        if row is None:
            row = dict(part.key)
            rows.append(row)
        row[part.column] = "" if part.after is None else f"{part.after}"
    needed = {"mentors": ("site_id", "max_learners"), "travel": ("minutes",)}
    for table, columns in needed.items():
        for row in changed.get(table, []):
            if not all(row.get(column) for column in columns):
                return None
    return changed


def _is_it(row: dict[str, str], part: Part) -> bool:
    """Keys as they are when the part was made: a changed key names the old row."""
    return all(row.get(column, "") == value for column, value in part.key)
