"""Quotas hold for all processes together, give room again with the next minute and day, and write little."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from passavant.portal.api.root import refused
from passavant.portal.operators import quotas
from passavant.portal.operators.callers import Caller
from passavant.portal.operators.models import Usage
from passavant.portal.operators.refusals import QuotaExceeded
from passavant.portal.operators.services import make_key, set_quota
from passavant.portal.operators.verification import verified
from passavant.portal.people.models import Organisation

#: A minute's and a day's beginning at once.
_MIDNIGHT = 20_000 * 86_400


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what sets the time, in seconds after a midnight."""

    def sets(seconds: float) -> None:
        monkeypatch.setattr(quotas.time, "time", lambda: _MIDNIGHT + seconds)

    sets(0)
    return sets


def _caller(post: Organisation, *, sandbox: bool = False) -> Caller:
    caller = verified(make_key(post, "t", ["declarations:write"], by="t", sandbox=sandbox)[1], "")
    assert caller is not None
    return caller


def _taken(caller: Caller, times: int) -> int:
    """Take one at a time; return how many were let through."""
    for number in range(times):
        try:
            quotas.take(caller, 1)
        except QuotaExceeded:
            return number
    return times


def test_as_many_as_allowed_pass_and_no_more(post: Organisation, clock: Any) -> None:
    set_quota(post, 30, 1000, by="t")
    caller = _caller(post)
    passed = _taken(caller, 40)
    clock(59)
    with pytest.raises(QuotaExceeded) as late:
        quotas.take(caller, 1)

    assert 30 == passed
    assert (429, 1, "1") == (late.value.status, late.value.retry_after, late.value.headers["Retry-After"])


def test_the_next_minute_gives_room_until_the_day_is_used_up(post: Organisation, clock: Any) -> None:
    set_quota(post, 30, 50, by="t")
    caller, passed = _caller(post), []
    for minute in range(3):
        clock(60 * minute)
        passed.append(_taken(caller, 40))
    with pytest.raises(QuotaExceeded, match="50 declarations a day") as full:
        quotas.take(caller, 1)
    clock(86_400)

    assert [30, 20, 0] == passed
    assert 86_400 - 120 == full.value.retry_after
    assert 30 == _taken(caller, 40)


def test_what_is_refused_is_not_counted(post: Organisation, clock: Any) -> None:
    set_quota(post, 30, 1000, by="t")
    caller = _caller(post)
    with pytest.raises(QuotaExceeded):
        quotas.take(caller, 31)
    quotas.take(caller, 30)

    assert (30, 30) == Usage.objects.values_list("in_minute", "in_day").get()


def test_what_a_process_took_and_did_not_send_goes_back_to_the_day(post: Organisation, clock: Any) -> None:
    caller = _caller(post)
    quotas.take(caller, 1)
    leased = Usage.objects.get().in_day
    clock(60)
    quotas.take(caller, 1)

    assert (quotas.LEASE, 1 + quotas.LEASE) == (leased, Usage.objects.get().in_day)


def test_most_requests_write_nothing(post: Organisation, clock: Any, django_assert_max_num_queries: Any) -> None:
    caller = _caller(post)
    with django_assert_max_num_queries(4 + 1000 // quotas.LEASE):
        passed = _taken(caller, 1000)

    assert 1000 == passed


def test_who_insists_costs_nothing(post: Organisation, clock: Any, django_assert_num_queries: Any) -> None:
    set_quota(post, 10, 1000, by="t")
    caller = _caller(post)
    _taken(caller, 11)
    with django_assert_num_queries(0):
        refused_again = _taken(caller, 1)
    clock(60)

    assert (0, 10) == (refused_again, _taken(caller, 11))


def test_fewer_may_pass_where_more_were_refused(post: Organisation, clock: Any) -> None:
    set_quota(post, 10, 1000, by="t")
    caller = _caller(post)
    with pytest.raises(QuotaExceeded):
        quotas.take(caller, 11)

    assert 10 == _taken(caller, 11)


def test_trials_have_a_quota_of_their_own(post: Organisation, clock: Any) -> None:
    set_quota(post, 5, 5, by="t")
    real, trial = _caller(post), _caller(post, sandbox=True)

    assert (5, 100) == (_taken(real, 100), _taken(trial, 100))
    assert quotas.SANDBOX[0] - 100 == quotas.allowance(trial).left_in_minute


def test_a_clock_that_is_behind_does_not_begin_the_minute_again(post: Organisation, clock: Any) -> None:
    set_quota(post, 30, 1000, by="t")
    caller = _caller(post)
    clock(60)
    _taken(caller, 30)
    clock(59)

    assert 0 == _taken(caller, 1)


def test_the_fields_say_what_is_allowed_and_what_is_left(post: Organisation, clock: Any) -> None:
    set_quota(post, 30, 1000, by="t")
    caller = _caller(post)
    _taken(caller, 7)
    clock(10)
    fields = quotas.allowance(caller).headers()

    assert '"minute";q=30;w=60, "day";q=1000;w=86400' == fields["RateLimit-Policy"]
    assert '"minute";r=23;t=50, "day";r=993;t=86390' == fields["RateLimit"]


def test_many_at_once_do_not_pass_more_than_allowed(committed: None, post: Organisation, clock: Any) -> None:
    set_quota(post, 100, 1000, by="t")
    caller, passed = _caller(post), []

    def several() -> None:
        try:
            passed.append(_taken(caller, 40))
        finally:
            connection.close()

    threads = [threading.Thread(target=several) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 100 == sum(passed)


def test_two_processes_share_what_is_allowed(post: Organisation, clock: Any) -> None:
    set_quota(post, 100, 1000, by="t")
    caller = _caller(post)
    first = _taken(caller, 33)
    quotas.forget_leases()  # another process knows nothing of what this one has in hand
    second = _taken(caller, 100)

    assert 100 - 100 // 20 < first + second <= 100


def test_the_problem_of_a_refusal_names_the_quota_in_both_languages(post: Organisation, clock: Any) -> None:
    set_quota(post, 1, 1000, by="t")
    with pytest.raises(QuotaExceeded) as refused:
        quotas.take(_caller(post), 2)

    assert re.search("1 declarations a minute", refused.value.got[0])
    assert re.search("1 déclarations par minute", refused.value.got[1])


def test_a_refusal_is_answered_with_its_status_and_when_to_come_back(post: Organisation, clock: Any) -> None:
    set_quota(post, 1, 1000, by="t")
    with pytest.raises(QuotaExceeded) as found:
        quotas.take(_caller(post), 2)
    answer = refused(RequestFactory().get("/api/v1/declarations"), found.value)

    assert (429, "application/problem+json", "60") == (
        answer.status_code, answer.headers["Content-Type"], answer.headers["Retry-After"],
    )  # fmt: skip
    assert '"minute";q=1;w=60' in answer.headers["RateLimit-Policy"]
