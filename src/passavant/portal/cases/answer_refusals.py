"""Why an answer of a declarant is not taken."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from passavant.errors import BadInput, Place
from passavant.portal.api.problems import Refusal
from passavant.portal.cases.models import State
from passavant.portal.cases.words import STATES

__all__ = ["LONGEST", "closed", "not_asked", "text", "too_large", "too_many", "trial"]

#: Most characters of an answer.
LONGEST = 4000


def closed(state: str) -> Refusal:
    """The case has ended."""
    ended = STATES[state]
    newer = state == State.SUPERSEDED
    return Refusal(
        "cases.answer.closed",
        got=(f"an answer to a case that is closed: {ended.en}", f"une réponse à un dossier clos : {ended.fr}"),
        expected=("a case that is open", "un dossier ouvert"),
        next_step=(
            "Answer about the newest version." if newer else "If something is still to be said, write to the customs office.",
            "Répondez à propos de la dernière version." if newer else "S'il reste quelque chose à dire, écrivez au bureau de douane.",
        ),
        status=409,
    )  # fmt: skip


def not_asked() -> Refusal:
    """Customs asks nothing."""
    return Refusal(
        "cases.answer.not_asked",
        got=("an answer where customs asks nothing", "une réponse alors que la douane ne demande rien"),
        expected=("a consignment about which customs asks something", "un envoi sur lequel la douane demande quelque chose"),
        next_step=(
            "Wait: if customs needs something, it asks; a webhook tells of it.",
            "Attendez : si la douane a besoin de quelque chose, elle le demande ; un webhook l'annonce.",
        ),
        status=409,
    )  # fmt: skip


def trial() -> Refusal:
    """No officer reads trial data."""
    return Refusal(
        "cases.answer.trial",
        got=("an answer about trial data", "une réponse sur des données d'essai"),
        expected=("a declaration that reaches customs", "une déclaration qui parvient à la douane"),
        next_step=(
            "Amend the declaration, or try this with one that is not trial data.",
            "Rectifiez la déclaration, ou essayez avec une déclaration qui n'est pas un essai.",
        ),
        status=409,
    )


def too_many(most: int) -> Refusal:
    """The case has more answers than anybody reads."""
    return Refusal(
        "cases.answer.many",
        got=("one more answer", "une réponse de plus"),
        expected=(f"at most {most} answers about a consignment", f"{most} réponses au plus par envoi"),
        next_step=("Write to the customs office.", "Écrivez au bureau de douane."),
        status=409,
    )


def too_large(most: int) -> Refusal:
    """The files that an operator sent in a day take more room than it has."""
    now = timezone.now()
    left = dt.timedelta(days=1) - dt.timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
    return Refusal(
        "cases.answer.day_full",
        got=("more files than a day holds", "plus de fichiers que n'en contient une journée"),
        expected=(f"at most {most} MiB of files a day, by UTC", f"{most} Mio de fichiers par jour au plus, selon l'heure UTC"),
        next_step=(
            "Send the files tomorrow; an answer without files is taken today.",
            "Envoyez les fichiers demain ; une réponse sans fichier est acceptée aujourd'hui.",
        ),
        status=429,
        headers={"Retry-After": str(int(left.total_seconds()))},
    )  # fmt: skip


def text(length: int) -> BadInput:
    """The words are missing, or too many."""
    return BadInput(
        "cases.answer.text",
        got=(f"an answer of {length} characters", f"une réponse de {length} caractères"),
        expected=(f"1 to {LONGEST} characters", f"de 1 à {LONGEST} caractères"),
        next_step=(
            "Say in words what you answer or send; what is longer goes into a file.",
            "Dites en toutes lettres ce que vous répondez ou envoyez ; un texte plus long tient dans un fichier.",
        ),
        place=Place(field="text"),
    )
