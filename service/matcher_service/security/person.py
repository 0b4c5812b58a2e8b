"""Somebody who asks: a role, and the schools that they speak for."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["coach", "partnership", "planner", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks.

    Attributes
    ----------
    subject
        An id of the key or of the provider's account, never a name.
    school_ids
        Of a coach: the schools whose learners are theirs.
    scopes
        Actions that the key is limited to; empty is all of the role.
    sees_needs
        A coach who works with support needs; nobody else sees them.
    """

    subject: str
    role: Role
    school_ids: frozenset[str] = frozenset()
    scopes: frozenset[str] = field(default_factory=frozenset)
    sees_needs: bool = False


SYSTEM = Person(subject="system", role="admin")
"""The installation itself: commands of its operator, and its workers."""
