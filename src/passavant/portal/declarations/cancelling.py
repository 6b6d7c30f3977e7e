"""A declaration cancelled: a new version that declares nothing, recorded and announced."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from passavant.portal.api.problems import Refusal
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.signals import CONTROLLED, cancelled, released_by_officer, under_control
from passavant.portal.people.models import Organisation
from passavant.portal.trail.services import record
from passavant.portal.webhooks.services import announce

__all__ = ["cancel"]

#: The last version there is.
_LAST = 2_147_483_647


def cancel(entry: Entry, reason: str, *, by: str) -> Entry:
    """Cancel a declaration; one that is cancelled already is returned as it is.

    Args:
        entry: Any version of it; the newest is cancelled.
        reason: Why, in the declarant's words.
        by: Who.

    Raises:
        Refusal: customs controls it, or an officer released it (409).
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=entry.organisation_id)  # two at once take turns
        entry = Entry.objects.filter(consignment_id=entry.consignment_id, sandbox=entry.sandbox).latest("version")
        if entry.kind == Entry.Kind.CANCELLED:
            return entry
        held = set() if entry.sandbox else under_control([entry.consignment_id], lock=True)
        if entry.outcome in CONTROLLED or held:
            raise _held(entry)
        if not entry.sandbox and released_by_officer(entry):  # read once nobody acts on its case any more
            raise _released()
        if entry.version >= _LAST:
            raise _held(entry)
        made = Entry.objects.create(
            kind=Entry.Kind.CANCELLED,
            organisation=entry.organisation,
            sandbox=entry.sandbox,
            consignment_id=entry.consignment_id,
            declaration_id=entry.declaration_id,
            version=entry.version + 1,
            digest=hashlib.sha256(reason.encode()).hexdigest(),
            at=timezone.now(),
            supersedes=entry.decision_id,
        )
        # Cases are locked before the trail, as by the officers who act on them.
        cancelled.send(Entry, entry=made, by=by, reason=reason)
        record(
            "passavant.declaration.cancelled",
            actor=by,
            acting_for=entry.organisation.name,
            object_type="consignment",
            object_id=entry.consignment_id,
            purpose=reason,
        )
        told = {"consignment_id": entry.consignment_id, "declaration_id": entry.declaration_id, "version": made.version}
        announce("declaration.cancelled", entry.organisation, told, sandbox=entry.sandbox)
    return made


def _held(entry: Entry) -> Refusal:
    return Refusal(
        "declarations.cancel.held",
        got=("a consignment that customs controls", "un envoi que la douane contrôle"),
        expected=("one that it does not", "un envoi qu'elle ne contrôle pas"),
        next_step=("Wait for the control, or write to the office.", "Attendez le contrôle, ou écrivez au bureau."),
        status=409,
    )


def _released() -> Refusal:
    return Refusal(
        "declarations.cancel.released",
        got=("a consignment that an officer has released", "un envoi dont un agent a donné mainlevée"),
        expected=("one that no officer has decided on", "un envoi sur lequel aucun agent n'a statué"),
        next_step=(
            "Ask customs in writing to cancel the declaration, and say why.",
            "Demandez par écrit à la douane d'annuler la déclaration, et dites pourquoi.",
        ),
        status=409,
    )
