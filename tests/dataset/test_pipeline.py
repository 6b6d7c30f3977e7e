"""Stages that overlap: in order, with their errors, and stopped when nobody listens."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator

import pytest

from passavant.dataset.pipeline import ahead, quick_switching


@pytest.mark.parametrize("depth", [1, 3])
def test_items_come_in_order_and_all_of_them(depth: int) -> None:
    assert list(range(50)) == list(ahead(ahead(iter(range(50)), depth), depth))
    assert [] == list(ahead(()))


def test_an_error_comes_after_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise KeyError("three")

    seen: list[int] = []

    def collect() -> None:
        for item in ahead(ahead(failing())):
            seen.append(item)  # noqa: PERF402  # an error comes in the middle

    with pytest.raises(KeyError, match="three"):
        collect()

    assert [1, 2] == seen


def test_another_thread_does_the_work() -> None:
    assert [False] == list(ahead(threading.current_thread() is threading.main_thread() for _ in range(1)))


def test_when_the_consumer_stops_every_stage_ends_and_is_closed() -> None:
    closed = []

    def endless() -> Iterator[int]:
        try:
            yield from itertools.count()
        finally:
            closed.append("source")

    threads = threading.active_count()
    stages = ahead(number for number in ahead(endless()))
    assert [0, 1] == [next(stages), next(stages)]
    stages.close()  # type: ignore[attr-defined]

    assert (["source"], threads) == (closed, threading.active_count())


def test_threads_take_turns_more_often_only_inside_the_block() -> None:
    before, inside = sys.getswitchinterval(), []

    def fail() -> None:
        with quick_switching():
            inside.append(sys.getswitchinterval())
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert before == sys.getswitchinterval()
    assert inside[0] <= before
    assert inside[0] < 0.005
