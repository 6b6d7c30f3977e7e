"""One job run by its function, and what came of it written down."""

from __future__ import annotations

import logging
import threading

from django.db import InterfaceError, OperationalError

from passavant.errors import PassavantError
from passavant.portal.jobs.kinds import KINDS
from passavant.portal.jobs.models import Job, State
from passavant.portal.jobs.progress import Cancelled, Interrupted, Lost, Progress
from passavant.portal.jobs.queue import end, give_back

__all__ = ["run"]

_log = logging.getLogger(__name__)


def run(job: Job, owner: str, stop: threading.Event, *, pause: float = 1.0) -> None:
    """Run a claimed job to its end, whatever that is.

    A refusal is kept in both languages; a fault of the function fails the job, its trace goes to the log; a lost database lets
    the job wait for the next attempt.

    Args:
        job: The job.
        owner: Who holds its lease.
        stop: Set when the worker is to stop.
        pause: Seconds between two writes of its progress.
    """
    kind = KINDS.get(job.kind)
    if kind is None:
        end(job.pk, owner, State.FAILED, error=_unknown(job.kind))
        return
    progress = Progress(job.pk, owner, stop, pause)
    try:
        result = kind.work(progress, **job.arguments)
        end(job.pk, owner, State.DONE, result=result, told=progress.told)
    except Cancelled:
        end(job.pk, owner, State.CANCELLED, told=progress.told)
    except Interrupted:
        give_back(job.pk, owner, attempted=False)
    except Lost:
        _log.warning("job %s (%s) is another worker's by now", job.pk, job.kind)
    except PassavantError as error:
        end(job.pk, owner, State.FAILED, error=error, told=progress.told)
    except (OperationalError, InterfaceError):
        _log.exception("job %s (%s) lost its database", job.pk, job.kind)
        give_back(job.pk, owner, attempted=True)
    except Exception:  # noqa: BLE001  # whatever it is, the worker goes on
        _log.exception("job %s (%s) failed", job.pk, job.kind)
        end(job.pk, owner, State.FAILED, error=_fault(job), told=progress.told)


def _unknown(kind: str) -> PassavantError:
    return PassavantError(
        "portal.job.kind",
        got=(f"a job of the kind {kind}, which this version does not know", f"une tâche du type {kind}, que cette version ne connaît pas"),
        expected=("a kind of this version", "un type de cette version"),
        next_step=("Start it again from its page.", "Relancez-la depuis sa page."),
    )  # fmt: skip


def _fault(job: Job) -> PassavantError:
    return PassavantError(
        "portal.job.fault",
        got=("a fault of Passavant itself", "une défaillance de Passavant lui-même"),
        expected=("a result, or a refusal in words", "un résultat, ou un refus motivé"),
        next_step=(
            f"Report it to whoever runs the portal; the server's log names the job {job.pk}.",
            f"Signalez-la à l'exploitant du portail ; le journal du serveur nomme la tâche {job.pk}.",
        ),
    )
