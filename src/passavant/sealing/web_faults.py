"""Why a server could not be asked, in words for whoever asked: a library's own would help nobody.

>>> web_fault(urllib3.exceptions.ProtocolError("x"))[0]
'the connection broke (ProtocolError)'
"""

from __future__ import annotations

import urllib3
from urllib3 import exceptions

from passavant.errors import Both

__all__ = ["web_fault"]

_FAULTS: tuple[tuple[type[Exception], Both], ...] = (
    (exceptions.NameResolutionError, ("no server has that name", "aucun serveur ne porte ce nom")),
    (exceptions.NewConnectionError, ("nobody answers there", "personne n'y répond")),
    (exceptions.ConnectTimeoutError, ("nobody answers there in time", "personne n'y répond à temps")),
    (exceptions.ReadTimeoutError, ("no answer in time", "aucune réponse à temps")),
    (exceptions.SSLError, ("its TLS certificate is refused", "son certificat TLS est refusé")),
    (exceptions.LocationParseError, ("no such address can be", "cette adresse ne peut exister")),
)


def web_fault(error: Exception) -> Both:
    """Return what went wrong, in English and French."""
    cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason else error
    for kind, said in _FAULTS:
        if isinstance(cause, kind):
            return said
    name = type(cause).__name__
    return f"the connection broke ({name})", f"la connexion a été rompue ({name})"
