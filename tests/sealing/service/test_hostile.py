"""What the internet sends to a service: broken, oversized, forged and hurried requests, and one honest batch of 10,000."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import socket
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
import urllib3

from passavant.errors import PassavantError
from passavant.sealing import SigningKey, Statement
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.receipts import Receipt
from passavant.sealing.service import ServiceSettings, limits
from passavant.sealing.service.committing import Committer
from passavant.sealing.service.limits import Busy, InFlight
from passavant.sealing.statements import now
from passavant.sealing.submissions import Submission, submit
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_receipt

_POOL = urllib3.PoolManager(retries=False)


def _digest(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


_LOG = "seals.customs.example/log"


def _sealed(issuer: SigningKey, *texts: object) -> Submission:
    return submit(issuer, [Statement("seal", issuer.name, now(), digest=_digest(text)) for text in texts], _LOG)


def _post(address: str, body: Any, **headers: str) -> urllib3.BaseHTTPResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _POOL.request("POST", f"{address}/api/v1/seals", body=data, headers=headers)


def _get(address: str, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _POOL.request("GET", address + path, headers=named)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe{}", b'{"key":"\xe9"}', b'{"key":"\\ud800"}', b'{"\\udfff":"key"}', b"[" * 100_000,
        b'{"key":1,"key":2}', b'{"key":1e400}', b'{"key":NaN}', b"1" * 5000, gzip.compress(b"{}", mtime=0),
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_body_that_is_no_submission_is_refused_with_a_next_step(served: str, body: bytes) -> None:
    answer = _post(served, body)
    told = answer.json()

    assert 400 == answer.status
    assert told["code"] in ("sealing.json.refused", "sealing.submission.refused")
    assert all(told[part] for part in ("got", "expected", "next_step"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"digest": "AB" * 32}, "digest"), ({"digest": 7}, "digest"), ({"alg": "md5"}, "alg"), ({"v": 2}, "v"),
        ({"v": True}, "v"), ({"issued_at": "yesterday"}, "issued_at"), ({"issued_at": "2026-02-30T00:00:00Z"}, "issued_at"),
        ({"file_name": "secret.pdf"}, "file_name"), ({"action": "admit"}, "scope"), ({"action": ["seal"]}, "action"),
        ({"alg": ["sha-256"]}, "alg"), ({"tree_size": 1 << 60}, None), ({"digest": "ab" * 32 + "\n"}, "digest"),
    ],
    ids=str,
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(
    served: str, issuer_key: SigningKey, change: dict[str, Any], field: str | None
) -> None:
    body = _sealed(issuer_key, "wrong").record()
    body["statements"][0] |= change
    answer = _post(served, body)

    assert 400 == answer.status
    assert field is None or field in (answer.json()["where"] or "")


def test_forged_and_stolen_submissions_are_refused(served: str, issuer_key: SigningKey) -> None:
    honest, stranger = _sealed(issuer_key, "forged").record(), SigningKey.generate("stranger.example")
    altered = json.loads(json.dumps(honest))
    altered["statements"][0]["digest"] = _digest("another")
    in_anothers_name = _sealed(issuer_key, "forged").record() | {"key": str(stranger.verifier)}
    own_key_same_name = _sealed(SigningKey.generate(issuer_key.name), "forged").record()

    assert [403] * 3 == [_post(served, body).status for body in (altered, in_anothers_name, own_key_same_name)]
    assert 404 == _get(served, f"/api/v1/seals/sha-256/{_digest('forged')}").status


def test_one_statement_too_many_is_refused(served: str, issuer_key: SigningKey) -> None:
    body = _sealed(issuer_key, "one").record()
    body["statements"] *= 10_001
    answer = _post(served, body)

    assert (400, "a submission with 10001 statements") == (answer.status, answer.json()["got"])


def test_a_body_of_17_mb_is_refused_before_it_is_read_whole(served: str) -> None:
    answer = _post(served, b" " * 17_000_000)

    assert (413, "sealing.service.large") == (answer.status, answer.json()["code"])


def test_a_batch_of_10000_is_sealed_and_proved(served: str, issuer_key: SigningKey, log_key: SigningKey) -> None:
    names = range(10_000)
    answer = _post(served, _sealed(issuer_key, *names).record()).json()
    policy = TrustPolicy().with_log(log_key.verifier)
    for name in (0, 1, 4095, 4096, 8191, 8192, 9999):
        seal = answer["seals"][name]
        receipt = Receipt.parse(_get(served, f"/api/v1/proofs/{seal['index']}").data.decode())
        verdict = verify_receipt(receipt, bytes.fromhex(_digest(name)), policy)
        assert (seal["index"], "sealed") == (verdict.index, verdict.state)
    again = _post(served, _sealed(issuer_key, *names).record())

    assert 10_000 == answer["added"]
    assert (200, 0) == (again.status, again.json()["added"])
    assert [seal["index"] for seal in answer["seals"]] == [seal["index"] for seal in again.json()["seals"]]


@pytest.mark.parametrize(
    "path",
    [
        "../log.sqlite", "../../log.sqlite", "..%2f..%2flog.sqlite", "%2e%2e/%2e%2e/log.sqlite", "0/../../checkpoint",
        "/etc/passwd", "0/000.p/0", "0/000.p/256", "0/000.p/257", "64/000", "0/x000/000%00", "0/%D9%A0%D9%A0%D9%A0", "entries/../../log.lock",
        "0", "", "x" * 5000,
    ],
    ids=lambda path: path[:24],
)  # fmt: skip
def test_no_path_leads_out_of_the_tiles(served: str, path: str) -> None:
    host, _, port = served.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:  # as it is: a client's library would tidy it
        raw.sendall(f"GET /tile/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))

    assert answer.split(b" ", 2)[1] in (b"404", b"400")
    assert b"SQLite format" not in answer


@pytest.mark.parametrize(
    ("index", "status"),
    [("999999999999999", 404), ("1" * 16, 400), ("9" * 4000, 400), ("-1", 400), ("1e3", 400), ("٣", 400), ("0x1", 400)],
)
def test_a_place_that_the_log_has_not_is_no_fault_of_the_service(served: str, index: str, status: int) -> None:
    answer = _get(served, f"/api/v1/proofs/{urllib.parse.quote(index)}")

    assert status == answer.status
    assert answer.json()["next_step"]


def test_the_name_of_a_request_is_for_one_body(served: str, issuer_key: SigningKey) -> None:
    body = json.dumps(_sealed(issuer_key, "named").record()).encode()
    first, again = (_post(served, body, **{"Idempotency-Key": "one"}) for _ in range(2))
    other = _post(served, _sealed(issuer_key, "named other").record(), **{"Idempotency-Key": "one"})
    long = _post(served, body, **{"Idempotency-Key": "n" * 201})

    assert (201, 201) == (first.status, again.status)
    assert first.json()["seals"][0]["index"] == again.json()["seals"][0]["index"]
    assert [(422, "sealing.request.reused")] * 2 == [(one.status, one.json()["code"]) for one in (other, long)]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr", "fr"), ("fr-SN,fr;q=0.9,en;q=0.5", "fr"), ("en,fr;q=0.9", "en"), ("de", "en"), ("fr;q=nan", "en"), ("", "en")],
)  # fmt: skip
def test_a_refusal_speaks_the_clients_language(served: str, asked: str, language: str) -> None:
    told = _get(served, f"/api/v1/seals/sha-256/{_digest('never')}", Accept_Language=asked).json()

    assert language == told["language"]
    assert told["expected"].startswith("un document" if language == "fr" else "a document")


def test_any_page_may_read_and_none_may_write(served: str) -> None:
    read = _get(served, "/api/v1/log", Origin="https://portal.example")
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST"}
    write = _POOL.request("OPTIONS", f"{served}/api/v1/seals", headers=asked)

    assert ("*", None) == (read.headers["access-control-allow-origin"], read.headers.get("set-cookie"))
    assert 400 == write.status


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/api/v1/seals/sha-256", 404), ("/checkpoint", 405)])
def test_a_wrong_address_or_method_is_told_where_the_description_is(served: str, path: str, status: int) -> None:
    answer = _POOL.request("DELETE" if status == 405 else "GET", served + path)

    assert status == answer.status
    assert "openapi.json" in answer.json()["next_step"]


@pytest.fixture
def limited(serving: Any, tmp_path: Path, log_key: SigningKey, issuer_key: SigningKey) -> Any:
    create_log(tmp_path / "log", log_key)
    with LogWriter(tmp_path / "log", log_key) as log:
        log.admit(issuer_key.verifier)
    with serving(ServiceSettings(tmp_path / "log", log_key, 0.05, 2.0, 2.0)) as address:
        yield address


def test_a_hurried_client_is_told_when_to_come_back(limited: str, issuer_key: SigningKey) -> None:
    reads = [_get(limited, "/api/v1/log") for _ in range(40)]
    refused = next(answer for answer in reads if answer.status == 429)

    assert [200] * 20 == [answer.status for answer in reads[:20]]
    assert "1" == refused.headers["Retry-After"]
    assert "sealing.service.rate" == refused.json()["code"]
    assert 201 == _post(limited, _sealed(issuer_key, *range(20)).record()).status
    assert 429 == _post(limited, _sealed(issuer_key, *range(20, 40)).record()).status


def test_nobody_uses_up_what_an_issuer_may_submit_in_its_name(limited: str, issuer_key: SigningKey) -> None:
    forged = _sealed(issuer_key, *range(20)).record() | {"signature": "A" * 86 + "=="}
    forgeries = [_post(limited, forged).status for _ in range(5)]

    assert 403 == forgeries[0]
    assert 201 == _post(limited, _sealed(issuer_key, "honest").record()).status


def test_who_sends_forgeries_is_slowed_down(limited: str, issuer_key: SigningKey) -> None:
    forged = _sealed(issuer_key, "forged").record() | {"signature": "A" * 86 + "=="}

    assert {403, 429} == {_post(limited, forged).status for _ in range(40)}


@pytest.mark.parametrize("escaped", ["\\ud800", "\\uDFFF", "x\\ud83dx"])
def test_half_a_character_in_a_name_is_no_fault_of_the_service(
    served: str, issuer_key: SigningKey, escaped: str
) -> None:
    body = json.dumps(_sealed(issuer_key, "half").record())
    in_key, in_statement = body.replace('"key": "', f'"key": "{escaped}'), body.replace("certificates", escaped)

    assert [400, 400] == [_post(served, one.encode()).status for one in (in_key, in_statement)]


def test_a_body_of_many_small_lists_is_refused_before_it_is_read(served: str) -> None:
    body = b'{"key":"k","signature":"s","statements":[' + b"[]," * 1_000_000 + b"[]]}"
    answer = _post(served, body)

    assert (400, "sealing.submission.refused") == (answer.status, answer.json()["code"])


def test_what_is_refused_counts_the_more_the_larger_it_is(limited: str) -> None:
    large = b'{"key":"' + b"k" * 2_000_000
    answers = [_post(limited, large).status for _ in range(3)]

    assert 429 == answers[-1]


def test_a_service_holds_so_many_bytes_and_no_more() -> None:
    held = InFlight(40)
    for client in ("a", "b", "c"):
        held.add(client, 10)
    with pytest.raises(Busy):
        held.add("a", 1)
    held.add("d", 10)
    with pytest.raises(Busy):
        held.add("e", 1)
    held.done("a", 10)
    held.add("e", 10)

    with pytest.raises(Busy):
        held.add("a", 1)


def test_what_comes_while_a_service_stops_is_refused(house: Any) -> None:
    committer = Committer(house.log, lambda _size, _note: None)
    committer.stop()

    with pytest.raises(PassavantError, match="stopping"):
        asyncio.run(committer.submit(house.sealed(b"late")))


def test_the_two_forms_of_a_proof_are_kept_apart_by_caches(served: str) -> None:
    answers = [_get(served, "/api/v1/proofs/0"), _get(served, "/api/v1/proofs/0", Accept="application/cose")]

    assert ["Accept", "Accept"] == [answer.headers["Vary"].partition(",")[0] for answer in answers]


def test_a_large_batch_passes_at_a_low_rate(
    serving: Any, tmp_path: Path, log_key: SigningKey, issuer_key: SigningKey
) -> None:
    create_log(tmp_path / "log", log_key)
    with LogWriter(tmp_path / "log", log_key) as log:
        log.admit(issuer_key.verifier)
    batch = _sealed(issuer_key, *range(5_000)).record()
    with serving(ServiceSettings(tmp_path / "log", log_key, 0.05, 0.0, 1.0)) as address:
        answers = [_post(address, batch).status for _ in range(3)]

    assert [201, 200, 200] == answers


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stalled:
        async def stream(self) -> Any:
            yield b"{"
            await asyncio.sleep(3600)

    monkeypatch.setattr(limits, "_PATIENCE_S", 0.05)
    with pytest.raises(limits.TooSlow):
        asyncio.run(limits.body_of(Stalled(), lambda _size: None))  # type: ignore[arg-type]
