"""The files of the rules in force, under the home: each named by its content, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from passavant import settings
from passavant.portal.rulebook.content import digest_of

__all__ = ["folder", "kept"]


def folder() -> Path:
    """Return where they lie."""
    return settings.home() / "rules"


def kept(code: str, text: str) -> Path:
    """Return the file of a rule, written where it is missing or is not what it should be."""
    path = folder() / f"{code}-{digest_of(text)[:16]}.yaml"
    try:
        if path.read_text(encoding="utf-8") == text:
            return path
    except (OSError, UnicodeDecodeError):
        pass  # missing or damaged: written below
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return path
