"""Periodic functions: when due, one at a time, no more often than asked."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from passavant.portal.jobs.models import Schedule
from passavant.portal.jobs.periodic import PERIODIC, claim_due, every, run_claimed


@pytest.fixture
def ran() -> Iterator[list[str]]:
    """Return what the one periodic function of the test appends to."""
    kept = dict(PERIODIC)
    PERIODIC.clear()
    calls: list[str] = []
    every("test.hourly", 3600, retry=60)(lambda: calls.append("ran"))
    yield calls
    PERIODIC.clear()
    PERIODIC.update(kept)


def _work(owner: str = "one") -> bool:
    taken = claim_due(owner)
    if taken is not None:
        run_claimed(taken, owner)
    return taken is not None


def _pass(seconds: int) -> None:
    """Let time pass for the schedule."""
    schedule = Schedule.objects.get()
    schedule.due_at -= dt.timedelta(seconds=seconds)
    schedule.save()


def test_it_runs_at_once_and_then_no_more_often_than_asked(db: None, ran: list[str]) -> None:
    first, second = _work(), _work()
    _pass(3590)
    early = _work()
    _pass(10)
    late = _work()

    assert (True, False, False, True) == (first, second, early, late)
    assert 2 == len(ran)


def test_after_a_failure_it_is_tried_again_sooner(db: None, ran: list[str], caplog: pytest.LogCaptureFixture) -> None:
    every("test.hourly", 3600, retry=60)(lambda: 1 // 0)
    first = _work()
    failed = Schedule.objects.get().failed
    _pass(61)
    second = _work()

    assert (True, True, True) == (first, failed, second)
    assert "ZeroDivisionError" in caplog.text


def test_one_process_at_a_time_runs_it_and_a_dead_ones_is_taken_over(db: None, ran: list[str]) -> None:
    taken = claim_due("one")
    meanwhile = claim_due("two")
    Schedule.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    after = claim_due("two")
    assert taken is not None
    run_claimed(taken, "one")  # it was not dead after all: what it writes no longer counts

    assert meanwhile is None
    assert after is not None
    assert "two" == Schedule.objects.get().lease_owner


def test_a_function_that_is_gone_is_left_alone(db: None, ran: list[str]) -> None:
    Schedule.objects.create(name="test.of_an_older_version")

    assert (True, False) == (_work(), _work())


def test_many_workers_run_it_once(committed: None, ran: list[str]) -> None:
    def work(name: str) -> None:
        try:
            _work(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["ran"] == ran
