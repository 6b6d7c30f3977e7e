"""What officers are told when something cannot be done."""

from __future__ import annotations

from passavant.errors import BadInput, NotFound, Place
from passavant.portal.api.problems import Refusal

__all__ = [
    "changed",
    "closed",
    "no_purpose",
    "no_reason",
    "nobody_reads",
    "not_own",
    "nothing_proposed",
    "other_waits",
    "own_parcel",
    "same_person",
    "unknown",
]


def changed() -> Refusal:
    """The case is no longer what the page showed."""
    return Refusal(
        "cases.changed",
        got=(
            "The case changed after this page was shown to you.",
            "Le dossier a changé après l'affichage de cette page.",
        ),
        expected=("a decision on the case as it stands now", "une décision sur le dossier dans son état actuel"),
        next_step=(
            "Look at it as it stands below, and decide again.",
            "Voyez ci-dessous son état actuel, puis décidez à nouveau.",
        ),
        status=409,
    )


def closed() -> Refusal:
    """The case has ended."""
    return Refusal(
        "cases.closed",
        got=("This case is closed.", "Ce dossier est clos."),
        expected=("an open one", "un dossier ouvert"),
        next_step=("See its history.", "Consultez son historique."),
        status=409,
    )


def other_waits() -> Refusal:
    """A proposal stands."""
    return Refusal(
        "cases.proposed",
        got=("This case waits for a second person.", "Ce dossier attend une seconde personne."),
        expected=("an answer to what was proposed", "une réponse à ce qui est proposé"),
        next_step=("Approve the proposal or not.", "Approuvez la proposition ou non."),
        status=409,
    )


def own_parcel() -> Refusal:
    """Nobody decides on what his own organisation declared."""
    return Refusal(
        "cases.own",
        got=("a parcel of your own organisation", "un colis de votre propre organisation"),
        expected=("one that somebody else declares", "un colis déclaré par quelqu'un d'autre"),
        next_step=("Leave it to a colleague.", "Laissez-le à un collègue."),
        status=403,
    )


def nobody_reads() -> Refusal:
    """Nobody could read the question: the declaration did not come over the interface."""
    return Refusal(
        "cases.question.unread",
        got=(
            "a question that the declarant cannot read here: the declaration did not come over the interface",
            "une demande que le déclarant ne peut pas lire ici : la déclaration n'est pas arrivée par l'interface",
        ),
        expected=("another action", "une autre mesure"),
        next_step=("Send it to control, or write to the declarant.", "Envoyez au contrôle, ou écrivez au déclarant."),
        status=409,
    )


def same_person() -> Refusal:
    """Who proposed cannot approve."""
    return Refusal(
        "cases.second.same",
        got=("This is your own proposal.", "C'est votre propre proposition."),
        expected=("a second, different person", "une seconde personne, différente"),
        next_step=("Ask a colleague or your supervisor.", "Demandez à un collègue ou à votre chef."),
        status=403,
    )


def not_own() -> Refusal:
    """Only who proposed takes it back."""
    return Refusal(
        "cases.second.other",
        got=("the proposal of somebody else", "la proposition d'une autre personne"),
        expected=("your own, to take it back", "la vôtre, pour la retirer"),
        next_step=("Answer it: approve it or not.", "Répondez-y : approuvez-la ou non."),
        status=403,
    )


def nothing_proposed() -> Refusal:
    """There is nothing to approve."""
    return Refusal(
        "cases.second.none",
        got=("Nothing is proposed for this case.", "Rien n'est proposé pour ce dossier."),
        expected=("one that waits for a second person", "un dossier en attente d'une seconde personne"),
        next_step=("Look at the case as it stands.", "Voyez l'état actuel du dossier."),
        status=409,
    )


def no_reason(action: str, reason: str) -> BadInput:
    """An action without a reason that is known, or another reason without a note."""
    return BadInput(
        "cases.reason",
        got=(f"{action} for the reason {reason!r}", f"{action} pour le motif {reason!r}"),
        expected=(
            "one of the reasons listed; with “other”, a note",
            "l'un des motifs proposés ; avec « autre », une note",
        ),
        next_step=("Choose a reason.", "Choisissez un motif."),
        place=Place(field="reason", value=reason),
    )


def no_purpose() -> BadInput:
    """Names asked for without a reason."""
    return BadInput(
        "cases.names.purpose",
        got=("no purpose", "aucun motif"),
        expected=("why you need the names, in words", "pourquoi ces noms vous sont nécessaires, en toutes lettres"),
        next_step=("State the purpose: an auditor reads it.", "Indiquez le motif : un auditeur le lira."),
        place=Place(field="purpose"),
    )


def unknown(wanted: object) -> NotFound:
    """There is no such case."""
    return NotFound(
        "cases.unknown",
        got=(f"no case {wanted}", f"aucun dossier {wanted}"),
        expected=("the number of a case", "le numéro d'un dossier"),
        next_step=("Search for the consignment.", "Recherchez l'envoi."),
    )
