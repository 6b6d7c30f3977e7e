"""What the trail can say: each action by its name, in the past tense, with a sentence in both languages.

An action that is not named here cannot be recorded; ``{object}`` is the identifier of what it is about.
"""

from __future__ import annotations

from passavant.texts import Text

__all__ = ["ACTIONS"]

ACTIONS: dict[str, Text] = {
    "passavant.account.made": Text("made the account {object}", "a créé le compte {object}"),
    "passavant.account.closed": Text("closed the account {object}", "a fermé le compte {object}"),
    "passavant.account.opened": Text("opened the account {object} again", "a rouvert le compte {object}"),
    "passavant.account.password_given": Text("gave the account {object} a new first password", "a donné un nouveau premier mot de passe au compte {object}"),
    "passavant.account.signed_in": Text("signed in", "a ouvert une session"),
    "passavant.account.refused": Text("failed to sign in as {object}", "n'a pu ouvrir une session comme {object}"),
    "passavant.account.signed_out": Text("signed out", "a fermé sa session"),
    "passavant.role.given": Text("gave the role {object}", "a donné le rôle {object}"),
    "passavant.role.taken": Text("took the role {object}", "a retiré le rôle {object}"),
    "passavant.organisation.added": Text("added the organisation {object}", "a ajouté l'organisation {object}"),
    "passavant.operator.added": Text("added the operator {object}", "a ajouté l'opérateur {object}"),
    "passavant.key.made": Text("made the API key {object}", "a créé la clé d'interface {object}"),
    "passavant.key.revoked": Text("revoked the API key {object}", "a révoqué la clé d'interface {object}"),
    "passavant.quota.set": Text("set the quota of {object}", "a fixé le quota de {object}"),
    "passavant.webhook.made": Text("made the webhook {object}", "a créé le webhook {object}"),
    "passavant.webhook.changed": Text("changed the webhook {object}", "a modifié le webhook {object}"),
    "passavant.webhook.removed": Text("removed the webhook {object}", "a supprimé le webhook {object}"),
    "passavant.webhook.secret_changed": Text("changed the secret of the webhook {object}", "a changé le secret du webhook {object}"),
    "passavant.webhook.tried": Text("sent a trial to the webhook {object}", "a envoyé un essai au webhook {object}"),
    "passavant.webhook.redelivered": Text("sent a delivery of the webhook {object} again", "a renvoyé un message du webhook {object}"),
    "passavant.webhook.disabled": Text("switched off the webhook {object}, which failed", "a désactivé le webhook {object}, en échec"),
    "passavant.declaration.cancelled": Text("cancelled the declaration {object}", "a annulé la déclaration {object}"),
    "passavant.trail.read": Text("read the trail", "a consulté la piste d'audit"),
    "passavant.case.released": Text("released the consignment {object}", "a donné mainlevée à l'envoi {object}"),
    "passavant.case.controlled": Text("sent the consignment {object} to control", "a envoyé l'envoi {object} au contrôle"),
    "passavant.case.screened": Text("sent the consignment {object} to screening", "a soumis l'envoi {object} à l'examen non intrusif"),
    "passavant.case.refused": Text("refused the consignment {object}", "a refusé l'envoi {object}"),
    "passavant.case.information_requested": Text("asked for information on the consignment {object}", "a demandé des informations sur l'envoi {object}"),
    "passavant.case.approved": Text("approved, as second person, the decision on the consignment {object}", "a approuvé, comme seconde personne, la décision sur l'envoi {object}"),
    "passavant.case.taken": Text("took the case of the consignment {object}", "a pris le dossier de l'envoi {object}"),
    "passavant.case.proposed": Text("proposed a decision on the consignment {object} to a second person", "a proposé à une seconde personne une décision sur l'envoi {object}"),
    "passavant.case.not_approved": Text("did not approve, as second person, the decision on the consignment {object}", "n'a pas approuvé, comme seconde personne, la décision sur l'envoi {object}"),
    "passavant.case.proposal_withdrawn": Text("took back the proposal on the consignment {object}", "a retiré la proposition sur l'envoi {object}"),
    "passavant.case.inspected": Text("recorded the result of an inspection of the consignment {object}", "a saisi le résultat d'une vérification de l'envoi {object}"),
    "passavant.case.names_read": Text("read the names of the parties of the consignment {object}", "a consulté les noms des parties de l'envoi {object}"),
    "passavant.case.answered": Text("answered what customs asked about the consignment {object}", "a répondu à la demande de la douane sur l'envoi {object}"),
    "passavant.case.answer_read": Text("read a file of the declarant's answer about the consignment {object}", "a consulté un fichier joint à la réponse du déclarant sur l'envoi {object}"),
    "passavant.case.capacity_set": Text("set the daily capacity of the lane {object}", "a fixé la capacité journalière du circuit {object}"),
    "passavant.integrity.read": Text("read the integrity indicators of {object}", "a consulté les indicateurs d'intégrité de {object}"),
    "passavant.job.started": Text("started the job {object}", "a lancé la tâche {object}"),
    "passavant.job.cancelled": Text("cancelled the job {object}", "a annulé la tâche {object}"),
    "passavant.rule.drafted": Text("wrote the rule {object}", "a rédigé la règle {object}"),
    "passavant.rule.tested": Text("tried the rule {object} on the past", "a testé la règle {object} sur le passé"),
    "passavant.rule.proposed": Text("proposed to bring the rule {object} into force", "a proposé de mettre en vigueur la règle {object}"),
    "passavant.rule.retirement_proposed": Text("proposed to take the rule {object} out of force", "a proposé de retirer la règle {object}"),
    "passavant.rule.refused": Text("refused the proposal on the rule {object}", "a refusé la proposition sur la règle {object}"),
    "passavant.rule.activated": Text("approved, as another person, that the rule {object} come into force", "a approuvé, comme autre personne, la mise en vigueur de la règle {object}"),
    "passavant.rule.retired": Text("approved, as another person, that the rule {object} be taken out of force", "a approuvé, comme autre personne, le retrait de la règle {object}"),
    "passavant.trail.seal_failed": Text("failed to seal the trail: {object}", "n'a pu sceller la piste d'audit : {object}"),
    "passavant.trail.sealed": Text("sealed the trail up to entry {object}", "a scellé la piste d'audit jusqu'à l'inscription {object}"),
}  # fmt: skip
