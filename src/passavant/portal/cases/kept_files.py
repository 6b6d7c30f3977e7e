"""Files of cases kept under the portal's home: by their SHA-256, apart from what is served, readable by this account alone."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant import settings
from passavant.lake import sync

__all__ = ["keep", "keeping", "kept_path"]


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
        sync(target.parent)
    return digest


@contextmanager
def keeping(folder: str, digests: Collection[str], named: Callable[[], Collection[str]]) -> Iterator[None]:
    """Delete files again where what they were kept for fails, unless something else names them.

    Args:
        folder: Of the home.
        digests: What is kept.
        named: Asked after a failure, while nobody keeps a file: which of them the database names.
    """
    lying = settings.home() / folder
    lying.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(lying, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        try:
            yield
        except BaseException:  # it is raised again: nothing is swallowed
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # once all others have said in the database what they kept
            for digest in set(digests) - set(named()):
                kept_path(folder, digest).unlink(missing_ok=True)
            raise
    finally:
        os.close(descriptor)


def kept_path(folder: str, digest: str) -> Path:
    """Return where a file lies."""
    return settings.home() / folder / digest
