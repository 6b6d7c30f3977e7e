"""Answers have room for so many and so much, and what is not taken leaves no file behind."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from declared import declaration
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from passavant.portal.cases.kept_files import kept_path
from passavant.portal.cases.models import Answer, AnswerFile, Case

Key = Callable[..., dict[str, str]]
_EXAMPLE = (Path(__file__).parents[3] / "examples/declarations/invoice.pdf").read_bytes()


@pytest.fixture
def case(send: Callable[..., Any]) -> Case:
    send(declaration("A1", hs_code=None))
    return Case.objects.get()


@pytest.fixture
def answered(client: Client, key: Key, case: Case) -> Callable[..., Any]:
    """Return what answers with a text and, where one is given, a file."""
    own = key()

    def send(text: str, *contents: bytes) -> Any:
        files = [SimpleUploadedFile("invoice.pdf", content) for content in contents]
        return client.post("/api/v1/declarations/A1/answers", {"text": text, "files": files}, headers=own)

    return send


@pytest.fixture
def _failing(case: Case) -> Iterator[None]:
    """Let every answer fail once its row is written."""

    def fail(**_: Any) -> None:
        raise OSError("the disk is full")

    post_save.connect(fail, Answer)
    yield
    post_save.disconnect(fail, Answer)


def _invoice(name: str) -> bytes:
    return _EXAMPLE + f"% {name}\n".encode()


def _lies(content: bytes) -> bool:
    return kept_path("answers", hashlib.sha256(content).hexdigest()).exists()


def _sent_before(case: Case, size: int, ago: dt.timedelta) -> None:
    at, organisation = timezone.now() - ago, case.entry and case.entry.organisation
    made = Answer.objects.create(case=case, organisation=organisation, at=at, by="a key", text="so", digest="0" * 64)
    AnswerFile.objects.create(answer=made, name="a.pdf", kind="application/pdf", size=size, digest="0" * 64)


def test_an_answer_too_many_leaves_no_file_and_the_last_may_be_sent_again(answered: Callable[..., Any]) -> None:
    first = [answered(f"answer {number}") for number in range(19)]
    last, again = (answered("the last", _invoice("last")) for _ in range(2))
    refused = answered("too many", _invoice("too many"))

    assert {201} == {one.status_code for one in (*first, last, again)}
    assert (409, "cases.answer.many") == (refused.status_code, refused.json()["code"])
    assert (True, False) == (_lies(_invoice("last")), _lies(_invoice("too many")))


@pytest.mark.usefixtures("_failing")
def test_an_answer_that_fails_leaves_no_file(answered: Callable[..., Any]) -> None:
    with pytest.raises(OSError, match=r"the disk is full"):
        answered("see the invoice", _invoice("failed"))

    assert not _lies(_invoice("failed"))


def test_files_beyond_an_operators_day_wait_for_the_next(
    case: Case, answered: Callable[..., Any], settings: Any
) -> None:
    settings.PASSAVANT_ANSWER_MIB_A_DAY = 1
    _sent_before(case, 1 << 20, dt.timedelta(days=1))
    taken = answered("of today", _invoice("today"))
    _sent_before(case, 1 << 20, dt.timedelta())
    refused = answered("one more", _invoice("one more"))
    words = answered("words alone")

    assert (201, 429, 201) == (taken.status_code, refused.status_code, words.status_code)
    assert "cases.answer.day_full" == refused.json()["code"]
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert not _lies(_invoice("one more"))
