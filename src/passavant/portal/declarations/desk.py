"""The desk where declarations are decided: intake and clearance made ready, for the days around today and any other month."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from passavant import settings
from passavant.clearance.prepared import Grounds, PreparedClearance
from passavant.dataset.live import LiveIntake
from passavant.engines.prepared import open_prepared
from passavant.portal.declarations.asked import Asked, Told
from passavant.portal.declarations.days import AFTER, BEFORE
from passavant.portal.declarations.deciding import decide
from passavant.portal.declarations.grounds import current_grounds, law_stamp, with_snapshot
from passavant.portal.declarations.states import newest_snapshot

__all__ = ["Desk", "desk", "replace"]

#: Days that are ready beyond those that are promised, so that a day's turn finds them ready.
_SPARE = 5
_MONTHS_KEPT = 3


class Desk:
    """Everything that decides, made ready; one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp = law_stamp()
        self._snapshot: Path | None = newest_snapshot()
        self.grounds: Grounds = current_grounds(self._snapshot)
        self._intake = LiveIntake(open_prepared(), settings.secret(), self.grounds.policy.id)
        self._months: OrderedDict[tuple[int, int], PreparedClearance] = OrderedDict()
        self._ready = _around(self.grounds, _today())

    def decide(self, asked: Sequence[Asked], *, sandbox: bool) -> list[list[Told]]:
        """Decide declarations of the days that are ready; see :func:`passavant.portal.declarations.deciding.decide`."""
        with self._lock:
            return decide(asked, self._intake, self._ready, sandbox=sandbox)

    def decide_month(self, asked: Asked, month: tuple[int, int], *, sandbox: bool) -> list[Told]:
        """Decide declarations of one other month."""
        with self._lock:
            return decide([asked], self._intake, self._of_month(month), sandbox=sandbox)[0]

    def refresh(self) -> None:
        """Take up the newest snapshot, the law in force, and the days around today."""
        newest, stamp = newest_snapshot(), law_stamp()
        if stamp != self._stamp or self._ready.last < _today() + dt.timedelta(days=AFTER + 1):
            self._begin_again(newest, stamp)
        elif newest != self._snapshot:
            self.take_up(newest)

    def take_up(self, snapshot: Path | None) -> None:
        """Look up another snapshot under the same law, None for that of no decision at all."""
        grounds = with_snapshot(self.grounds, snapshot)
        with self._lock:
            self._snapshot, self.grounds = snapshot, grounds
            for ready in (self._ready, *self._months.values()):
                ready.look_up(grounds.snapshot)

    def _begin_again(self, snapshot: Path | None, stamp: tuple[object, ...]) -> None:
        """Make everything ready anew; meanwhile the old law decides."""
        grounds = current_grounds(snapshot)
        ready = _around(grounds, _today())
        with self._lock:
            self._snapshot, self._stamp, self.grounds, self._ready = snapshot, stamp, grounds, ready
            self._months.clear()

    def _of_month(self, month: tuple[int, int]) -> PreparedClearance:
        if month not in self._months:
            first = dt.date(*month, 1)
            last = (first + dt.timedelta(days=32)).replace(day=1)
            self._months[month] = PreparedClearance(
                self.grounds, first - dt.timedelta(days=2), last + dt.timedelta(days=2)
            )
            while len(self._months) > _MONTHS_KEPT:
                self._months.popitem(last=False)
        self._months.move_to_end(month)
        return self._months[month]


_desk: list[Desk] = []
_making = threading.Lock()


def desk() -> Desk:
    """Return the desk of this process, made at the first call (some seconds)."""
    with _making:
        if not _desk:
            _desk.append(Desk())
        return _desk[0]


def _around(grounds: Grounds, today: dt.date) -> PreparedClearance:
    first, last = today - dt.timedelta(days=BEFORE + _SPARE), today + dt.timedelta(days=AFTER + _SPARE)
    return PreparedClearance(grounds, first, last)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def replace(other: Desk | None) -> None:
    """Put another desk in the place of this process's, or none: where its home or its law changed, as in tests."""
    with _making:
        _desk[:] = [other] if other else []
