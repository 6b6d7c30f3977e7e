"""Why a file could not be read or written, in words instead of the system's error numbers."""

from __future__ import annotations

from passavant.texts.bilingual import Text

__all__ = ["fault_of"]

_WORDS: tuple[tuple[type[Exception], Text], ...] = (
    (FileNotFoundError, Text("there is no such file or folder", "ce fichier ou dossier n'existe pas")),
    (NotADirectoryError, Text("part of its path is not a folder", "une partie du chemin n'est pas un dossier")),
    (IsADirectoryError, Text("it is a folder", "c'est un dossier")),
    (FileExistsError, Text("it exists already", "il existe déjà")),
    (PermissionError, Text("access is not allowed", "l'accès n'est pas autorisé")),
    (UnicodeDecodeError, Text("it is not text in UTF-8", "ce n'est pas du texte en UTF-8")),
)


def fault_of(error: Exception) -> Text:
    """Say what the system reported.

    >>> fault_of(FileNotFoundError(2, "No such file or directory")).fr
    "ce fichier ou dossier n'existe pas"
    """
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    reason = getattr(error, "strerror", None) or type(error).__name__
    return Text(f"the system says {reason!r}", f"le système répond {reason!r}")
