"""Kinds of job: a name, what people call it, what it counts, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from passavant.texts import Text

__all__ = ["KINDS", "Kind", "kind"]

Work = TypeVar("Work", bound=Callable[..., Any])

#: Every kind, by name; filled by the ``tasks`` module of each app.
KINDS: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes:
        name: As it is stored: ``app.what``.
        label: As people read it.
        unit: What its progress counts, in the plural.
        work: Called with a :class:`~passavant.portal.jobs.progress.Progress` and the job's arguments; returns JSON or None.
    """

    name: str
    label: Text
    unit: Text
    work: Callable[..., Any]


def kind(name: str, label: Text, unit: Text) -> Callable[[Work], Work]:
    """Register the function that does jobs of a kind.

    It must be idempotent: a worker that is killed leaves its job to the next one, which starts it again from the beginning, and
    a worker that was cut off may still be at it for a moment. It must call ``tell`` now and then, outside transactions: there
    alone is it stopped when the job is cancelled or the server stops.
    """

    def register(work: Work) -> Work:
        KINDS[name] = Kind(name, label, unit, work)
        return work

    return register
