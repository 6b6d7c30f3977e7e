"""Trust policies as C2SP tlog-policy writes them; the examples follow its text."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import COSIGNATURE, ED25519, SigningKey, VerifierKey, sign_note
from passavant.sealing.trust import NotTrusted, TrustPolicy
from passavant.sealing.trust_lines import given_key


def fixed(name: str, kind: int = ED25519) -> SigningKey:
    """Return a key that is the same in every process: test names hold it, and two workers must agree on them."""
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))


LOG = fixed("seals.customs.example/log")
ISSUER = fixed("customs.example/certificates")
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: fixed(f"witness.{name}.example", COSIGNATURE) for name in NAMES}
WITNESSES = "".join(f"witness {name} {key.verifier}\n" for name, key in KEYS.items())
#: The example of tlog-policy with two levels of groups (C2SP/C2SP tlog-policy.md, CC BY 4.0).
EXAMPLE = f"""\
log {LOG.verifier}

{WITNESSES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
TEXT = Checkpoint(LOG.name, 1, leaf_hash(b"opening")).text()


def _note(*names: str) -> str:
    return sign_note(TEXT, [LOG]) + "".join(KEYS[name].line(TEXT, at=1_790_000_000) for name in names)


def _line(caught: pytest.ExceptionInfo[BadInput]) -> int | None:
    return caught.value.place.line if caught.value.place else None


@pytest.mark.parametrize(
    "signed", [("X1", "X2", "Y1"), ("X1", "X3", "Y3"), ("X1", "X2", "X3", "Y1", "Y2", "Y3")], ids=" ".join
)
def test_a_quorum_of_groups_of_groups_is_met(signed: tuple[str, ...]) -> None:
    trusted = TrustPolicy.parse(EXAMPLE).verify(_note(*signed))

    assert tuple((name, 1_790_000_000) for name in signed) == trusted.witnesses
    assert (LOG.name, 1, "X-and-Y") == (trusted.checkpoint.origin, trusted.checkpoint.size, trusted.quorum)


@pytest.mark.parametrize(
    ("signed", "wanted"),
    [
        ((), "2 more of X-witnesses, Y-witnesses"),
        (("X1", "Y1"), "1 more of X-witnesses"),
        (("X1", "X2", "X3"), "1 more of Y-witnesses"),
    ],
)
def test_too_few_witnesses_are_named_with_what_is_still_wanted(signed: tuple[str, ...], wanted: str) -> None:
    with pytest.raises(NotTrusted) as caught:
        TrustPolicy.parse(EXAMPLE).verify(_note(*signed))

    assert caught.value.expected[0].endswith(wanted)
    assert (", ".join(signed) or "no witness") in caught.value.got[0]
    assert "encore" in caught.value.expected[1]


def test_a_single_witness_may_be_the_quorum() -> None:
    policy = TrustPolicy.parse(f"log {LOG.verifier}\n{WITNESSES}quorum X2\n")

    assert "X2" == policy.verify(_note("X2")).quorum
    with pytest.raises(NotTrusted):
        policy.verify(_note("X1"))


def test_a_cosignature_of_a_stranger_counts_for_nothing() -> None:
    stranger = SigningKey.generate("witness.X2.example", COSIGNATURE)
    note = _note("X1") + stranger.line(TEXT)

    with pytest.raises(NotTrusted):
        TrustPolicy.parse(f"log {LOG.verifier}\n{WITNESSES}group g 2 X1 X2\nquorum g\n").verify(note)


def test_a_cosignature_that_does_not_hold_refuses_the_checkpoint() -> None:
    other = Checkpoint(LOG.name, 1, leaf_hash(b"another")).text()

    with pytest.raises(BadInput, match="does not hold"):
        TrustPolicy.parse(EXAMPLE).verify(_note("X1", "X2") + KEYS["Y1"].line(other))


def test_a_log_that_is_not_named_is_not_trusted() -> None:
    with pytest.raises(NotTrusted, match="not said you trust"):
        TrustPolicy.parse("quorum none\n").verify(_note())


def test_issuers_are_pinned() -> None:
    policy = TrustPolicy.parse(f"issuer {ISSUER.verifier}\nquorum none\n")

    assert {ISSUER.name: (ISSUER.verifier,)} == policy.issuers


def test_addresses_comments_and_blanks_are_read() -> None:
    policy = TrustPolicy.parse(
        f"\t# a comment\n \t\n  log\t{LOG.verifier}  https://seals.customs.example \n"
        f"witness north {KEYS['X1'].verifier} https://witness.example\nquorum north"
    )

    assert {LOG.name: "https://seals.customs.example"} == policy.log_urls
    assert "https://witness.example" == policy.witnesses["north"].url


def test_a_name_is_its_bytes() -> None:
    policy = TrustPolicy.parse(f"witness K {KEYS['X1'].verifier}\nwitness \u212a {KEYS['X2'].verifier}\nquorum none\n")

    assert ["K", "\u212a"] == list(policy.witnesses)


def test_a_log_may_change_its_key() -> None:
    newer = SigningKey.generate(LOG.name)
    policy = TrustPolicy.parse(f"log {LOG.verifier}\nlog {newer.verifier}\nquorum none\n")

    assert (
        (LOG.verifier, newer.verifier)
        == policy.log_keys(LOG.name)
        == policy.with_log(newer.verifier).log_keys(LOG.name)
    )
    assert 1 == policy.verify(sign_note(TEXT, [newer])).checkpoint.size


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("quorum none\nlogs x", 2),
        ("log", 1),
        (f"log {LOG.verifier} https://a https://b", 1),
        (f"log {LOG.verifier} seals.customs.example", 1),
        (f"log {KEYS['X1'].verifier}", 1),
        (f"log {LOG.verifier}\nlog {LOG.verifier}", 2),
        (f"log {LOG.verifier}\nlog {VerifierKey('other.example', 1, LOG.verifier.public)}", 2),
        (f"witness X {LOG.verifier}", 1),
        (f"witness none {KEYS['X1'].verifier}", 1),
        (f"witness X {KEYS['X1'].verifier}\nwitness X {KEYS['X2'].verifier}", 2),
        (f"witness X {KEYS['X1'].verifier}\nwitness Y {KEYS['X1'].verifier}", 2),
        (f"witness X {KEYS['X1'].verifier}\nquorum X\nquorum X", 3),
        (f"witness X {KEYS['X1'].verifier}\n", 2),
        ("group g any X\n" + WITNESSES, 1),
        (WITNESSES + "group g any", 7),
        (WITNESSES + "group g 0 X1 X2", 7),
        (WITNESSES + "group g 3 X1 X2", 7),
        (WITNESSES + "group g some X1 X2", 7),
        (WITNESSES + "group g \u0662 X1 X2", 7),
        (WITNESSES + "group g any X1 X1", 7),
        (WITNESSES + "group g any X1\ngroup h any X1 X2", 8),
        (WITNESSES + "group g any g", 7),
        (WITNESSES + "group g any none", 7),
        (WITNESSES + "group X1 any X2", 7),
        (WITNESSES + "quorum g", 7),
        ("quorum none\r\n", 1),
        ("quorum none\n# \x1b[2J", 2),
        ("quorum\u00a0none", 1),
        ("issuer x", 1),
        (f"issuer {KEYS['X1'].verifier}", 1),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(lines: str, number: int) -> None:
    with pytest.raises(BadInput) as caught:
        TrustPolicy.parse(lines, "trust.policy")

    assert ("sealing.trust.refused", number) == (caught.value.code, _line(caught))
    assert all(re.search(r"\w", text) for text in (*caught.value.got, *caught.value.expected))


def test_large_policies_are_read() -> None:
    count = 64
    logs = "".join(f"log {SigningKey.generate(f'log{n}.example').verifier}\n" for n in range(count))
    witnesses = "".join(
        f"witness w{n} {SigningKey.generate(f'w{n}.example', COSIGNATURE).verifier}\n" for n in range(count)
    )
    groups = "group g0 any w0\n" + "".join(f"group g{n} all g{n - 1} w{n}\n" for n in range(1, count))
    policy = TrustPolicy.parse(logs + witnesses + groups + f"quorum g{count - 1}\n")

    assert (count, count, count) == (len(policy.logs), len(policy.witnesses), len(policy.groups))
    policy.require([f"w{n}" for n in range(count)])
    with pytest.raises(NotTrusted):
        policy.require([f"w{n}" for n in range(1, count)])


def test_a_long_chain_of_groups_is_judged() -> None:
    chain = "group g0 any X1\n" + "".join(f"group g{n} any g{n - 1}\n" for n in range(1, 5000))

    TrustPolicy.parse(WITNESSES + chain + "quorum g4999\n").require(["X1"])


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="one line too many"):
        TrustPolicy.parse("#\n" * 10_001)


_WORD = st.sampled_from(
    [
        *(
            "log",
            "witness",
            "group",
            "quorum",
            "issuer",
            "none",
            "any",
            "all",
            "2",
            "0",
            "#",
            "X1",
            "g",
            "https://a.example",
        ),
        *(str(LOG.verifier), str(KEYS["X1"].verifier), "\u2028", "\x00"),
    ]
)


@given(st.lists(st.lists(_WORD, max_size=6).map(" ".join), max_size=8).map("\n".join) | st.text(max_size=100))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_policy_or_bad_input(text: str) -> None:
    try:
        policy = TrustPolicy.parse(text)
    except BadInput:
        return

    assert policy.quorum in ("none", *policy.witnesses, *policy.groups)


@given(st.integers(1, 6), st.sets(st.sampled_from(NAMES)))
@settings(max_examples=60, deadline=None)
def test_k_of_n_counts_each_witness_once(needed: int, signed: set[str]) -> None:
    policy = TrustPolicy.parse(f"{WITNESSES}group g {needed} {' '.join(NAMES)}\nquorum g\n")
    met = True
    try:
        policy.require([*signed, *signed])
    except NotTrusted:
        met = False

    assert (len(signed) >= needed) == met


def test_a_key_kind_that_is_not_ours_is_refused() -> None:
    mldsa = base64.b64encode(bytes([6]) + KEYS["X1"].verifier.public).decode()

    with pytest.raises(BadInput):
        TrustPolicy.parse(f"witness X w.example+00000000+{mldsa}\nquorum none\n")


def test_a_witness_named_like_a_log_does_not_sign_for_it() -> None:
    liar = SigningKey.generate(LOG.name, COSIGNATURE)
    policy = TrustPolicy.parse(f"log {LOG.verifier}\nwitness liar {liar.verifier}\nquorum liar\n")
    with pytest.raises(BadInput) as caught:
        policy.verify(sign_note(TEXT, [liar]))

    assert "no signature of the log itself" in caught.value.got[0]


def test_a_log_is_not_its_own_witness() -> None:
    itself = SigningKey(LOG.name, COSIGNATURE, LOG.private)
    with pytest.raises(BadInput) as caught:
        TrustPolicy.parse(f"log {LOG.verifier}\nwitness itself {itself.verifier}\nquorum itself\n")

    assert 2 == _line(caught)


def test_a_key_is_read_as_it_is_handed_over() -> None:
    spelled = (f"log {LOG.verifier}", f"{LOG.verifier}\n", f"log {LOG.verifier} https://seals.customs.example")

    assert [LOG.verifier] * 3 == [given_key(text) for text in spelled]
    assert KEYS["X1"].verifier == given_key(f"witness X1 {KEYS['X1'].verifier}")
