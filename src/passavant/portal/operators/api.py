"""Keys of one's own organisation, for operators signed in: listed, made, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from passavant.errors import NotFound
from passavant.portal.operators.auth import session_auth
from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.services import make_key, revoke_key
from passavant.portal.people.permissions import operator

__all__ = ["router"]

router = Router(tags=["keys"], auth=session_auth.needing(operator))


class KeyShown(Schema):
    """A key without its secret."""

    id: str
    label: str
    scopes: list[str]
    networks: list[str]
    sandbox: bool
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used: dt.date | None


class KeyMade(KeyShown):
    """A key with its secret: shown this once."""

    secret: str


class KeyAsked(Schema):
    """A key to be made."""

    label: str = Field(min_length=1, max_length=100, examples=["warehouse 2"])
    scopes: list[str] = Field(max_length=10, examples=[["declarations:write", "declarations:read"]])
    networks: list[str] = Field(default=[], max_length=50, examples=[["203.0.113.0/24"]])
    sandbox: bool = False
    expires_at: dt.datetime | None = None


@router.get("", response=list[KeyShown], summary="Keys of your organisation")
def listed(request: HttpRequest) -> Any:
    """Answer all of them, the newest first, revoked ones too."""
    return ApiKey.objects.filter(organisation=_member(request).organisation)


@router.post("", response={201: KeyMade}, summary="Make a key")
def made(request: HttpRequest, asked: KeyAsked) -> Any:
    """Make a key; its secret is in this answer and nowhere else."""
    member = _member(request)
    key, secret = make_key(member.organisation, by=member.actor, **asked.dict())
    return Status(201, KeyMade(secret=secret, **KeyShown.from_orm(key).dict()))


@router.delete("/{identifier}", response={204: None}, summary="Revoke a key")
def revoked(request: HttpRequest, identifier: str, because: str = "") -> Any:
    """Revoke a key: it stops within 5 seconds."""
    member = _member(request)
    key = ApiKey.objects.filter(organisation=member.organisation, pk=identifier).first()
    if key is None:
        raise NotFound(
            "portal.key.none",
            got=(f"no key {identifier} of yours", f"aucune clé {identifier} de votre organisation"),
            expected=("a key of your organisation", "une clé de votre organisation"),
            next_step=("See GET /api/v1/keys.", "Voyez GET /api/v1/keys."),
        )
    revoke_key(key, by=member.actor, purpose=because[:500])
    return Status(204, None)


def _member(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]  # set by the authentication
