"""A witness over HTTP, as other programs see it (C2SP tlog-witness)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from witnessed import KEY, ORIGIN, Log, new_witness, served

from passavant.sealing.checkpoints import open_checkpoint
from passavant.sealing.notes import open_note
from passavant.sealing.witness import Request, WitnessState, request_text, witness_app

MONITOR = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[tuple[httpx.Client, WitnessState]]:
    with (
        new_witness(tmp_path / "w") as state,
        served(witness_app(state)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client, state


def _body(request: Request) -> bytes:
    return request_text(request.old, request.proof, request.note)


def test_a_checkpoint_is_cosigned_and_shown_to_monitors(witness: tuple[httpx.Client, WitnessState]) -> None:
    client, state = witness
    before = client.get(MONITOR)
    answer = client.post("/add-checkpoint", content=_body(Log(5).request(0)))
    after = client.get(MONITOR)

    assert (404, 200, 200) == (before.status_code, answer.status_code, after.status_code)
    signed = open_note(f"{Log(5).checkpoint.text()}\n{answer.text}", [state.key])
    assert state.key == signed.signatures[0].key
    assert 2 == len(open_checkpoint(after.text, [KEY.verifier, state.key], origin=ORIGIN).note.signatures)


def test_another_size_is_told_with_its_exact_type(witness: tuple[httpx.Client, WitnessState]) -> None:
    client, _ = witness
    client.post("/add-checkpoint", content=_body(Log(5).request(0)))
    answer = client.post("/add-checkpoint", content=_body(Log(6).request(0)))

    assert (409, "5\n", "text/x.tlog.size") == (answer.status_code, answer.text, answer.headers["content-type"])


def test_a_fork_is_refused_and_both_checkpoints_are_kept_in_the_machines_log(
    witness: tuple[httpx.Client, WitnessState], caplog: pytest.LogCaptureFixture
) -> None:
    client, _ = witness
    client.post("/add-checkpoint", content=_body(Log(5).request(0)))
    answer = client.post("/add-checkpoint", content=_body(Log(5, "b").request(5)))

    assert 422 == answer.status_code
    assert Log(5).checkpoint.text() in caplog.text
    assert Log(5, "b").checkpoint.text() in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"old x\n\n", 400),
        (b"old 0\n\nnothing signed\n", 400),
        (_body(Request(6, (), Log(5).checkpoint_note)), 400),
        (_body(Request(0, (), Log(5).checkpoint_note.replace("\n5\n", "\n6\n"))), 403),
        (_body(Request(0, (), Log(5).checkpoint_note.replace(ORIGIN, "other.example"))), 404),
        (b"old 0\n" + b"x" * 70_000, 413),
    ],
)
def test_a_refusal_says_why_in_the_clients_language(
    witness: tuple[httpx.Client, WitnessState], body: bytes, status: int
) -> None:
    client, _ = witness
    english = client.post("/add-checkpoint", content=body)
    french = client.post("/add-checkpoint", content=body, headers={"Accept-Language": "fr"})

    assert (status, status) == (english.status_code, french.status_code)
    assert english.text.strip()
    assert status == 413 or english.text != french.text


@pytest.mark.parametrize("path", ["/0/checkpoint", f"/{'0' * 64}/checkpoint", f"/{MONITOR[1:65].upper()}/checkpoint"])
def test_an_unknown_origin_is_not_shown(witness: tuple[httpx.Client, WitnessState], path: str) -> None:
    assert 404 == witness[0].get(path).status_code


def test_a_disk_that_fails_is_no_cosignature(witness: tuple[httpx.Client, WitnessState]) -> None:
    client, state = witness
    state._connection.close()
    state._connection = __import__("sqlite3").connect(":memory:")  # a database without tables: nothing can be stored
    answer = client.post("/add-checkpoint", content=_body(Log(5).request(0)))

    assert 507 == answer.status_code
    assert "nothing was cosigned" in answer.text
    assert 404 == client.get(MONITOR).status_code
