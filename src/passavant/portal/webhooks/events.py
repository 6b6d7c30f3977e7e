"""What operators can be told of."""

from __future__ import annotations

from passavant.texts import Text

__all__ = ["EVENTS", "PING"]

#: Sent when somebody asks for a trial of an endpoint, whatever it listens to.
PING = "ping"
#: Every event, with what it means.
EVENTS: dict[str, Text] = {
    "declaration.decided": Text("a declaration was decided", "une déclaration a fait l'objet d'une décision"),
    "declaration.amended": Text("a declaration was amended", "une déclaration a été modifiée"),
    "declaration.cancelled": Text("a declaration was cancelled", "une déclaration a été annulée"),
    "consignment.information_requested": Text("information on a consignment is asked for", "des renseignements sur un envoi sont demandés"),
    "consignment.released": Text("a consignment was released", "mainlevée d'un envoi a été donnée"),
    "consignment.refused": Text("a consignment was refused", "un envoi a été refusé"),
    "submission.finished": Text("a submission of many declarations is finished", "un dépôt de plusieurs déclarations est achevé"),
}  # fmt: skip
