"""Operators added, keys made and revoked, quotas set: each recorded in the trail in the same transaction."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction

from passavant.errors import BadInput, Both, Place
from passavant.portal.operators.models import ApiKey, Quota
from passavant.portal.operators.networks import checked_networks
from passavant.portal.operators.scopes import SCOPES
from passavant.portal.operators.verification import digest_of, forget
from passavant.portal.people.models import Organisation
from passavant.portal.trail.services import record

__all__ = ["add_operator", "make_key", "revoke_key", "set_quota"]


@transaction.atomic
def add_operator(name: str, declarant_id: str, *, by: str, purpose: str = "") -> Organisation:
    """Add an organisation that declares, or give one that is there the name by which its declarations call it.

    Args:
        name: Of the organisation.
        declarant_id: As its declarations name it; no other organisation may have it.
        by: Who adds it.
        purpose: Why, where that is asked for.

    Raises:
        BadInput: the declarant is another organisation's, or this one has another already.
    """
    other = Organisation.objects.filter(declarant_id=declarant_id).exclude(name=name).first()
    if other is not None:
        raise _refusal("declarant_id", "portal.operator.declarant", (f"the declarant {declarant_id} of {other}", f"le déclarant {declarant_id} de {other}"))  # fmt: skip
    organisation, _ = Organisation.objects.get_or_create(name=name)
    if organisation.declarant_id not in ("", declarant_id):
        raise _refusal("declarant_id", "portal.operator.declarant", (f"{name}, which is {organisation.declarant_id}", f"{name}, qui est {organisation.declarant_id}"))  # fmt: skip
    organisation.declarant_id = declarant_id
    organisation.save(update_fields=["declarant_id"])
    record(
        "passavant.operator.added", actor=by, object_type="operator", object_id=declarant_id, acting_for=name, purpose=purpose
    )  # fmt: skip
    return organisation


@transaction.atomic
def make_key(
    organisation: Organisation,
    label: str,
    scopes: Sequence[str],
    *,
    by: str,
    sandbox: bool = False,
    expires_at: dt.datetime | None = None,
    networks: Sequence[str] = (),
    purpose: str = "",
) -> tuple[ApiKey, str]:
    """Make a key.

    Args:
        organisation: Whose.
        label: What it is for, in the organisation's own words.
        scopes: What it may do, of :data:`passavant.portal.operators.scopes.SCOPES`.
        by: Who makes it.
        sandbox: Whether it works on trial data alone.
        expires_at: When it ends, if it does.
        networks: From where it may be used (CIDR); none means anywhere.
        purpose: Why, where that is asked for.

    Returns:
        The key, and the whole text to send: it is shown this once, and cannot be had again.

    Raises:
        BadInput: an unknown scope, none, a network that is none, or an organisation without a declarant.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        named = ", ".join(unknown) or "—"
        raise _refusal("scopes", "portal.key.scope", (f"the scopes {named}", f"les portées {named}"))
    if not organisation.declarant_id:
        raise _refusal("organisation", "portal.key.declarant", (f"{organisation} without a declarant", f"{organisation} sans déclarant"))  # fmt: skip
    identifier = base64.b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        id=identifier, organisation=organisation, label=label, digest=digest_of(secret), scopes=sorted(set(scopes)),
        networks=checked_networks(networks), sandbox=sandbox, created_by=by, expires_at=expires_at,
    )  # fmt: skip
    record(
        "passavant.key.made", actor=by, acting_for=organisation.name, object_type="key", object_id=key.id,
        data={"scopes": key.scopes, "sandbox": int(sandbox), "networks": key.networks}, purpose=purpose,
    )  # fmt: skip
    return key, f"pvt_{identifier}_{secret}"


@transaction.atomic
def revoke_key(key: ApiKey, *, by: str, purpose: str = "") -> None:
    """Revoke a key: it stops within 5 seconds everywhere; revoked twice, it is once."""
    now = dt.datetime.now(dt.UTC)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        record(
            "passavant.key.revoked", actor=by, acting_for=key.organisation.name, object_type="key", object_id=key.id,
            purpose=purpose,
        )  # fmt: skip
    transaction.on_commit(lambda: forget(key.pk))


@transaction.atomic
def set_quota(
    organisation: Organisation, per_minute: int, per_day: int, *, by: str, sandbox: bool = False, purpose: str = ""
) -> Quota:
    """Set how many declarations an organisation may send; effective within a minute."""
    quota, _ = Quota.objects.update_or_create(
        organisation=organisation, sandbox=sandbox, defaults={"per_minute": per_minute, "per_day": per_day}
    )
    record(
        "passavant.quota.set", actor=by, acting_for=organisation.name, object_type="operator",
        object_id=organisation.declarant_id or organisation.name,
        data={"per_minute": per_minute, "per_day": per_day, "sandbox": int(sandbox)},
        purpose=purpose,
    )  # fmt: skip
    return quota


_EXPECTED: dict[str, tuple[Both, Both]] = {
    "portal.operator.declarant": (
        ("one declarant for each operator", "un déclarant pour chaque opérateur"),
        ("Check the name and the declarant.", "Vérifiez le nom et le déclarant."),
    ),
    "portal.key.scope": (
        (f"one or more of {', '.join(SCOPES)}", f"une ou plusieurs de {', '.join(SCOPES)}"),
        ("Name the scopes that the key needs.", "Indiquez les portées dont la clé a besoin."),
    ),
    "portal.key.declarant": (
        ("an operator", "un opérateur"),
        ("Run: passavant operators add NAME --declarant-id ID", "Exécutez : passavant operators add NOM --declarant-id ID"),
    ),
}  # fmt: skip


def _refusal(field: str, code: str, got: Both) -> BadInput:
    expected, next_step = _EXPECTED[code]
    return BadInput(code, got=got, expected=expected, next_step=next_step, place=Place(field=field))
