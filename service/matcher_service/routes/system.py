"""Health, version, and who asks."""

from importlib.metadata import version

from fastapi import APIRouter

from matcher.pipeline.line import versions
from matcher_service.schemas import Health, Me, Version
from matcher_service.security.rights import actions_of, may
from matcher_service.web.asker import Asker
from matcher_service.web.problems import documented

router = APIRouter(tags=["system"])


@router.get("/health")
async def health() -> Health:
    """Whether the service answers; asks nothing of the database."""
    return Health(status="ok")


@router.get("/version")
def version_of() -> Version:
    """Versions of the service and of what may change an answer."""
    return Version(service=version("matcher"), api="v1", libraries=dict(versions()))


@router.get("/me", responses=documented("not_signed_in"))
def me(person: Asker) -> Me:
    """Who asks, and what they may."""
    return Me(
        subject=person.subject,
        role=person.role,
        school_ids=sorted(person.school_ids),
        actions=sorted(each for each in actions_of(person.role) if may(person, each)),
        sees_needs=person.sees_needs,
    )
