"""Why the portal refuses a declaration that can be read, in both languages; and where refusals are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from passavant.portal.api.problems import Refusal
from passavant.portal.declarations.asked import Asked, Told, error_of
from passavant.texts import Text

__all__ = [
    "MOST_ITEMS", "controlled", "elsewhere", "fault", "keep", "not_text", "not_yours", "other_day", "several", "spoilt", "taken_version",
    "too_long", "too_many_items", "unforeseen",
]  # fmt: skip

#: Most goods items of a declaration, as the EU customs data model has it.
MOST_ITEMS = 999
_MOST_ERRORS = 20

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


def too_many_items(count: int) -> Error:
    """Return the error of a declaration with more goods items than any has."""
    return error_of(
        "declarations.items.too_many",
        Text(f"at most {MOST_ITEMS} goods items", f"au plus {MOST_ITEMS} articles"),
        Text("Split the consignment, or ask customs.", "Scindez l'envoi, ou adressez-vous à la douane."),
        field="items",
        value=str(count),
    )


def not_text() -> Error:
    """Return the error of a declaration whose text no system can write down: half of a surrogate pair."""
    return error_of(
        "declarations.text.invalid",
        Text("text that UTF-8 can write", "du texte que l'UTF-8 sait écrire"),
        Text("Correct the escapes such as \\ud800.", "Corrigez les échappements tels que \\ud800."),
    )


def too_long(field: str, limit: int) -> Error:
    """Return the error of an identifier that is longer than any."""
    return error_of(
        "declarations.identifier.too_long",
        Text(f"at most {limit} characters", f"au plus {limit} caractères"),
        Text("Give the declaration a shorter number.", "Donnez à la déclaration un numéro plus court."),
        field=field,
    )


def other_day() -> Error:
    """Return the error of a declaration whose day cannot be read on the declaration itself, or differs from item to item."""
    return error_of(
        "declarations.day.unclear",
        Text("one lodged_at, and one accepted_at if there is one, on the declaration itself", "un seul lodged_at, et un seul accepted_at le cas échéant, sur la déclaration elle-même"),
        Text("Write both on the declaration, not on its items.", "Inscrivez-les sur la déclaration, et non sur ses articles."),
        field="accepted_at",
    )  # fmt: skip


def controlled() -> Error:
    """Return the error of an amendment to what customs controls."""
    return error_of(
        "declarations.version.controlled",
        Text("a consignment that customs does not control", "un envoi que la douane ne contrôle pas"),
        Text("Wait for the control, or write to the office.", "Attendez le contrôle, ou écrivez au bureau."),
        field="version",
    )


def unforeseen(error: Exception) -> Refusal:
    """Return the refusal of a request that the decision process itself fails on."""
    return Refusal(
        "declarations.fault",
        got=(f"a request that cannot be decided ({type(error).__name__})", f"une requête qui ne peut être décidée ({type(error).__name__})"),
        expected=("a request that can be decided", "une requête qui peut être décidée"),
        next_step=("This is our mistake: please report it. Other requests were decided.", "C'est une erreur de notre part : merci de la signaler. Les autres requêtes sont décidées."),
        status=422,
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
        known = [(one.record, one.entry) for one in told if one.status == "known" and one.entry]
        submission.known = [
            *submission.known,
            *([record, entry.consignment_id, entry.version] for record, entry in known),
        ]
        submission.refusals = [*submission.refusals, *map(_kept, refused)]
        submission.refused += len(refused)
        submission.decided += len(told) - len(refused)
        submission.done += len(told)


def _kept(one: Told) -> dict[str, Any]:
    return {"record": one.record, "declaration_id": one.declaration_id, "errors": list(one.errors)[:_MOST_ERRORS]}
