"""What the console's codes are called, in both languages: states, actions, the reasons for each, what an inspection finds."""

from __future__ import annotations

from collections.abc import Mapping

from passavant.texts import Text

__all__ = ["ACTIONS", "DONE", "FINDINGS", "REASONS", "STATES", "STATE_COLOURS", "VERBS"]

STATES: Mapping[str, Text] = {
    "open": Text("Open", "À traiter"),
    "information": Text("Waiting for information", "En attente de renseignements"),
    "answered": Text("Answered by the declarant", "Réponse du déclarant reçue"),
    "screening": Text("At screening", "À l'examen non intrusif"),
    "control": Text("At control", "Au contrôle"),
    "second": Text("Waiting for a second person", "En attente d'une seconde personne"),
    "released": Text("Released", "Mainlevée donnée"),
    "refused": Text("Refused", "Refusé"),
    "superseded": Text("Replaced by a newer version", "Remplacé par une version plus récente"),
    "cancelled": Text("Cancelled by the declarant", "Annulé par le déclarant"),
}
STATE_COLOURS: Mapping[str, str] = {
    "open": "blue", "information": "yellow", "answered": "turquoise", "screening": "purple", "control": "red", "second": "orange", "released": "green",
}  # fmt: skip

#: What an officer can do, in the order shown: as a button says it.
ACTIONS: Mapping[str, Text] = {
    "release": Text("Release", "Donner mainlevée"),
    "request_information": Text("Request information", "Demander des renseignements"),
    "screen": Text("Send to screening", "Soumettre à l'examen non intrusif"),
    "control": Text("Send to control", "Envoyer au contrôle"),
    "refuse": Text("Refuse", "Refuser"),
}

#: What was done, as the officer who did it is told.
DONE: Mapping[str, Text] = {
    "release": Text("The consignment is released; it is recorded.", "Mainlevée est donnée ; elle est enregistrée."),
    "request_information": Text(
        "Information is requested; it is recorded.", "Des renseignements sont demandés ; la demande est enregistrée."
    ),
    "screen": Text(
        "The consignment is sent to screening; it is recorded.",
        "L'envoi est soumis à l'examen non intrusif ; c'est enregistré.",
    ),
    "control": Text(
        "The consignment is sent to control; it is recorded.", "L'envoi est envoyé au contrôle ; c'est enregistré."
    ),
    "refuse": Text("The consignment is refused; it is recorded.", "L'envoi est refusé ; le refus est enregistré."),
    "reject": Text(
        "The proposal is not approved: the case stands as before.",
        "La proposition n'est pas approuvée : le dossier reste dans son état antérieur.",
    ),
}

#: What was done, as the history of a case says it.
VERBS: Mapping[str, Text] = {
    "take": Text("took the case", "a pris le dossier"),
    "release": Text("released the consignment", "a donné mainlevée"),
    "request_information": Text("requested information", "a demandé des renseignements"),
    "screen": Text("sent it to screening", "l'a soumis à l'examen non intrusif"),
    "control": Text("sent it to control", "l'a envoyé au contrôle"),
    "refuse": Text("refused the consignment", "a refusé l'envoi"),
    "propose": Text("proposed, for a second person to approve", "a proposé, sous réserve d'une seconde personne"),
    "approve": Text("approved as second person", "a approuvé comme seconde personne"),
    "reject": Text("did not approve as second person", "n'a pas approuvé comme seconde personne"),
    "answer": Text("answered what was asked", "a répondu à la demande"),
    "cancel": Text("cancelled the declaration", "a annulé la déclaration"),
    "withdraw": Text("took the proposal back", "a retiré la proposition"),
    "result": Text("recorded the result of an inspection", "a saisi le résultat d'une vérification"),
}

_OTHER = {"other": Text("Another reason, in the note", "Autre motif, précisé dans la note")}
#: For each action, the reasons that can be given.
REASONS: Mapping[str, Mapping[str, Text]] = {
    "release": {
        "in_order": Text("Goods and documents are in order", "Marchandises et documents en règle"),
        "answered": Text("The declarant's answer settles it", "La réponse du déclarant est satisfaisante"),
        "screened": Text("Screening showed nothing", "L'examen non intrusif n'a rien montré"),
        "controlled": Text("The control found nothing against it", "Le contrôle n'a rien révélé de contraire"),
        "false_alarm": Text("The reason does not apply to these goods", "Le motif ne s'applique pas à ces marchandises"),
        **_OTHER,
    },
    "request_information": {
        "invoice": Text("Invoice or proof of payment", "Facture ou preuve de paiement"),
        "description": Text("What the goods are", "Nature des marchandises"),
        "value": Text("How the value was made up", "Formation de la valeur"),
        "licence": Text("A licence or certificate", "Licence ou certificat"),
        "consignee": Text("Who the consignee is", "Identité du destinataire"),
        "other": Text("Something else, in words", "Autre chose, en toutes lettres"),
    },
    "screen": {
        "contents": Text("Contents unclear from the declaration", "Contenu incertain d'après la déclaration"),
        "safety": Text("Safety or security", "Sûreté ou sécurité"),
        "advised": Text("As the clearance advises", "Conformément à l'avis du système"),
        **_OTHER,
    },
    "control": {
        "advised": Text("As the clearance advises", "Conformément à l'avis du système"),
        "image": Text("The image does not match the declaration", "L'image ne correspond pas à la déclaration"),
        "value": Text("Value to be checked", "Valeur à vérifier"),
        "goods": Text("Goods or origin to be checked", "Marchandises ou origine à vérifier"),
        **_OTHER,
    },
    "refuse": {
        "prohibited": Text("Prohibited or restricted goods", "Marchandises prohibées ou soumises à restriction"),
        "unsafe": Text("Unsafe goods", "Marchandises dangereuses"),
        "counterfeit": Text("Counterfeit goods", "Marchandises contrefaites"),
        "no_answer": Text("No answer to what was asked", "Demande restée sans réponse"),
        "unpaid": Text("What is due was not paid", "Sommes dues non acquittées"),
        **_OTHER,
    },
}  # fmt: skip

#: What an inspection can find.
FINDINGS: Mapping[str, Text] = {
    "undervalued": Text("Undervalued", "Sous-évaluation"),
    "misdescribed": Text("Described as something else", "Désignation inexacte"),
    "undeclared": Text("Undeclared goods", "Marchandises non déclarées"),
    "prohibited": Text("Prohibited or restricted goods", "Marchandises prohibées ou soumises à restriction"),
    "counterfeit": Text("Counterfeit goods", "Contrefaçon"),
    "drugs": Text("Drugs", "Stupéfiants"),
    "safety": Text("Dangerous goods", "Marchandises dangereuses"),
    "other": Text("Something else, in the note", "Autre, précisé dans la note"),
}
