"""One issuer tells one story of a document: what contradicts it is refused, nothing acknowledged is lost."""

from __future__ import annotations

from typing import Any

import pytest

from passavant.errors import BadInput
from passavant.sealing.log import LogReader
from passavant.sealing.submissions import submit

_LATER = "2030-01-01T00:00:00Z"
_AT = "2026-11-25T09:30:00Z"


def _status(house: Any, document: bytes) -> list[str]:
    with LogReader(house.folder) as reader:
        return [seal.status for seal in reader.look_up("sha-256", house.statement(document).digest)]


def _refused(house: Any, *said: Any) -> BadInput:
    size = house.log.size
    with pytest.raises(BadInput) as caught:
        house.log.append(submit(house.issuer, list(said), house.key.name))
    assert size == house.log.size
    return caught.value


@pytest.mark.parametrize("fields", [{"valid_until": _LATER}, {"doc_type": "851"}, {"meta": "ab" * 32}])
def test_another_seal_of_a_document_says_the_same_or_is_refused(house: Any, fields: dict[str, str]) -> None:
    first = house.log.append(house.sealed(b"a", issued_at=_AT))
    error = _refused(house, house.statement(b"a", **fields))

    assert ("sealing.seal.differs", True) == (error.code, next(iter(fields)) in error.got[0])
    assert first.places == house.log.append(house.sealed(b"a")).places


def test_a_second_replacement_by_the_same_document_is_refused_and_not_swallowed(house: Any, digest: Any) -> None:
    house.log.append(house.sealed(b"a", b"b"))
    house.log.append(house.say(b"new", "supersede", ref=f"sha-256:{digest(b'a')}"))
    error = _refused(house, house.statement(b"new", "supersede", ref=f"sha-256:{digest(b'b')}"))

    assert "sealing.seal.differs" == error.code
    assert [["superseded"], ["valid"]] == [_status(house, b"a"), _status(house, b"b")]


def test_a_revocation_for_another_reason_is_refused(house: Any) -> None:
    house.log.append(house.sealed(b"a"))
    house.log.append(house.say(b"a", "revoke", reason="cancelled", issued_at=_AT))

    assert "reason" in _refused(house, house.statement(b"a", "revoke", reason="other")).got[0]
    assert 0 == house.log.append(house.say(b"a", "revoke", reason="cancelled")).added


@pytest.mark.parametrize("action", ["seal", "supersede"])
def test_a_revoked_document_is_not_sealed_again(house: Any, digest: Any, action: str) -> None:
    house.log.append(house.sealed(b"a", b"old", issued_at=_AT))
    house.log.append(house.say(b"a", "revoke", reason="cancelled"))
    fields = {"ref": f"sha-256:{digest(b'old')}"} if action == "supersede" else {}
    error = _refused(house, house.statement(b"a", action, **fields))

    assert ("sealing.seal.ended", True) == (error.code, "revoked by entry 4" in error.got[0])
    assert (2, 3) == house.log.append(house.sealed(b"a", b"old", issued_at=_AT)).places


def test_a_replaced_document_that_was_sealed_by_replacing_is_not_sealed_anew(house: Any, digest: Any) -> None:
    house.log.append(house.sealed(b"a"))
    house.log.append(house.say(b"b", "supersede", ref=f"sha-256:{digest(b'a')}"))
    house.log.append(house.say(b"c", "supersede", ref=f"sha-256:{digest(b'b')}"))

    assert "sealing.seal.ended" == _refused(house, house.statement(b"b")).code


def test_a_seal_that_contradicts_another_of_its_own_batch_is_refused(house: Any) -> None:
    error = _refused(house, house.statement(b"a"), house.statement(b"b"), house.statement(b"a", doc_type="851"))

    assert "sealing.seal.differs" == error.code
    assert "entry 2" in error.expected[0]


def test_a_seal_that_contradicts_another_of_its_transaction_is_refused(house: Any) -> None:
    first, second = house.log.append_all([house.sealed(b"a"), house.sealed(b"a", doc_type="851")])

    assert (2,) == first.places
    assert "sealing.seal.differs" == second.code


@pytest.mark.parametrize("action", ["revoke", "supersede"])
def test_a_key_for_one_kind_of_document_takes_back_no_other(house: Any, digest: Any, action: str) -> None:
    house.log.append(house.sealed(b"invoice", doc_type="380"))
    house.log.append(house.sealed(b"permit", doc_type="851"))
    house.log.admit(house.issuer.verifier, "seal,supersede,revoke,type=851")

    def taken_back(document: bytes) -> Any:
        if action == "revoke":
            return house.statement(document, "revoke", reason="other")
        return house.statement(b"new " + document, "supersede", ref=f"sha-256:{digest(document)}", doc_type="851")

    assert "type 380" in _refused(house, taken_back(b"invoice")).got[0]
    assert 1 == house.log.append(submit(house.issuer, [taken_back(b"permit")], house.key.name)).added


def test_a_submission_for_another_log_is_refused(house: Any) -> None:
    elsewhere = submit(house.issuer, [house.statement(b"a")], "seals.other.example/log")
    with pytest.raises(BadInput) as caught:
        house.log.append(elsewhere)

    assert house.key.name in caught.value.expected[0]


def test_two_requests_of_one_name_in_one_transaction_are_not_both_logged(house: Any) -> None:
    requests = [("name", b"body"), ("name", b"another")]
    first, second = house.log.append_all([house.sealed(b"a"), house.sealed(b"b")], requests)

    assert (2,) == first.places
    assert "sealing.request.reused" == second.code
    assert 3 == house.log.size
