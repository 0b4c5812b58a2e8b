"""OpenID Connect: bearer tokens, checked against the keys that a provider publishes."""

from collections.abc import Mapping
from typing import Any, cast

import jwt

from matcher_service.security.person import ROLES, Person, Role
from matcher_service.settings import Settings

ALGORITHMS = ("RS256", "ES256", "PS256")
_LEEWAY_SECONDS = 30


class TokenError(Exception):
    """A token that is not accepted; the message is for the log, never the caller."""


class TokenDesk:
    """Checks bearer tokens of one provider.

    Claims: ``sub``; ``matcher_role``; for a coach ``matcher_schools`` (a list), and
    ``matcher_sees_needs`` (true).
    """

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._audience = settings.oidc_audience
        self._keys = None
        if settings.oidc_jwks_url:
            self._keys = jwt.PyJWKClient(
                settings.oidc_jwks_url, cache_keys=True, lifespan=300, timeout=5
            )

    def person(self, token: str) -> Person:
        """Who a token speaks for.

        Raises
        ------
        TokenError
            No provider is set, or the token is not from it, not for us, not valid
            now, or names no role.
        """
        if self._keys is None or not self._issuer or not self._audience:
            message = "No provider is set."
            raise TokenError(message)
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise TokenError(type(error).__name__) from error
        return _person(claims)


def _person(claims: Mapping[str, Any]) -> Person:
    role, schools = claims.get("matcher_role"), claims.get("matcher_schools", [])
    if role not in ROLES:
        message = "The token names no role."
        raise TokenError(message)
    if not isinstance(schools, list) or not all(isinstance(s, str) for s in schools):
        message = "The schools are no list."
        raise TokenError(message)
    return Person(
        subject=f"oidc:{claims['sub']}"[:64],
        role=cast("Role", role),
        school_ids=frozenset(schools),
        sees_needs=claims.get("matcher_sees_needs") is True,
    )
