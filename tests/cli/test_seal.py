"""seal, verify and log as users run them."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

pytestmark = pytest.mark.long

Say = Callable[..., Any]


@pytest.fixture
def say(program: Any, tmp_path: Path) -> Say:
    """Return the program with a home and a log of its own."""

    def run(*arguments: str | Path, **variables: str) -> Any:
        return program(*arguments, **{"PASSAVANT_HOME": str(tmp_path / "home"), **variables})

    made = run("log", "init", "seals.customs.example/log", "--issuer", "customs.example/permits", "--no-passphrase")
    assert made.returncode == 0, made.stderr
    return run


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "permit.xml"
    path.write_text("<permit>42</permit>")
    return path


def test_a_sealed_document_is_verified_and_a_changed_one_is_not(say: Say, document: Path) -> None:
    sealed = say("seal", document, "--type", "851")
    good = say("verify", document, "--offline")
    document.write_text("<permit>43</permit>")
    bad = say("verify", document, "--offline")

    assert (0, 0, 1) == (sealed.returncode, good.returncode, bad.returncode)
    assert "SEALED" in good.stdout
    assert "customs.example/permits" in good.stdout
    assert "Do not rely on the document" in bad.stderr


def test_a_receipt_is_enough_on_another_machine(say: Say, document: Path, tmp_path: Path) -> None:
    say("seal", document)
    key = re.search(r"log (seals\S+)", say("log", "key").stdout)
    elsewhere = {"PASSAVANT_HOME": str(tmp_path / "elsewhere")}
    unknown = say("verify", document, **elsewhere)
    policy = tmp_path / "trust.policy"
    assert key is not None
    policy.write_text(f"log {key[1]}\n")
    trusted = say("verify", document, "--trust", policy, **elsewhere)

    assert (1, 0) == (unknown.returncode, trusted.returncode)
    assert "which you have not said you trust" in unknown.stderr


def test_a_salted_document_sealed_again_keeps_its_one_seal(say: Say, document: Path) -> None:
    receipt = document.with_name("permit.xml.tlog-proof")
    say("seal", document, "--salted")
    first = receipt.read_bytes()
    receipt.unlink()
    again = say("seal", document, "--salted", "--json")

    assert 0 == again.returncode
    assert first.splitlines()[1] == receipt.read_bytes().splitlines()[1]
    assert 0 == say("verify", document).returncode
    assert 0 == say("seal", document, "--revoke", "cancelled").returncode
    assert "REVOKED" in say("verify", document).stdout


def test_a_receipt_with_a_salt_is_not_overwritten(say: Say, document: Path) -> None:
    receipt = document.with_name("permit.xml.tlog-proof")
    say("seal", document, "--salted")
    before = receipt.read_bytes()
    plain = say("seal", document)
    document.write_text("<permit>43</permit>")
    other = say("seal", document, "--salted")

    assert (2, 2) == (plain.returncode, other.returncode)
    assert "the salt of another seal" in plain.stderr
    assert before == receipt.read_bytes()


def test_a_receipt_of_another_issuer_is_not_overwritten(say: Say, document: Path) -> None:
    say("log", "issuer", "add", "ministry.example", "--no-passphrase")
    say("seal", document, "--issuer", "customs.example/permits")
    other = say("seal", document, "--issuer", "ministry.example")

    assert 2 == other.returncode
    assert "the receipt of customs.example/permits" in other.stderr


def test_a_revocation_takes_back_every_seal_of_a_document(say: Say, document: Path, tmp_path: Path) -> None:
    say("seal", document, "--salted", "-o", tmp_path / "salted")
    say("seal", document)
    revoked = json.loads(say("seal", document, "--revoke", "obtained_by_fraud", "--json").stdout)
    receipts = (None, tmp_path / "salted" / "permit.xml.tlog-proof")

    assert {"sha-256", "hmac-sha-256"} == {one["alg"] for one in revoked}
    for receipt in receipts:
        answer = say("verify", document, *(["--receipt", receipt] if receipt else []))
        assert (1, True) == (answer.returncode, "REVOKED" in answer.stdout)


def test_a_revoked_document_is_not_sealed_again(say: Say, document: Path) -> None:
    say("seal", document)
    say("seal", document, "--revoke", "cancelled")
    again = say("seal", document)

    assert 2 == again.returncode
    assert "entry 2, is revoked" in again.stderr


def test_anothers_salted_receipt_does_not_stand_in_the_way_of_ones_own_revocation(say: Say, document: Path) -> None:
    say("log", "issuer", "add", "ministry.example", "--no-passphrase")
    say("seal", document, "--salted", "--issuer", "customs.example/permits")
    say("seal", document, "--issuer", "ministry.example", "-o", document.parent / "m")
    revoked = json.loads(
        say("seal", document, "--revoke", "cancelled", "--issuer", "ministry.example", "--json").stdout
    )

    assert [("revoke", "ministry.example", "sha-256")] == [
        (one["action"], one["issuer"], one["alg"]) for one in revoked
    ]


def test_what_was_revoked_is_shown_though_the_next_revocation_fails(say: Say, document: Path, tmp_path: Path) -> None:
    say("seal", document)
    say("seal", document, "--revoke", "cancelled", "-o", tmp_path / "first")
    other = document.with_name("other.xml")
    other.write_text("<permit>43</permit>")
    say("seal", other)
    answer = say("seal", other, document, "--revoke", "other", "--json")

    assert 2 == answer.returncode
    assert [str(other)] == [one["file"] for one in json.loads(answer.stdout)]


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_sealed(say: Say, document: Path) -> None:
    refused = say("seal", document, "-o", document)

    assert 2 == refused.returncode
    assert "where no folder can be" in refused.stderr
    assert "no seal of permit.xml" in say("verify", document).stderr


def test_a_log_whose_issuer_has_a_key_already_is_not_half_made(say: Say, tmp_path: Path) -> None:
    home = {"PASSAVANT_HOME": str(tmp_path / "new")}
    say("log", "issuer", "key", "customs.example/permits", "--no-passphrase", **home)
    refused = say(
        "log", "init", "seals.other.example", "--issuer", "customs.example/permits", "--no-passphrase", **home
    )

    assert 2 == refused.returncode
    assert not (tmp_path / "new" / "log").exists()
    assert 0 == say("log", "init", "seals.other.example", "--issuer", "a.example", "--no-passphrase", **home).returncode


@pytest.mark.parametrize("order", [(["--salted"], []), ([], ["--salted"])], ids=["salted first", "plain first"])
def test_a_revoked_document_is_sealed_in_no_other_form(say: Say, document: Path, order: Any, tmp_path: Path) -> None:
    first, second = order
    say("seal", document, *first, "-o", tmp_path / "one")
    say("seal", document, "--revoke", "issued_in_error", "-o", tmp_path / "one")
    again = say("seal", document, *second, "-o", tmp_path / "two")

    assert 2 == again.returncode
    assert "is revoked" in again.stderr


def test_a_revocation_given_again_writes_its_receipt_again(say: Say, document: Path) -> None:
    say("seal", document)
    say("seal", document, "--revoke", "cancelled")
    receipt = document.with_name("permit.xml.revoked.tlog-proof")
    receipt.unlink()
    again = say("seal", document, "--revoke", "cancelled")
    other = say("seal", document, "--revoke", "other")

    assert (0, True) == (again.returncode, receipt.exists())
    assert (2, True) == (other.returncode, "revoked already by entry 3 (cancelled)" in other.stderr)


def test_nothing_done_is_no_list_of_nothing(say: Say, tmp_path: Path) -> None:
    answer = say("seal", tmp_path / "absent.pdf", "--json")

    assert ("", "error") == (answer.stdout, next(iter(json.loads(answer.stderr))))


def test_what_would_be_ignored_is_refused(say: Say, document: Path) -> None:
    say("seal", document, "--type", "851")
    other = say("seal", document, "--type", "380")
    past = say("seal", document, "--valid-until", "2020-01-01")

    assert (2, 2) == (other.returncode, past.returncode)
    assert "doc_type 851, as in entry 2" in other.stderr
    assert "which is past" in past.stderr


def test_what_cannot_carry_its_receipt_is_refused_before_it_is_sealed(say: Say, document: Path) -> None:
    refused = say("seal", document, "--attach")

    assert 2 == refused.returncode
    assert "permit.xml" in refused.stderr
    assert "no seal of permit.xml" in say("verify", document).stderr


def test_an_error_is_json_where_json_is_asked_for(say: Say, document: Path) -> None:
    answer = say("verify", document, "--json", language="fr")
    error = json.loads(answer.stderr)["error"]

    assert 1 == answer.returncode
    assert ("sealing.lookup.none", "fr") == (error["code"], error["language"])


def test_a_changed_signature_is_an_answer_of_no(say: Say, document: Path) -> None:
    say("seal", document)
    receipt = document.with_name("permit.xml.tlog-proof")
    head, _, last = receipt.read_text().rstrip("\n").rpartition(" ")
    receipt.write_text(f"{head} {last[:20]}{'A' if last[20] != 'A' else 'B'}{last[21:]}\n")

    assert 1 == say("verify", document, "--offline").returncode


def test_a_policy_that_is_named_counts_alone(say: Say, document: Path, tmp_path: Path) -> None:
    say("seal", document)
    policy = tmp_path / "other.policy"
    policy.write_text("quorum none\n")

    assert (0, 1) == (say("verify", document).returncode, say("verify", document, "--trust", policy).returncode)


def test_the_key_line_of_a_policy_is_taken_as_a_key(say: Say, document: Path) -> None:
    say("seal", document)
    line = say("log", "key").stdout.strip()
    elsewhere = say("verify", document, "--offline", "--key", line, PASSAVANT_HOME="/nowhere")

    assert 0 == elsewhere.returncode, elsewhere.stderr


def test_one_revoked_seal_of_several_is_a_no(say: Say, document: Path) -> None:
    say("log", "issuer", "add", "ministry.example", "--no-passphrase")
    for issuer in ("customs.example/permits", "ministry.example"):
        say("seal", document, "--issuer", issuer, "-o", document.parent / issuer.partition("/")[0])
    say("seal", document, "--issuer", "ministry.example", "--revoke", "obtained_by_fraud", "-o", document.parent / "m")
    answer = say("verify", document)

    assert 1 == answer.returncode
    assert "VALID" in answer.stdout
    assert "REVOKED" in answer.stdout


@pytest.mark.parametrize("option", [("--type", "851"), ("-o", "receipts"), ("--salted",)])
def test_a_run_takes_no_options_of_documents(say: Say, tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{}")
    refused = say("seal", tmp_path / "run", *option)

    assert 2 == refused.returncode
    assert "for a run of clear" in refused.stderr


@pytest.mark.parametrize("origin", ["https://seals.example/log", "a", "seals.exämple/log"])
def test_a_log_needs_a_name_that_can_last(say: Say, tmp_path: Path, origin: str) -> None:
    refused = say("log", "init", origin, "--no-passphrase", PASSAVANT_HOME=str(tmp_path / "new"))

    assert 2 == refused.returncode
    assert "a host and path" in refused.stderr


def test_a_server_that_cannot_start_says_why_in_three_lines(say: Say) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = say("log", "serve", "--port", str(taken.getsockname()[1]))
    elsewhere = say("log", "serve", "--host", "192.0.2.1", "--port", "0")

    for refused in (busy, elsewhere):
        assert 2 == refused.returncode
        assert 3 == len(refused.stderr.splitlines())
    assert "another program has it" in busy.stderr


def test_a_folder_of_documents_is_told_how(say: Say, document: Path) -> None:
    told = say("seal", document.parent)

    assert 2 == told.returncode
    assert f"passavant seal {document.parent}/*" in told.stderr


def test_receipts_of_one_name_do_not_replace_each_other(say: Say, document: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / document.name
    other.parent.mkdir()
    other.write_text("<permit>7</permit>")
    told = say("seal", document, other, "-o", tmp_path / "receipts")

    assert 2 == told.returncode
    assert str(other) in told.stderr
    assert 0 == say("seal", document, other).returncode


def test_a_revoked_seal_is_answered_so_in_both_languages(say: Say, document: Path) -> None:
    say("seal", document)
    revoked = say("seal", document, "--revoke", "issued_in_error")
    english, french = say("verify", document), say("verify", document, language="fr")

    assert (0, 1, 1) == (revoked.returncode, english.returncode, french.returncode)
    assert "REVOKED" in english.stdout
    assert "délivré par erreur" in french.stdout


def test_a_replaced_document_names_the_new_one(say: Say, document: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.xml"
    newer.write_text("<permit>42b</permit>")
    say("seal", document, "--salted")
    say("seal", newer, "--supersedes", document)
    old, new = say("verify", document, "--json"), say("verify", newer, "--json")
    (told,) = json.loads(old.stdout)

    assert (1, 0) == (old.returncode, new.returncode)
    assert ("superseded", json.loads(new.stdout)[0]["digest"]) == (told["status"], told["superseded_by"]["digest"])


def test_a_salted_seal_is_not_found_by_the_plain_digest(say: Say, document: Path) -> None:
    say("seal", document, "--salted")
    with_receipt = say("verify", document)
    document.with_name("permit.xml.tlog-proof").unlink()
    without = say("verify", document)

    assert (0, 1) == (with_receipt.returncode, without.returncode)


def test_a_lost_receipt_is_asked_of_the_log(say: Say, document: Path) -> None:
    say("seal", document)
    document.with_name("permit.xml.tlog-proof").unlink()

    assert 0 == say("verify", document).returncode
    assert 1 == say("verify", document, "--offline").returncode


def _sealed_until(document: Path, until: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Seal a document in the program's own log, with a last moment that the program would refuse."""
    from passavant.sealing.carriers import sidecar_of, write_receipt
    from passavant.sealing.desk import Document, open_desk, seal
    from passavant.sealing.documents import document_sha256
    from passavant.sealing.keys import ISSUER, load_key

    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    one = Document(document, document_sha256(document), valid_until=until)
    (receipt,) = seal([one], load_key(ISSUER, None), open_desk(None))
    write_receipt(sidecar_of(document), receipt.text())


def test_an_expired_document_is_not_relied_on(
    say: Say, document: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _sealed_until(document, "2026-02-01T00:00:00Z", monkeypatch, tmp_path)
    answer = say("verify", document, "--json")

    assert 1 == answer.returncode
    assert ("expired", "2026-02-01T00:00:00Z") == tuple(
        json.loads(answer.stdout)[0][name] for name in ("status", "valid_until")
    )


def test_a_sealed_pdf_that_a_program_wrote_anew_is_a_changed_one(say: Say, tmp_path: Path) -> None:
    pdf = tmp_path / "certificate.pdf"
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(pdf)
    say("seal", pdf, "--attach")
    clone = PdfWriter(clone_from=tmp_path / "certificate.sealed.pdf")
    clone.add_blank_page(100, 100)
    clone.write(tmp_path / "anew.pdf")
    answer = say("verify", tmp_path / "anew.pdf")

    assert 1 == answer.returncode
    assert "changed after the receipt was attached" in answer.stderr


def test_a_pdf_carries_its_receipt_and_a_qr_code_too(say: Say, tmp_path: Path) -> None:
    import zxingcpp

    pdf = tmp_path / "certificate.pdf"
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(pdf)
    sealed = say("seal", pdf, "--attach", "--qr", "--json")
    (told,) = json.loads(sealed.stdout)
    attached = tmp_path / "certificate.sealed.pdf"
    picture = tmp_path / "certificate.pdf.qr.png"

    assert sorted(told["written"]) == sorted(map(str, (attached, picture, tmp_path / "certificate.pdf.tlog-proof")))
    assert 0 == say("verify", attached, "--offline").returncode
    payload = tmp_path / "scanned.txt"
    payload.write_text(zxingcpp.read_barcodes(Image.open(picture), formats=zxingcpp.BarcodeFormat.QRCode)[0].text)
    assert 0 == say("verify", pdf, "--receipt", payload, "--offline").returncode
    attached.write_bytes(attached.read_bytes() + b"\n% more\n")
    assert 0 != say("verify", attached, "--offline").returncode


def test_a_key_with_a_passphrase_needs_it(say: Say, document: Path) -> None:
    made = say("log", "issuer", "add", "customs.example/other", PASSAVANT_KEY_PASSPHRASE="a long passphrase")
    without = say("seal", document, "--issuer", "customs.example/other")
    given = say("seal", document, "--issuer", "customs.example/other", PASSAVANT_KEY_PASSPHRASE="a long passphrase")

    assert (0, 2, 0) == (made.returncode, without.returncode, given.returncode), given.stderr
    assert "PASSAVANT_KEY_PASSPHRASE" in without.stderr


def test_a_key_out_of_scope_or_withdrawn_does_not_seal(say: Say, document: Path) -> None:
    key = say("log", "issuer", "key", "customs.example/narrow", "--no-passphrase").stdout.strip()
    say("log", "issuer", "admit", key, "--scope", "seal,type=851")
    wide = say("seal", document, "--issuer", "customs.example/narrow")
    narrow = say("seal", document, "--issuer", "customs.example/narrow", "--type", "851")
    withdrawn = say("log", "issuer", "withdraw", key)
    after = say("seal", document, "--issuer", "customs.example/narrow", "--type", "851", "--valid-until", "2030-01-01")

    assert (2, 0, 0, 2) == (wide.returncode, narrow.returncode, withdrawn.returncode, after.returncode)
    assert "customs.example/narrow" in say("log", "issuer", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["seal", "absent.pdf"], 2),
        (["seal", "README.md", "--revoke", "because"], 2),
        (["seal", "README.md", "--revoke", "cancelled", "--salted"], 2),
        (["seal", "README.md", "NOTICE", "--supersedes", "LICENSE"], 2),
        (["seal", "README.md", "--valid-until", "soon"], 2),
        (["seal", "README.md", "--log", "ftp://somewhere"], 2),
        (["seal", "README.md", "--log", "http://127.0.0.1:9"], 2),
        (["verify", "README.md", "--receipt", "LICENSE"], 2),
        (["verify", "README.md", "--trust", "LICENSE"], 2),
        (["verify", "README.md"], 1),
        (["log", "init", "two words", "--no-passphrase"], 2),
    ],
)
def test_what_cannot_be_done_says_what_to_do(say: Say, arguments: list[str], status: int) -> None:
    answer = say(*arguments)

    assert status == answer.returncode, answer.stdout
    assert "Next step: " in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_run_is_sealed_and_one_decision_proved(say: Say, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cleared = say("clear", "examples/day.csv", "--policy", "EU", "-o", out, "--seal")
    proved = say("explain", out, "EU:NORDSHOP:A-1003", "--proof")
    as_json = say("explain", out, "EU:NORDSHOP:A-1003", "--proof", "--json")

    assert (0, 0) == (cleared.returncode, proved.returncode), cleared.stderr + proved.stderr
    assert "Proof: this decision stands as it was sealed." in proved.stdout
    assert "c2sp.org/tlog-proof@v1" == json.loads(as_json.stdout)["proof"]["receipt"].splitlines()[0]


def test_a_run_is_not_begun_where_it_could_not_be_sealed(program: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    refused = program("clear", "examples/day.csv", "--policy", "EU", "-o", out, "--seal", PASSAVANT_HOME=str(tmp_path))

    assert 2 == refused.returncode
    assert not out.exists()
