"""Processes as the tests see them: whose children they are, and whether they live."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


def descendants(parent: int) -> dict[int, str]:
    """Return every process below one, with its command line; the dead that nobody has buried are left out."""
    below: dict[int, str] = {}
    for child, words in _children(parent):
        below |= {child: words} | descendants(child)
    return below


def alive(pids: set[int]) -> set[int]:
    """Return those that still run."""
    return {pid for pid in pids if _stat(pid) not in (None, "Z")}


def wait_for(ask: Callable[[], Found], seconds: float = 60) -> Found:
    """Return the first answer that is not empty."""
    until = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
    return found


def _children(parent: int) -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, above = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
            words = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(above) == parent and state != "Z":
            found.append((int(folder.name), words))
    return found


def _stat(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None
