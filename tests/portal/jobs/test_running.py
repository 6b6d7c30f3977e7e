"""A job comes to an end, whatever its function does, and never to two."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from passavant.errors import BadInput
from passavant.portal.jobs.kinds import KINDS, kind
from passavant.portal.jobs.models import Job, State
from passavant.portal.jobs.progress import Progress
from passavant.portal.jobs.queue import MOST_ATTEMPTS, claim
from passavant.portal.jobs.running import run
from passavant.portal.jobs.services import start
from passavant.texts import Text

Work = Callable[..., Any]


def _nothing(_job: Progress) -> None:
    """Do nothing, well."""


@pytest.fixture
def doing() -> Iterator[Callable[[Work], Job]]:
    """Return what asks for a job that does this."""

    def ask(work: Work, **arguments: Any) -> Job:
        kind("test.work", Text("Work", "Travail"), Text("pieces", "pièces"))(work)
        return start("test.work", arguments)

    yield ask
    KINDS.pop("test.work", None)


def _run(owner: str = "one", stop: threading.Event | None = None, pause: float = 0) -> Job:
    job = claim(owner)
    assert job is not None
    run(job, owner, stop or threading.Event(), pause=pause)
    job.refresh_from_db()
    return job


def test_what_the_function_returns_is_the_result(db: None, doing: Any) -> None:
    def add(job: Progress, first: int, second: int) -> dict[str, int]:
        job.tell(1, 2)
        return {"sum": first + second}

    doing(add, first=2, second=3)
    job = _run()

    assert (State.DONE, {"sum": 5}, 1, 2) == (job.state, job.result, job.done, job.total)
    assert job.ended_at is not None
    assert claim("two") is None


def test_progress_is_written_once_in_a_pause_and_at_the_end(db: None, doing: Any) -> None:
    written = []

    def count(job: Progress) -> None:
        for number in range(1, 1001):
            job.tell(number, 1000)
        written.append(Job.objects.get().done)

    doing(count)
    job = _run(pause=3600)

    assert [1] == written
    assert (State.DONE, 1000, 1000) == (job.state, job.done, job.total)


def test_a_refusal_is_kept_in_both_languages(db: None, doing: Any) -> None:
    def refuse(job: Progress) -> None:
        raise BadInput("test.no", got=("an x", "un x"), expected=("a y", "un y"), next_step=("Try y.", "Essayez y."))

    doing(refuse)
    job = _run()

    assert (State.FAILED, "an x", "un x") == (job.state, job.error["en"]["got"], job.error["fr"]["got"])


def test_a_fault_fails_the_job_and_its_trace_goes_to_the_log(
    db: None, doing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    doing(lambda _job: 1 // 0)
    job = _run()

    assert (State.FAILED, "portal.job.fault") == (job.state, job.error["en"]["code"])
    assert "ZeroDivisionError" in caplog.text


def test_a_kind_that_is_gone_fails_in_words(db: None, doing: Any) -> None:
    doing(_nothing)
    del KINDS["test.work"]
    job = _run()

    assert (State.FAILED, "portal.job.kind") == (job.state, job.error["en"]["code"])


def test_a_running_job_is_cancelled_at_its_next_word(db: None, doing: Any) -> None:
    def work(job: Progress) -> None:
        job.tell(1)
        Job.objects.filter(pk=job.job).update(cancel_asked=True)
        job.tell(2)
        raise AssertionError("it went on")

    doing(work)

    assert State.CANCELLED == _run().state


def test_a_stopping_worker_leaves_the_job_to_the_next_and_no_attempt_is_counted(db: None, doing: Any) -> None:
    stop = threading.Event()

    def work(job: Progress) -> None:
        stop.set()
        job.tell(1)
        raise AssertionError("it went on")

    doing(work)
    job = _run(stop=stop)

    assert (State.WAITING, 0, "") == (job.state, job.attempts, job.lease_owner)


def test_a_lost_database_is_tried_again_and_counted(db: None, doing: Any, caplog: pytest.LogCaptureFixture) -> None:
    def work(job: Progress) -> None:
        raise OperationalError("gone")

    doing(work)
    job = _run()

    assert (State.WAITING, 1) == (job.state, job.attempts)


def _let_lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_job_whose_worker_died_is_taken_again_and_given_up_in_the_end(db: None, doing: Any) -> None:
    doing(_nothing)
    for number in range(MOST_ATTEMPTS):
        taken = claim(f"worker {number}")
        assert taken is not None
        assert claim("another") is None
        _let_lapse(taken)
    given_up = claim("one more")
    taken.refresh_from_db()

    assert given_up is None
    assert (State.FAILED, "portal.job.given_up") == (taken.state, taken.error["en"]["code"])
    assert "3 fois" in taken.error["fr"]["got"]


def test_a_cancelled_job_of_a_dead_worker_is_not_started_again(db: None, doing: Any) -> None:
    doing(_nothing)
    taken = claim("one")
    assert taken is not None
    _let_lapse(taken)
    Job.objects.update(cancel_asked=True)
    again = claim("two")
    taken.refresh_from_db()

    assert (None, State.CANCELLED) == (again, taken.state)


def test_a_worker_that_was_cut_off_writes_nothing_over_the_next_ones_work(
    db: None, doing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def work(job: Progress, slow: bool) -> str:
        Job.objects.filter(pk=job.job).update(lease_owner="the next")
        if not slow:
            job.tell(1)
            raise AssertionError("it went on")
        return "late"

    jobs = []
    for slow in (True, False):
        doing(work, slow=slow)
        jobs.append(_run(owner="the cut off"))

    assert [("the next", State.RUNNING, None)] * 2 == [(job.lease_owner, job.state, job.result) for job in jobs]


def test_many_workers_take_each_job_once(committed: None, doing: Any) -> None:
    for _ in range(20):
        doing(_nothing)
    taken: list[Any] = []

    def work(name: str) -> None:
        try:
            while job := claim(name):
                taken.append(job.pk)
                run(job, name, threading.Event())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (20, 20) == (len(taken), len(set(taken)))
    assert {State.DONE} == set(Job.objects.values_list("state", flat=True))
