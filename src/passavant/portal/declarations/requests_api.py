"""What customs asks about a declaration, and the answers, over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from passavant.portal.cases.answering import answer
from passavant.portal.declarations import queries
from passavant.portal.declarations.requests import requests_of
from passavant.portal.operators.auth import caller_of, key_auth
from passavant.portal.operators.scopes import scope

__all__ = ["router"]

router = Router(tags=["declarations"])
_WRITE, _READ = key_auth.needing(scope("declarations:write")), key_auth.needing(scope("declarations:read"))


class ReasonAsked(Schema):
    """A reason of the decision that asks for something: its words, the law behind it, what to do about it."""

    code: str
    item_no: int | None
    text: dict[str, str]
    law: str | None
    what_to_do: dict[str, str]


class Request(Schema):
    """What an officer asked: the code of it and its words; ``question`` in the officer's own."""

    at: dt.datetime
    asked: str = Field(examples=["invoice"])
    text: dict[str, str]
    question: str


class FileSent(Schema):
    """A file of an answer, by what it holds."""

    name: str
    type: str
    size: int
    sha256: str


class Answered(Schema):
    """What was answered, and by whom of the declarant's."""

    at: dt.datetime
    by: str
    text: str
    files: list[FileSent]


class Asked(Schema):
    """What is asked and answered; ``answers_url`` is null where no answer is taken."""

    consignment_id: str
    declaration_id: str
    version: int
    state: str = Field(examples=["asked"])
    answers_url: str | None
    reasons: list[ReasonAsked]
    requests: list[Request]
    answers: list[Answered]


class Words(Schema):
    """The answer in words."""

    text: str = Field(max_length=20_000, examples=["The invoice is attached."])


@router.get("/{path:consignment}/requests", auth=_READ, response=Asked, summary="What customs asks about a declaration")
def asked(request: HttpRequest, consignment: str) -> Any:
    """Answer what is asked about its newest version, by the decision and by officers, and what was answered so far."""
    return requests_of(queries.own_entry(caller_of(request), consignment, None))


@router.post("/{path:consignment}/answers", auth=_WRITE, response={201: Asked}, summary="Answer what customs asks")
def answered(request: HttpRequest, consignment: str, words: Form[Words], files: File[list[UploadedFile]] = []) -> Any:  # noqa: B006 - ninja reads the default, nothing changes it
    """Take text and up to five files (PDF, JPEG, PNG; 10 MiB each, 20 MiB together); the same sent twice is one answer.

    A closed case, one about which nothing is asked, and trial data take none (409); a day holds so many files (429).
    """
    caller = caller_of(request)
    entry = queries.own_entry(caller, consignment, None)
    answer(entry, caller.actor, words.text, files)
    return Status(201, requests_of(entry))
