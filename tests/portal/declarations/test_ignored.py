"""What nothing reads is listed in the answer; what is wrong with a CSV is said of the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from declared import declaration
from django.test import Client

from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.models import Submission
from passavant.portal.declarations.working import work_on_one

Send = Callable[..., Any]


def _misspelt(number: str) -> dict[str, Any]:
    whole = declaration(number, chanel="post")
    whole["items"][0]["hs_kode"] = "610910"
    return whole


_TOLD = [
    {"field": "chanel", "records": 2, "did_you_mean": "channel"},
    {"field": "items[].hs_kode", "records": 2, "did_you_mean": "hs_code"},
]


def test_fields_that_nothing_reads_are_listed_at_once_and_when_asked_again(
    send: Send, client: Client, key: Callable[..., dict[str, str]]
) -> None:
    told = send([_misspelt("I1"), _misspelt("I2"), declaration("I3")]).json()
    again = client.get(f"/api/v1/declarations/submissions/{told['submission']}", headers=key()).json()

    assert [_TOLD, _TOLD] == [told["ignored"], again["ignored"]]


def test_a_name_that_cannot_be_printed_is_told_all_the_same(send: Send) -> None:
    told = send(declaration("I7", **{"a\0b": 1, "c\ud800": 2})).json()

    assert {"a\ufffdb", "c\ufffd"} == {one["field"] for one in told["ignored"]}


def test_nothing_is_listed_of_a_declaration_in_which_everything_is_read(send: Send) -> None:
    assert [] == send(declaration("I4")).json()["ignored"]


def test_a_finished_job_lists_them_too(send: Send, client: Client, key: Callable[..., dict[str, str]]) -> None:
    answer = send([_misspelt("I5"), _misspelt("I6"), *(declaration(f"J{number}") for number in range(99))])
    while work_on_one(desk()):
        pass
    told = client.get(answer.headers["Location"], headers=key()).json()

    assert [202, "finished", _TOLD, _TOLD] == [
        answer.status_code,
        told["state"],
        answer.json()["ignored"],
        told["ignored"],
    ]


def test_columns_of_a_csv_that_nothing_reads_are_listed(send: Send) -> None:
    told = send("Declaration ID,hs_kode\nK1,610910\nK2,610910\n", media="text/csv").json()

    assert [{"field": "hs_kode", "records": 2, "did_you_mean": "hs_code"}] == told["ignored"]
    assert told["ignored"] == Submission.objects.get().ignored


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a,b\n1,2\n", "dataset.reader.missing_columns"),
        ("\n", "dataset.reader.empty"),
        ("declaration_id,declaration_id\n1,2\n", "dataset.reader.column_twice"),
        (b"\x1f\x8b broken", "dataset.reader.unreadable"),
    ],
    ids=["other columns", "nothing", "a column twice", "damaged"],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_csv_that_cannot_be_read_is_refused_in_the_words_of_a_request(
    send: Send, body: str | bytes, code: str, language: str
) -> None:
    answer = send(body, media="text/csv", headers={"Accept-Language": language})
    told = answer.json()

    assert (400, code) == (answer.status_code, told["code"])
    assert {"en": "field", "fr": "champ"}[language] in told["where"]
    assert not [
        text for text in told.values() for word in ("--mapping", "/tmp", ".csv", "permissions") if word in str(text)
    ]


def test_a_filter_of_an_unknown_value_is_refused_and_those_that_are_known_are_named(
    client: Client, key: Callable[..., dict[str, str]]
) -> None:
    answer = client.get("/api/v1/declarations?outcome=banana", headers=key())
    (field,) = answer.json()["fields"]

    assert (422, "outcome") == (answer.status_code, field["field"])
    assert "'request_information'" in field["expected"]
