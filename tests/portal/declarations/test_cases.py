"""Cases are opened by the transaction that acknowledges, and closed by an amendment or a cancellation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from declared import declaration
from django.test import Client

from passavant.portal.cases import receivers
from passavant.portal.cases.models import Case, State
from passavant.portal.declarations import deciding
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.models import Batch, Entry, Submission
from passavant.portal.declarations.working import work_on_one

Send = Callable[..., Any]
#: No HS code: what customs asks about.
_ASKED = {"hs_code": None}


def _states() -> dict[str, str]:
    return {f"{case.consignment_id}@{case.version}": case.state for case in Case.objects.all()}


def test_a_case_is_opened_for_what_is_not_released(send: Send) -> None:
    told = send([declaration("A1"), declaration("A2", **_ASKED)]).json()["declarations"]

    assert ["release", "request_information"] == [one["outcome"] for one in told]
    assert {"EU:LP:A2@1": "open"} == _states()


def test_an_amendment_closes_the_case_of_the_version_before(send: Send) -> None:
    send(declaration("B1", **_ASKED))

    send(declaration("B1", version=2))

    assert {"EU:LP:B1@1": "superseded"} == _states()


def test_a_control_ordered_while_the_amendment_is_decided_stands(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(declaration("H1", **_ASKED))
    clear = deciding._cleared

    def controlled_meanwhile(*given: Any) -> Any:
        Case.objects.update(state=State.CONTROL)
        return clear(*given)

    monkeypatch.setattr(deciding, "_cleared", controlled_meanwhile)

    told = send(declaration("H1", version=2)).json()["declarations"][0]

    assert ("refused", "declarations.version.controlled") == (told["status"], told["errors"][0]["code"])
    assert {"EU:LP:H1@1": "control"} == _states()


def test_a_cancellation_closes_the_case(send: Send, client: Client, key: Callable[..., dict[str, str]]) -> None:
    send(declaration("C1", **_ASKED))

    client.post(
        "/api/v1/declarations/C1/cancellation",
        json.dumps({"reason": "not sent"}),
        content_type="application/json",
        headers=key(),
    )

    assert {"EU:LP:C1@1": "cancelled"} == _states()


def test_trial_data_opens_no_case(send: Send, key: Callable[..., dict[str, str]]) -> None:
    send(declaration("D1", **_ASKED), headers=key(sandbox=True))

    assert {} == _states()


def test_of_many_the_cases_are_opened_too(send: Send) -> None:
    send([declaration(f"E{number}", **(_ASKED if number % 100 == 0 else {})) for number in range(450)])

    work_on_one(desk())

    assert {f"EU:LP:E{number}@1" for number in range(0, 450, 100)} == _states().keys()
    assert 450 == Submission.objects.get().decided


def test_where_a_case_cannot_be_opened_nothing_is_acknowledged(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> None:
        raise LookupError

    monkeypatch.setattr(receivers, "open_cases", failing)

    with pytest.raises(LookupError):
        send(declaration("F1", **_ASKED))

    assert (0, 0) == (Entry.objects.count(), Batch.objects.count())
