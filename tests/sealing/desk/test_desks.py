"""The log of this machine and one behind a server, used alike."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from passavant.errors import BadInput, NotFound, PassavantError
from passavant.sealing import SigningKey, Statement
from passavant.sealing.desk import (
    Document,
    LocalDesk,
    NotAcknowledged,
    RemoteDesk,
    Unreachable,
    ask_status,
    find_sealed,
    open_desk,
    own_seals,
    revoke,
    salt_of,
    seal,
    trust,
)
from passavant.sealing.documents import document_sha256
from passavant.sealing.keys import ISSUER, LOG, create_key
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.service import ServiceSettings, build_app
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit
from passavant.sealing.verification import verify_receipt
from passavant.sealing.witness import Refusal, WitnessAlarm


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PASSAVANT_LOG", raising=False)
    return tmp_path / "home"


@pytest.fixture
def issuer(home: Path) -> SigningKey:
    key, issuer = (
        create_key(LOG, "seals.customs.example/log", None),
        create_key(ISSUER, "customs.example/permits", None),
    )
    create_log(home / "log", key)
    with LogWriter(home / "log", key) as writer:
        writer.admit(issuer.verifier)
    return issuer


@pytest.fixture(params=["local", "remote"])
def desk(request: pytest.FixtureRequest, home: Path, issuer: SigningKey) -> Iterator[LocalDesk | RemoteDesk]:
    from passavant.sealing.keys import load_key

    if request.param == "local":
        yield LocalDesk(home / "log")
        return
    app = build_app(ServiceSettings(home / "log", load_key(LOG, None), interval=0.05))
    with _serving(app) as address:
        yield RemoteDesk(address)


def _document(folder: Path, text: str) -> Document:
    path = folder / f"{text}.xml"
    path.write_text(text)
    return Document(path, document_sha256(path), "851")


def test_documents_are_sealed_found_and_revoked(
    desk: LocalDesk | RemoteDesk, issuer: SigningKey, tmp_path: Path
) -> None:
    documents = [_document(tmp_path, name) for name in ("a", "b", "c")]
    receipts = seal(documents, issuer, desk)
    policy = trust()
    verdicts = [verify_receipt(*pair, policy) for pair in zip(receipts, (one.sha256 for one in documents), strict=True)]

    assert [2, 3, 4] == [one.index for one in verdicts]
    assert ["valid"] * 3 == [ask_status(one, desk, policy).state for one in verdicts]
    revoke(verdicts[1].entry.statement.document, "lost_or_stolen", issuer, desk)
    asked = ask_status(verdicts[1], desk, policy)
    assert ("revoked", "lost_or_stolen") == (asked.state, (asked.status or {})["revoked"]["reason"])
    assert [receipts[0].data] == [one.data for one in find_sealed(documents[0].sha256, desk)]
    assert [] == find_sealed(bytes(32), desk)


def test_a_salted_document_has_a_digest_that_only_its_issuer_can_make_again(
    desk: LocalDesk | RemoteDesk, issuer: SigningKey, tmp_path: Path
) -> None:
    document = _document(tmp_path, "short form")
    first, second = (seal([document], issuer, desk, salt=True)[0] for _ in range(2))
    other = SigningKey.generate(issuer.name)

    assert first.data == second.data
    assert salt_of(issuer, document.sha256) == second.salt
    assert second.salt not in (salt_of(other, document.sha256), salt_of(issuer, bytes(32)))
    assert [] == find_sealed(document.sha256, desk)
    assert [first.entry.statement.document] == list(own_seals(document.sha256, issuer, desk))
    assert verify_receipt(second, document.sha256, trust()).good


def test_a_refusal_comes_with_its_words(desk: LocalDesk | RemoteDesk) -> None:
    stranger = SigningKey.generate("stranger.example")
    with pytest.raises(PassavantError) as caught:
        desk.seal(submit(stranger, [Statement("seal", stranger.name, now(), digest="ab" * 32)], desk.origin))

    assert "sealing.issuer.unknown" == caught.value.code


def test_a_seal_that_the_log_forgot_is_evidence(
    desk: LocalDesk | RemoteDesk, issuer: SigningKey, tmp_path: Path, home: Path
) -> None:
    (receipt,) = seal([_document(tmp_path, "a")], issuer, desk)
    verdict = verify_receipt(receipt, _document(tmp_path, "a").sha256, trust())
    import sqlite3

    with sqlite3.connect(home / "log" / "log.sqlite") as connection:
        connection.execute("DELETE FROM statements")
    with pytest.raises(NotFound) as caught:
        ask_status(verdict, desk, trust())

    assert "sealing.log.forgot" == caught.value.code


def test_the_server_named_is_the_log_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput) as caught:
        open_desk(None)
    assert "passavant log init" in caught.value.next_step[0]
    monkeypatch.setenv("PASSAVANT_LOG", "http://127.0.0.1:9")
    with pytest.raises(PassavantError) as unreachable:
        open_desk(None)

    assert "sealing.desk.unreachable" == unreachable.value.code


@pytest.mark.parametrize("lie", ["status", "stale", "other", "unsigned"])
def test_a_server_that_lies_about_the_status_is_not_believed(
    lie: str, home: Path, issuer: SigningKey, tmp_path: Path
) -> None:
    import datetime as dt

    from passavant.sealing.keys import load_key
    from passavant.sealing.log import LogReader
    from passavant.sealing.service.status_note import status_note

    document = _document(tmp_path, "a")
    (receipt,) = seal([document], issuer, LocalDesk(home / "log"))
    revoke(receipt.entry.statement.document, "cancelled", issuer, LocalDesk(home / "log"))
    key = load_key(LOG, None)

    async def answer(request: Request) -> Response:
        digest = document.sha256.hex()
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2 if lie == "stale" else 0)
        signer = SigningKey.generate(key.name) if lie == "unsigned" else key
        with LogReader(home / "log") as reader:
            seals = reader.look_up("sha-256", digest)
            note = status_note(signer, "sha-256", "cd" * 32 if lie == "other" else digest, 4, seals, at)
        records = [seal.record() | ({"status": "valid"} if lie == "status" else {}) for seal in seals]
        return JSONResponse({"seals": records, "status_note": note})

    async def about(request: Request) -> Response:
        return JSONResponse({"origin": key.name, "key": str(key.verifier), "size": 4, "witnesses": []})

    app = Starlette(routes=[Route("/api/v1/log", about), Route("/api/v1/seals/{alg}/{digest}", answer)])
    policy = trust()
    verdict = verify_receipt(receipt, document.sha256, policy)
    with _serving(app) as address, pytest.raises(BadInput):
        ask_status(verdict, RemoteDesk(address), policy)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", json.dumps({"origin": 5}).encode()])
def test_a_server_that_answers_nonsense_is_named(body: bytes) -> None:
    async def about(request: Request) -> Response:
        return Response(body)

    app = Starlette(routes=[Route("/api/v1/log", about)])
    with _serving(app) as address, pytest.raises(PassavantError) as caught:
        RemoteDesk(address)

    assert "sealing.desk.unreachable" == caught.value.code
    assert address in caught.value.diagnostics("fr")


def _serving(app: Any) -> Any:
    import contextlib
    import threading
    import time

    @contextlib.contextmanager
    def serving() -> Iterator[str]:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

    return serving()


@pytest.mark.parametrize("action", ["seal", "revoke"])
def test_a_server_that_acknowledges_something_else_is_found_out(
    action: str, home: Path, issuer: SigningKey, tmp_path: Path
) -> None:
    local = LocalDesk(home / "log")
    (old,) = seal([_document(tmp_path, "old")], issuer, local)

    async def about(request: Request) -> Response:
        return JSONResponse({"origin": local.origin, "key": str(local.key), "size": 4, "witnesses": []})

    async def taken(request: Request) -> Response:
        return JSONResponse({"seals": [{"index": old.proof.index}]}, 201)

    async def proof(request: Request) -> Response:
        return Response(old.text())

    routes = [
        Route("/api/v1/log", about),
        Route("/api/v1/seals", taken, methods=["POST"]),
        Route("/api/v1/proofs/{n}", proof),
    ]
    said = {
        "seal": lambda desk: seal([_document(tmp_path, "new")], issuer, desk),
        "revoke": lambda desk: revoke(old.entry.statement.document, "cancelled", issuer, desk),
    }[action]
    with _serving(Starlette(routes=routes)) as address, pytest.raises(NotAcknowledged):
        said(RemoteDesk(address))


@pytest.mark.parametrize("seals", [[1], [{"index": "2"}], {}, None])
def test_seals_of_another_form_are_no_answer(desk: LocalDesk | RemoteDesk, seals: Any) -> None:
    async def about(request: Request) -> Response:
        return JSONResponse({"origin": desk.origin, "key": str(desk.key), "size": 4, "witnesses": []})

    async def found(request: Request) -> Response:
        return JSONResponse({"documents": [{"digest": "ab" * 32, "seals": seals}]})

    app = Starlette(routes=[Route("/api/v1/log", about), Route("/api/v1/seals", found)])
    with _serving(app) as address, pytest.raises(Unreachable):
        RemoteDesk(address).look_up("sha-256", "ab" * 32)


def test_a_receipt_outlives_an_alarm_of_a_witness(home: Path, issuer: SigningKey, tmp_path: Path) -> None:
    def alarmed(note: str, reader: Any) -> str:
        raise WitnessAlarm((Refusal("north", ("FORK", "BIFURCATION"), alarming=True),))

    document = _document(tmp_path, "a")
    (receipt,) = seal([document], issuer, LocalDesk(home / "log", alarmed))

    assert verify_receipt(receipt, document.sha256, trust()).good


def test_an_expired_seal_stays_expired_whatever_another_seal_of_it_says(
    desk: LocalDesk | RemoteDesk, issuer: SigningKey, tmp_path: Path
) -> None:
    document = dataclasses.replace(_document(tmp_path, "a"), valid_until="2026-01-01T00:00:00Z")
    (receipt,) = seal([document], issuer, desk)
    verdict = verify_receipt(receipt, document.sha256, trust())
    seal([_document(tmp_path, "b")], issuer, desk)

    assert ["expired", "expired"] == [verdict.state, ask_status(verdict, desk, trust()).state]


def test_a_server_that_bears_the_name_of_a_trusted_log_is_an_impostor(home: Path, issuer: SigningKey) -> None:
    local = LocalDesk(home / "log")
    other = SigningKey.generate(local.origin).verifier

    async def about(request: Request) -> Response:
        return JSONResponse({"origin": local.origin, "key": str(other), "size": 4, "witnesses": []})

    with _serving(Starlette(routes=[Route("/api/v1/log", about)])) as address, pytest.raises(BadInput) as caught:
        open_desk(address)

    assert "sealing.desk.impostor" == caught.value.code


def test_no_server_can_make_a_desk_give_the_digest_of_a_document_away(home: Path, issuer: SigningKey) -> None:
    local, asked = LocalDesk(home / "log"), list[str]()

    async def about(request: Request) -> Response:
        return JSONResponse({"origin": local.origin, "key": str(local.key), "size": 4, "witnesses": []})

    async def crowded(request: Request) -> Response:
        asked.append(request.query_params.get("prefix", request.url.path))
        said = dict.fromkeys(("got", "expected", "next_step"), "x")
        return JSONResponse({"code": "sealing.lookup.prefix"} | said, 400)

    routes = [
        Route("/api/v1/log", about),
        Route("/api/v1/seals", crowded),
        Route("/api/v1/seals/{alg}/{digest}", crowded),
    ]
    with _serving(Starlette(routes=routes)) as address, pytest.raises(BadInput):
        RemoteDesk(address).look_up("sha-256", "ab" * 32)

    assert ["ababa", "ababab", "abababa", "abababab"] == asked
