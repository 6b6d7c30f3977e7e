"""Seals: the page that hashes in the browser, under its own policy; the look-up it needs; a receipt checked without the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passavant.portal.public import seal_views
from passavant.sealing.desk import LocalDesk
from passavant.sealing.desk.sealing import Document, seal
from passavant.sealing.keys import ISSUER, LOG, create_key, load_key
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.page import PAGE_HEADERS, page_is_built

_CONTENT = b"a phytosanitary certificate\n"
_DIGEST = hashlib.sha256(_CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Path:
    cache.clear()
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    monkeypatch.delenv("PASSAVANT_LOG", raising=False)
    return tmp_path


@pytest.fixture
def sealed(home: Path) -> Callable[[], str]:
    """Return what seals the certificate in a log of this machine, and gives its receipt."""

    def make() -> str:
        key, issuer = (
            create_key(LOG, "seals.customs.example/log", None),
            create_key(ISSUER, "customs.example/office", None),
        )
        create_log(home / "log", key)
        with LogWriter(home / "log", key) as log:
            log.admit(issuer.verifier)
        document = Document(home / "certificate", bytes.fromhex(_DIGEST))
        return seal([document], load_key(ISSUER, issuer.name), LocalDesk(home / "log"))[0].text()

    return make


def _sent(client: Client, receipt: bytes, digest: str = _DIGEST, language: str = "en") -> str:
    file = SimpleUploadedFile("certificate.tlog-proof", receipt)
    return client.post(f"/{language}/seals/", {"receipt": file, "digest": digest}).content.decode()


def _documents(client: Client, prefix: str) -> Any:
    return client.get(f"/seals/api/v1/seals?alg=sha-256&prefix={prefix}")


# The page that hashes in the browser


@pytest.mark.skipif(not page_is_built(), reason="the page is not built: make page")
def test_the_page_is_served_under_its_own_policy(client: Client) -> None:
    page = client.get("/seals/?lang=fr")
    script = client.get(
        "/seals/static/seal/" + page.content.decode().partition('src="static/seal/')[2].partition('"')[0]
    )

    assert (200, 200) == (page.status_code, script.status_code)
    assert [PAGE_HEADERS["Content-Security-Policy"]] * 2 == [
        one.headers["Content-Security-Policy"] for one in (page, script)
    ]
    assert "immutable" in script.headers["Cache-Control"]
    assert "text/javascript; charset=utf-8" == script.headers["Content-Type"]
    assert 304 == client.get("/seals/", headers={"If-None-Match": page.headers["ETag"]}).status_code


@pytest.mark.parametrize("name", ["nothing.js", "..%2F..%2F__init__.py", "%2Fetc%2Fpasswd"])
def test_only_its_own_files_are_served(name: str, client: Client) -> None:
    assert 404 == client.get(f"/seals/static/seal/{name}").status_code


# The look-up


def test_a_sealed_document_is_found_by_the_beginning_of_its_digest(client: Client, sealed: Any) -> None:
    sealed()
    told = _documents(client, _DIGEST[:5])

    assert "no-store" == told.headers["Cache-Control"]
    assert ("seals.customs.example/log", _DIGEST[:5]) == (told.json()["origin"], told.json()["prefix"])
    assert [(_DIGEST, "valid")] == [(one["digest"], one["seals"][0]["status"]) for one in told.json()["documents"]]
    assert [] == _documents(client, "00000").json()["documents"]


@pytest.mark.parametrize("asked", ["alg=md5&prefix=abcde", "alg=sha-256&prefix=abc", "alg=sha-256&prefix=ABCDE", ""])
def test_a_look_up_of_another_form_is_refused(asked: str, client: Client) -> None:
    answer = client.get(f"/seals/api/v1/seals?{asked}")

    assert (400, "sealing.lookup.refused") == (answer.status_code, answer.json()["code"])


def test_without_a_log_the_look_up_says_so(client: Client) -> None:
    answer = _documents(client, "abcde")

    assert (404, "portal.seals.no_log") == (answer.status_code, answer.json()["code"])
    assert "receipt" in answer.json()["next_step"]


def test_the_log_of_a_server_is_asked(
    client: Client, sealed: Any, home: Path, serving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passavant.sealing.service import ServiceSettings

    sealed()
    key = load_key(LOG, "seals.customs.example/log")
    with serving(ServiceSettings(home / "log", key)) as address:
        monkeypatch.setenv("PASSAVANT_LOG", address)
        monkeypatch.setenv("PASSAVANT_HOME", str(home / "elsewhere"))
        found = _documents(client, _DIGEST[:5]).json()
        page = client.get("/en/seals/").content.decode()

    assert [_DIGEST] == [one["digest"] for one in found["documents"]]
    assert "seals.customs.example/log" in page
    assert str(key.verifier) in page


@pytest.mark.parametrize(("language", "said"), [("en", "cannot be asked"), ("fr", "injoignable")])
def test_a_silent_log_is_told(language: str, said: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_LOG", "http://127.0.0.1:9")

    assert 503 == _documents(client, "abcde").status_code
    assert said in client.get(f"/{language}/seals/").content.decode()


def test_whoever_looks_up_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_views, "LOOK_UPS_A_MINUTE", 1)
    answers = [_documents(client, "abcde") for _ in range(3)]

    assert (429, "60") == (answers[-1].status_code, answers[-1].headers["Retry-After"])


# The receipt


def test_a_receipt_is_checked_by_the_keys_that_this_site_trusts(client: Client, sealed: Any) -> None:
    receipt = sealed()
    good, spaced = _sent(client, receipt.encode()), _sent(client, receipt.encode(), f" {_DIGEST.upper()} ", "fr")

    assert "customs.example/office sealed this very document" in good
    assert "customs.example/office a scellé ce document même" in spaced


def test_a_receipt_of_another_document_is_refused(client: Client, sealed: Any) -> None:
    text = _sent(client, sealed().encode(), "0" * 64)

    assert "There is a problem" in text
    assert "sealed this very document" not in text


@pytest.mark.parametrize("receipt", [b"nonsense", b"\xff\xfe", b"x" * 200_000, b"c2sp.org/tlog-proof@v1\nindex 0\n\n"])
def test_what_is_no_receipt_is_refused_in_words(receipt: bytes, client: Client) -> None:
    assert "There is a problem" in _sent(client, receipt)


def test_without_a_log_the_page_says_so_and_takes_receipts(client: Client) -> None:
    text = client.get("/fr/seals/").content.decode().replace("&#x27;", "'")

    assert "n'interroge aucun journal de scellés" in text
    assert 'type="file"' in text
