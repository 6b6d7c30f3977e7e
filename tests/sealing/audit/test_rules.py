"""An operator who signs a tree that holds together, but whose entries break a rule, is found out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from passavant.sealing import SigningKey, Statement
from passavant.sealing.entries import entries_of
from passavant.sealing.submissions import Submission, submit

EARLIER, LATER = "2026-11-25T09:29:00Z", "2026-11-25T09:31:00Z"


@pytest.fixture
def judged(auditor: Any, forger: Any, tmp_path: Path) -> Any:
    """Return what is found in a log that opens well and goes on with some entries, by place."""

    def judge(*entries: bytes, opening: list[bytes] | None = None) -> list[tuple[str, int | None]]:
        begun = forger.opening() if opening is None else opening
        report = auditor.audit(forger.publish(tmp_path / "log", [*begun, *entries]))
        return [(finding.name, finding.index) for finding in report.findings]

    return judge


def test_what_an_honest_log_holds_is_allowed(judged: Any, forger: Any) -> None:
    second = SigningKey.generate("customs.example/permits")
    found = judged(
        forger.entry("a"),
        forger.entry("b", "supersede", ref="sha-256:" + "a" * 64),
        forger.entry("b", "revoke", reason="cancelled"),
        forger.of_log("withdraw", str(forger.issuer.verifier)),
        forger.of_log("admit", str(second.verifier), "seal,type=851", LATER),
        forger.entry("a", by=second, doc_type="851", at=LATER),
        forger.of_log("admit", str(forger.issuer.verifier), at=LATER),
        forger.entry("c", at=LATER),
    )

    assert [] == found


def test_an_entry_signed_by_a_key_that_was_not_admitted_is_found(judged: Any, forger: Any) -> None:
    stranger = SigningKey.generate(forger.issuer.name)

    assert [("entry-key", 2)] == judged(forger.entry("a", by=stranger))


def test_an_entry_before_its_keys_admission_is_found(judged: Any, forger: Any) -> None:
    opened, admitted = forger.opening()

    assert [("entry-key", 1)] == judged(admitted, opening=[opened, forger.entry("a")])


def test_a_seal_that_the_operator_invented_is_found(judged: Any, forger: Any) -> None:
    said = Statement("seal", forger.issuer.name, EARLIER, digest="a" * 64)
    signed = submit(SigningKey.generate(forger.issuer.name), [said], forger.key.name)
    invented = Submission(forger.issuer.verifier, signed.statements, signed.signature, forger.key.name)

    assert [("entry-signature", 2)] == judged(*entries_of(invented, LATER))


def test_a_seal_put_into_an_issuers_batch_is_found(judged: Any, forger: Any) -> None:
    said = [Statement("seal", forger.issuer.name, EARLIER, digest=digit * 64) for digit in "abcde"]
    first, second, *rest = entries_of(submit(forger.issuer, said, forger.key.name), LATER)
    put = second.replace(b"b" * 64, b"f" * 64)

    assert [("entry-signature", 3)] == judged(first, put, *rest)


def test_an_entry_out_of_time_order_is_found(judged: Any, forger: Any) -> None:
    assert [("entry-time", 3)] == judged(
        forger.entry("a", at=LATER), forger.entry("b", at=EARLIER), forger.entry("c", at=LATER)
    )


def test_a_duplicate_is_found(judged: Any, forger: Any) -> None:
    assert [("entry-duplicate", 3)] == judged(forger.entry("a"), forger.entry("a"))


def test_a_statement_after_its_keys_withdrawal_is_found(judged: Any, forger: Any) -> None:
    withdrawn = forger.of_log("withdraw", str(forger.issuer.verifier))

    assert [("entry-withdrawn", 3)] == judged(withdrawn, forger.entry("a"))


def test_a_statement_outside_its_keys_scope_is_found(judged: Any, forger: Any) -> None:
    opened = forger.opening()[0]
    admitted = forger.of_log("admit", str(forger.issuer.verifier), "seal,type=851")
    entries = [
        forger.entry("a", doc_type="851"),
        forger.entry("b", doc_type="852"),
        forger.entry("a", "revoke", reason="other"),
    ]

    assert [("entry-scope", 3), ("entry-scope", 4)] == judged(*entries, opening=[opened, admitted])


@pytest.mark.parametrize("action", ["revoke", "supersede"])
def test_a_statement_about_what_another_issuer_sealed_is_found(judged: Any, forger: Any, action: str) -> None:
    other = SigningKey.generate("customs.example/permits")
    admitted = forger.of_log("admit", str(other.verifier))
    if action == "revoke":
        said = forger.entry("a", "revoke", by=other, reason="other")
    else:
        said = forger.entry("b", "supersede", by=other, ref="sha-256:" + "a" * 64)

    assert [("entry-unsealed", 4)] == judged(admitted, forger.entry("a"), said)


def test_a_revocation_logged_before_the_seal_is_found(judged: Any, forger: Any) -> None:
    revoked = forger.entry("a", "revoke", reason="other")

    assert [("entry-unsealed", 2), ("entry-ended", 3)] == judged(revoked, forger.entry("a"))


def test_a_seal_after_a_revocation_or_a_replacement_is_found(judged: Any, forger: Any) -> None:
    replacing = forger.entry("b", "supersede", ref="sha-256:" + "a" * 64)
    again = forger.entry("a", "supersede", ref="sha-256:" + "c" * 64)

    assert [("entry-ended", 5)] == judged(forger.entry("a"), replacing, forger.entry("c"), again)


def test_two_seals_that_say_different_things_of_a_document_are_found(judged: Any, forger: Any) -> None:
    replacing = forger.entry("b", "supersede", ref="sha-256:" + "a" * 64, valid_until="2027-01-01T00:00:00Z")

    assert [("entry-differs", 4)] == judged(forger.entry("a"), forger.entry("b"), replacing)


def test_a_key_for_one_kind_that_takes_back_another_is_found(judged: Any, forger: Any) -> None:
    vkey = str(forger.issuer.verifier)
    found = judged(
        forger.entry("a", doc_type="380"),
        forger.entry("b", doc_type="851"),
        forger.of_log("admit", vkey, "seal,supersede,revoke,type=851"),
        forger.entry("a", "revoke", reason="other"),
        forger.entry("b", "revoke", reason="other"),
        forger.entry("c", "supersede", doc_type="851", ref="sha-256:" + "a" * 64),
    )

    assert [("entry-scope", 5), ("entry-scope", 7)] == found


def test_a_document_that_supersedes_itself_is_found(judged: Any, forger: Any) -> None:
    again = forger.entry("a", "supersede", ref="sha-256:" + "a" * 64)

    assert [("entry-unsealed", 3)] == judged(forger.entry("a"), again)


def test_a_log_that_does_not_open_is_found(judged: Any, forger: Any) -> None:
    opened, admitted = forger.opening()

    assert [("entry-opening", 0), ("entry-opening", 1)] == judged(opening=[admitted, opened])


def test_a_log_that_opens_with_another_key_than_its_own_is_found(judged: Any, forger: Any) -> None:
    other = SigningKey.generate(forger.key.name)
    opened = forger.of_log("open", str(other.verifier))

    assert [("entry-opening", 0)] == judged(opening=[opened])


def test_an_admission_that_the_log_did_not_sign_admits_nobody(judged: Any, forger: Any) -> None:
    opened = forger.opening()[0]
    admitted = Statement("admit", forger.issuer.name, EARLIER, subject=str(forger.issuer.verifier), scope="seal")
    found = judged(
        *entries_of(submit(forger.issuer, [admitted], forger.key.name), LATER),
        forger.entry("a", at=LATER),
        opening=[opened],
    )

    assert [("entry-log-key", 1), ("entry-key", 2)] == found


def test_an_admission_of_no_key_and_a_withdrawal_of_a_stranger_are_found(judged: Any, forger: Any) -> None:
    stranger = SigningKey.generate("customs.example/permits")
    found = judged(forger.of_log("admit", "no-key"), forger.of_log("withdraw", str(stranger.verifier)))

    assert [("entry-admission", 2), ("entry-admission", 3)] == found


def test_bytes_that_are_no_canonical_entry_are_found(judged: Any, forger: Any) -> None:
    spaced = forger.entry("a").replace(b'"v":1}', b'"v": 1}')

    assert [("entry-form", 2), ("entry-form", 3)] == judged(spaced, b"hello", forger.entry("b"))


@pytest.mark.parametrize(
    ("written", "instead"),
    [(b'"v":1}', b'"v":true}'), (b'"index":1,', b'"index":true,'), (b'==","statement"', b'=","statement"')],
)
def test_another_spelling_of_an_entry_is_found(judged: Any, forger: Any, written: bytes, instead: bytes) -> None:
    said = [Statement("seal", forger.issuer.name, EARLIER, digest=digit * 64) for digit in "ab"]
    first, second = entries_of(submit(forger.issuer, said, forger.key.name), LATER)
    changed = second[: second.rindex(written)] + second[second.rindex(written) :].replace(written, instead)

    assert [("entry-form", 3)] == judged(first, changed)


def test_a_signature_in_base64_with_stray_bits_is_found(judged: Any, forger: Any) -> None:
    entry = forger.entry("a")
    last = entry.index(b'==","statement"') - 1
    stray = entry[:last] + bytes([entry[last] + 1]) + entry[last + 1 :]

    assert [("entry-form", 2)] == judged(stray)


def test_many_findings_of_a_kind_are_counted_and_the_first_are_kept(auditor: Any, forger: Any, tmp_path: Path) -> None:
    entries = [*forger.opening(), *(b"%d" % number for number in range(130))]

    report = auditor.audit(forger.publish(tmp_path / "log", entries))

    assert (130, 100) == (report.counts["entry-form"], len(report.findings))
    assert 100 == len({finding.evidence for finding in report.findings})
