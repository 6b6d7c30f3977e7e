"""Stages that overlap: each runs in a thread of its own and hands on through a short queue.

pyarrow and DuckDB let go of Python's lock while they work, so that reading, converting, keying and writing share the
cores.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["ahead", "quick_switching"]

Item = TypeVar("Item")

_POLL = 0.1  # seconds after which a blocked producer looks whether anybody still listens
_SWITCH = 0.0005  # seconds; Python's default of 5 ms makes a thread that only calls into C wait for every call


def ahead(items: Iterable[Item], depth: int = 1) -> Iterator[Item]:
    """Yield the items of another iterator, which runs in a thread up to ``depth`` items ahead.

    An exception in the thread is raised here. When the consumer stops, the thread stops, and so do the stages before it.
    """
    handed: queue.Queue[tuple[bool, Item | BaseException | None]] = queue.Queue(depth)
    stopped = threading.Event()
    thread = threading.Thread(target=_produce, args=(items, handed, stopped), daemon=True)
    thread.start()
    try:
        while True:
            more, item = handed.get()
            if more:
                yield item  # type: ignore[misc]
            elif item is None:
                return
            else:
                raise item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()


@contextmanager
def quick_switching() -> Iterator[None]:
    """Let Python's threads take turns more often while the block runs."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _SWITCH))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _produce(items: Iterable[Item], handed: queue.Queue[tuple[bool, object]], stopped: threading.Event) -> None:
    iterator = iter(items)
    end: BaseException | None = None
    try:
        for item in iterator:
            if not _put(handed, (True, item), stopped):
                break
    except BaseException as error:  # noqa: BLE001  # raised again by the consumer
        end = error
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()
    _put(handed, (False, end), stopped)


def _put(handed: queue.Queue[tuple[bool, object]], entry: tuple[bool, object], stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            handed.put(entry, timeout=_POLL)
        except queue.Full:
            continue
        return True
    return False
