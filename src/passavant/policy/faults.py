"""A fault of a policy file, as an error that names the line and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from passavant.errors import BadInput, Both
from passavant.texts import Document

__all__ = ["Path", "fault", "unknown"]

#: Where an entry stands in the file: keys and positions from the top.
Path = tuple[str | int, ...]


def fault(document: Document, path: Path, got: Both, expected: Both) -> BadInput:
    """Return the error for one entry of a policy file."""
    return BadInput(
        "policy.file.invalid",
        got=got,
        expected=expected,
        next_step=(
            "Correct the line and run `passavant policy check FILE`.",
            "Corrigez la ligne et lancez `passavant policy check FICHIER`.",
        ),
        place=document.place(*path),
    )


def unknown(document: Document, path: Path, name: str, what: Both, known: Iterable[str]) -> BadInput:
    """Return the error for a name that nothing has, with the nearest ones; ``what`` is such as (parameter, paramètre)."""
    names = sorted(known)
    near = ", ".join(difflib.get_close_matches(name, names, n=3))
    listed = ", ".join(names[:8]) or "—"
    return fault(
        document,
        path,
        (f"{name!r} is no {what[0]}", f"{name!r} n'est {what[1] if what[1].startswith('ni ') else f'pas {what[1]}'}"),
        (f"did you mean {near}?", f"vouliez-vous écrire {near} ?")
        if near
        else (f"one of {listed}", f"l'un de {listed}"),
    )
