"""Decisions of people as rows of the table of placements."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher_service.store.models import Decision

STATUS_OF: Mapping[str, str] = {
    "sign": "signed",
    "propose": "proposed",
    "refuse": "refused",
    "free": "free",
}
"""Of each kind of decision; ``free`` takes back what was signed or proposed."""


def placement_rows(session: Session, dataset_id: str) -> tuple[dict[str, str], ...]:
    """What was decided on a dataset, the oldest first: later words go before."""
    found = session.scalars(
        select(Decision)
        .where(Decision.dataset_id == dataset_id, Decision.is_withdrawn.is_(False))
        .order_by(Decision.created, Decision.decision_id)
    )
    return tuple(
        {
            "learner_id": each.learner_id,
            "period_id": period_id,
            "site_id": each.site_id,
            "mentor_id": each.mentor_id,
            "status": STATUS_OF[each.kind],
        }
        for each in found
        for period_id in (each.period_ids or [""])
    )
