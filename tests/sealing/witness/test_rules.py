"""What a witness answers: C2SP tlog-witness rule by rule, and a published pair of checkpoints."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from witnessed import KEY, ORIGIN, Log

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import EMPTY_ROOT
from passavant.sealing.notes import SigningKey, VerifierKey, sign_note
from passavant.sealing.witness import Answer, Request, judge, parse_request, request_text

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sealing"
#: transparency-dev/witness@54dbcdd1 witness/witness_test.go (Apache-2.0): a log of 5 entries and of 8, with the proof.
VECTOR: dict[str, Any] = json.loads((FIXTURES / "vectors.json").read_text())["witness_consistency"]
LOGS = {ORIGIN: (KEY.verifier,)}
STRANGER = SigningKey.generate(ORIGIN)


def _judged(request: Request, recorded: Log | None = None) -> tuple[int, int | None]:
    answer = judge(request, LOGS, recorded.checkpoint if recorded else None)
    return answer.status, answer.size


def _pairs() -> list[Any]:
    """Published proofs between two checkpoints that can be; the empty tree has a rule of its own."""
    files = sorted((FIXTURES / "rfc6962_proofs" / "consistency").rglob("*.json"))
    cases = [(file, json.loads(file.read_text())) for file in files]
    return [
        pytest.param(case, id=f"{file.parent.name}/{file.stem}")
        for file, case in cases
        if 0 < case["size1"] <= case["size2"]
        and all(len(base64.b64decode(case[name] or "")) == 32 for name in ("root1", "root2"))
    ]


def _published(old: int, recorded: str | None, shown: str, proof: list[str]) -> Answer:
    key = VerifierKey.parse(VECTOR["log_vkey"])
    seen = Checkpoint.parse(VECTOR[recorded].partition("\n\n")[0] + "\n") if recorded else None
    return judge(Request(old, tuple(map(bytes.fromhex, proof)), VECTOR[shown]), {key.name: (key,)}, seen)


def test_the_published_log_is_followed_from_5_to_8_entries() -> None:
    assert 200 == _published(0, None, "cp5", []).status
    assert 200 == _published(5, "cp5", "cp8", VECTOR["proof_5_8_hex"]).status


def test_the_published_log_is_refused_without_its_proof_or_backwards() -> None:
    proof = VECTOR["proof_5_8_hex"]

    assert 422 == _published(5, "cp5", "cp8", proof[:-1]).status
    assert 422 == _published(5, "cp5", "cp8", proof[::-1]).status
    assert 422 == _published(0, None, "cp5", proof).status
    assert (409, 5) == ((answer := _published(0, "cp5", "cp8", [])).status, answer.size)
    assert (409, 8) == ((answer := _published(5, "cp8", "cp5", [])).status, answer.size)


@pytest.mark.parametrize("case", _pairs())
def test_published_proofs_decide_as_their_authors_say(case: dict[str, Any]) -> None:
    root1, root2 = (base64.b64decode(case[name]) for name in ("root1", "root2"))
    proof = tuple(base64.b64decode(one) for one in case["proof"] or [])
    note = sign_note(Checkpoint(ORIGIN, case["size2"], root2).text(), [KEY])
    answer = judge(Request(case["size1"], proof, note), LOGS, Checkpoint(ORIGIN, case["size1"], root1))

    assert (422 if case["wantErr"] else 200) == answer.status


def test_a_first_checkpoint_of_any_size_is_accepted_with_an_empty_proof() -> None:
    assert (200, None) == _judged(Log(7).request(0))
    assert (422, None) == _judged(Request(0, (EMPTY_ROOT,), Log(7).checkpoint_note))


def test_the_same_checkpoint_again_is_accepted_with_an_empty_proof() -> None:
    assert (200, None) == _judged(Log(7).request(7), Log(7))
    assert (422, None) == _judged(Request(7, (EMPTY_ROOT,), Log(7).checkpoint_note), Log(7))


def test_the_same_size_with_another_root_is_refused_as_unproven() -> None:
    assert (422, None) == _judged(Log(7, "b").request(7), Log(7))


def test_a_fork_is_refused() -> None:
    assert (200, None) == _judged(Log(9).request(7), Log(7))
    assert (422, None) == _judged(Log(9, "b", forked=5).request(7), Log(7))


def test_another_old_size_than_recorded_is_told_the_recorded_one() -> None:
    assert (409, 7) == _judged(Log(9).request(0), Log(7))
    assert (409, 7) == _judged(Log(9).request(8), Log(7))
    assert (409, 7) == _judged(Log(5).request(5), Log(7))
    assert (409, 0) == _judged(Log(9).request(3))


def test_an_old_size_above_the_checkpoint_is_malformed() -> None:
    assert (400, None) == _judged(Request(8, (), Log(7).checkpoint_note), Log(8))


def test_an_empty_tree_is_accepted_with_its_own_root_only() -> None:
    wrong = sign_note(f"{ORIGIN}\n0\n{base64.b64encode(bytes(32)).decode()}\n", [KEY])

    assert (200, None) == _judged(Log(0).request(0))
    assert (422, None) == _judged(Request(0, (), wrong))
    assert (409, 7) == _judged(Request(0, (), wrong), Log(7))
    assert (400, None) == _judged(Request(1, (), wrong))


def test_an_unknown_log_is_told_apart_from_a_false_signature() -> None:
    other = SigningKey.generate("other.example")

    assert (404, None) == _judged(Log(7, key=other).request(0))
    assert (403, None) == _judged(Log(7, key=STRANGER).request(0))
    assert (403, None) == _judged(Request(0, (), Log(7).checkpoint_note.replace("\n7\n", "\n8\n")))


@pytest.mark.parametrize("text", [f"{ORIGIN}\n7\nnot base64\n", f"{ORIGIN}\n07\n{'A' * 43}=\n", f"{ORIGIN}\n7\n", f"{ORIGIN}\n{2**63}\n{'A' * 43}=\n"])  # fmt: skip
def test_a_signed_text_that_is_no_checkpoint_is_malformed(text: str) -> None:
    assert (400, None) == _judged(Request(0, (), sign_note(text, [KEY])))
    assert (400, None) == _judged(Request(0, (), text))


def test_only_the_lines_of_the_log_are_kept() -> None:
    note = Log(7).checkpoint_note
    own = note.partition("\n\n")[2]
    answer = judge(Request(0, (), note + STRANGER.line(Log(7).checkpoint.text()) + own), LOGS, None)

    assert (own,) == answer.lines


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old 0", b"old 0\n\n", b"old 00\n\nx\n", b"old +1\n\nx\n", b"old -1\n\nx\n", b"OLD 1\n\nx\n", b"old  1\n\nx\n",
        b"old 1 \n\nx\n", b"old 1\r\n\r\nx\n", "old \u0661\n\nx\n".encode(), b"old 1\nAAAA\n\nx\n", b"old 1\n\xff\n\nx\n",
        b"old 1\n" + base64.b64encode(bytes(33)) + b"\n\nx\n", b"old 1\n" + b"A" * 42 + b"B=\n\nx\n",
        b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\nx\n", b"old 1\n\n" + b"x" * 70_000,
    ],
)  # fmt: skip
def test_a_body_of_another_form_is_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse_request(body)


def test_a_body_of_63_hashes_is_read() -> None:
    proof = [bytes([number]) * 32 for number in range(63)]
    parsed = parse_request(request_text(2**63 - 1, proof, "x\n"))

    assert Request(2**63 - 1, tuple(proof), "x\n") == parsed


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.text(min_size=1))
@settings(deadline=None)
def test_what_is_written_is_read_back(old: int, proof: list[bytes], note: str) -> None:
    assert Request(old, tuple(proof), note) == parse_request(request_text(old, proof, note))


@given(st.binary(max_size=300) | st.builds(lambda n, t: f"old {n}\n{t}".encode(), st.integers(), st.text(max_size=100)))
@settings(max_examples=300, deadline=None)
def test_any_body_is_judged_or_bad_input(body: bytes) -> None:
    try:
        request = parse_request(body)
    except BadInput:
        return

    assert judge(request, LOGS, None).status in (400, 403, 404)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.sampled_from("ab"), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_only_what_continues_the_record_is_accepted(
    recorded: int, old: int, new: int, history: str, forked: int
) -> None:
    seen, shown = Log(recorded), Log(new, history, forked)
    status, _ = _judged(shown.request(old), seen)
    continues = recorded <= new and shown.leaves[:recorded] == seen.leaves

    assert (status == 200) == (old == recorded and continues)
