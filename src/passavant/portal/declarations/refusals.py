"""Why the portal refuses a declaration that can be read, in both languages; and where refusals are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from passavant.portal.declarations.asked import Asked, Told, error_of
from passavant.texts import Text

__all__ = ["elsewhere", "fault", "keep", "not_yours", "several", "spoilt", "taken_version"]

Error = Mapping[str, Any]


def not_yours(found: str, own: str) -> Error:
    """Return the error of a declaration of somebody else."""
    return error_of(
        "declarations.declarant.other",
        Text(f"the declarant of the key, {own}", f"le déclarant de la clé, {own}"),
        Text("Leave declarant_id out, or use that declarant's key.", "Omettez declarant_id, ou utilisez la clé de ce déclarant."),
        field="declarant_id",
        value=found,
    )  # fmt: skip


def elsewhere(found: str, own: str) -> Error:
    """Return the error of a declaration to another administration."""
    return error_of(
        "declarations.administration.other",
        Text(f"a declaration to {own}", f"une déclaration à {own}"),
        Text("Leave administration out, or declare where the goods go.", "Omettez administration, ou déclarez là où vont les marchandises."),
        field="administration",
        value=found,
    )  # fmt: skip


def several() -> Error:
    """Return the error of a record that holds several declarations."""
    return error_of(
        "declarations.record.several",
        Text("one declaration in a record: its items share declaration_id and version", "une déclaration par enregistrement : ses articles partagent declaration_id et version"),
        Text("Send a record for each declaration.", "Envoyez un enregistrement par déclaration."),
        field="declaration_id",
    )  # fmt: skip


def spoilt() -> Error:
    """Return the error of a record whose declaration stands in another record too, one that cannot be read."""
    return error_of(
        "declarations.record.spoilt",
        Text("a declaration that no other record of the request repeats wrongly", "une déclaration qu'aucun autre enregistrement de la requête ne répète de façon erronée"),
        Text("Correct the other record, and send each declaration once.", "Corrigez l'autre enregistrement et n'envoyez chaque déclaration qu'une fois."),
    )  # fmt: skip


def taken_version(version: int, newest: int) -> Error:
    """Return the error of a version that was declared otherwise, or is older than one that stands."""
    return error_of(
        "declarations.version.taken",
        Text(f"version {newest + 1}, or version {version} as it was declared", f"la version {newest + 1}, ou la version {version} telle qu'elle a été déclarée"),
        Text(f"Send the amendment as version {newest + 1}.", f"Envoyez la rectification en version {newest + 1}."),
        field="version",
        value=str(version),
    )  # fmt: skip


def fault(kind: str) -> Error:
    """Return the error of a declaration that the clearance itself fails on."""
    return error_of(
        "declarations.fault",
        Text("a declaration that can be cleared", "une déclaration qui peut être traitée"),
        Text("This is our mistake: please report it. The other declarations were decided.", "C'est une erreur de notre part : merci de la signaler. Les autres déclarations sont décidées."),
        value=kind,
    )  # fmt: skip


def keep(asked: Sequence[Asked], found: Sequence[Sequence[Told]]) -> None:
    """Write to each submission what was refused and how far it is."""
    for part, told in zip(asked, found, strict=True):
        submission = part.submission
        refused = [one for one in told if one.status == "refused"]
        submission.refusals = [*submission.refusals, *map(_kept, refused)]
        submission.refused += len(refused)
        submission.decided += len(told) - len(refused)
        submission.done += len(told)


def _kept(one: Told) -> dict[str, Any]:
    return {"record": one.record, "declaration_id": one.declaration_id, "errors": list(one.errors)}
