"""Group commit: requests that arrive together share one transaction, one fsync and one signed checkpoint."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from passavant.errors import PassavantError
from passavant.sealing.log import Logged, LogWriter
from passavant.sealing.submissions import MOST_STATEMENTS, Submission

__all__ = ["Committed", "Committer"]


@dataclass(frozen=True)
class Committed:
    """What became durable: places of a submission's statements, and a checkpoint that covers them.

    Attributes:
        logged: Places in the log.
        size: Entries that the checkpoint covers.
        checkpoint: Signed by the log.
    """

    logged: Logged
    size: int
    checkpoint: str


@dataclass(frozen=True)
class _Waiting:
    submission: Submission
    request: tuple[str, bytes] | None
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Committed]


class Committer:
    """The thread that writes a log.

    Args:
        writer: The log's writer; only this thread uses it from now on.
        told: Called in the thread with size and checkpoint after each transaction.
    """

    def __init__(self, writer: LogWriter, told: Callable[[int, str], None]) -> None:
        self._writer = writer
        self._told = told
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="log writer", daemon=True)
        self._thread.start()

    async def submit(self, submission: Submission, request: tuple[str, bytes] | None = None) -> Committed:
        """Log a submission and return once it is durable.

        Raises:
            PassavantError: it is refused, the disk fails, or the service is stopping.
        """
        if self._stopped:
            raise _stopping()
        loop = asyncio.get_running_loop()
        one = _Waiting(submission, request, loop, loop.create_future())
        self._waiting.put(one)
        return await one.answer

    def stop(self) -> None:
        """Finish what waits, then stop; what comes later is refused."""
        self._stopped = True
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, ended = self._gathered(first)
            self._commit(group)
            if ended:
                return

    def _gathered(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Take all that waits already, up to one full batch."""
        group, count = [first], len(first.submission.statements)
        while count < MOST_STATEMENTS:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            count += len(following.submission.statements)
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        answers: list[Committed | BaseException]
        try:
            logged = self._writer.append_all([one.submission for one in group], [one.request for one in group])
            size, checkpoint = self._writer.size, self._writer.checkpoint()
            answers = [one if isinstance(one, PassavantError) else Committed(one, size, checkpoint) for one in logged]
            self._told(size, checkpoint)
        except BaseException as error:  # noqa: BLE001  # whatever it is, those who wait must hear of it
            answers = [error] * len(group)
        for loop in {one.loop for one in group}:
            loop.call_soon_threadsafe(
                _answer, [pair for pair in zip(group, answers, strict=True) if pair[0].loop is loop]
            )


def _stopping() -> PassavantError:
    return PassavantError(
        "sealing.service.stopping",
        got=("a service that is stopping", "un service en cours d'arrêt"),
        expected=("a running one", "un service en marche"),
        next_step=("Send the same request again when it is back.", "Renvoyez la même requête à son retour."),
    )


def _answer(pairs: list[tuple[_Waiting, Committed | BaseException]]) -> None:
    for one, answer in pairs:
        if one.answer.done():  # the client has gone
            continue
        if isinstance(answer, BaseException):
            one.answer.set_exception(answer)
        else:
            one.answer.set_result(answer)
