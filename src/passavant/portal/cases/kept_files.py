"""Files of cases kept under the portal's home: by their SHA-256, apart from what is served, readable by this account alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from passavant import settings

__all__ = ["keep", "kept_path"]


def keep(folder: str, content: bytes) -> str:
    """Keep a file and return its SHA-256; one that is there is left as it is.

    Args:
        folder: Of the home.
        content: What its kind was told from.
    """
    digest = hashlib.sha256(content).hexdigest()
    target = kept_path(folder, digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.exists():
        handle, draft = tempfile.mkstemp(dir=target.parent)  # made for this account alone: 0600
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
    return digest


def kept_path(folder: str, digest: str) -> Path:
    """Return where a file lies."""
    return settings.home() / folder / digest
