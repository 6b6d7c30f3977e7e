r"""Signed notes (C2SP signed-note 1.0.0): a text, and lines with the signatures of keys that have names.

>>> key = SigningKey.generate("log.example/customs")
>>> note = sign_note("an agreed text\n", [key])
>>> open_note(note, [key.verifier]).text
'an agreed text\n'
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import re
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from passavant.errors import BadInput

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "OpenedNote",
    "Signature",
    "SignatureRefused",
    "SigningKey",
    "VerifierKey",
    "open_note",
    "sign_note",
]

#: Kinds of signature: a plain Ed25519 one, and a witness's with its time (C2SP tlog-cosignature 1.0.1).
ED25519, COSIGNATURE = 0x01, 0x04

_MOST_SIGNATURES = 100
#: The last second that a date can name (31 December 9999).
_LATEST = 253_402_300_799
_DASH = "\u2014 "
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_PUBLIC = 32
_P = 2**255 - 19
_Y = 2**255 - 1
_LOW = 2707385501144840649318225287225658788936804267575313519463743609750303402022
#: The y of the points of order 1, 2, 4 and 8: under such a key one signature would do for many texts (RFC 8032, 5.1.7).
_SMALL_ORDER = frozenset({0, 1, _P - 1, _P, _P + 1, _LOW, _P - _LOW})


@dataclass(frozen=True)
class Signature:
    """A valid signature of a note: whose it is, and, for a witness's, when it was given (seconds since 1970, UTC)."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True)
class OpenedNote:
    """A note whose known signatures are all valid.

    Attributes:
        text: What was signed, with its last line end.
        signatures: The valid signatures, in the order of their lines; lines of unknown keys are not among them.
        lines: Every signature line as it stands, known or not.
    """

    text: str
    signatures: tuple[Signature, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key: name, kind and 32 bytes. Written ``name+keyid+base64``, as C2SP calls a vkey."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a written key.

        Raises:
            BadInput: it has another form, an unknown kind, or a key id that is not its own.
        """
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise _bad_key(text, "three parts joined by +", "trois parties jointes par +")
        data = _base64(parts[2])
        if not _NAME.fullmatch(parts[0]) or data is None or len(data) != 1 + _PUBLIC:
            raise _bad_key(
                text,
                "a name, eight hexadecimal digits, 33 bytes in base64",
                "un nom, huit chiffres hexadécimaux, 33 octets en base64",
            )
        key = cls(parts[0], data[0], data[1:])
        if key.kind not in (ED25519, COSIGNATURE) or int.from_bytes(key.public, "little") & _Y in _SMALL_ORDER:
            raise _bad_key(text, "an Ed25519 key (kind 1 or 4)", "une clé Ed25519 (genre 1 ou 4)")
        if parts[1] != key.id.hex():
            raise _bad_key(text, f"the key id {key.id.hex()}", f"l'identifiant {key.id.hex()}")
        return key

    @functools.cached_property
    def id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def check(self, text: str, signature: bytes) -> Signature | None:
        """Return the signature if it is this key's over a note's text, else None."""
        if self.kind == ED25519:
            return Signature(self, None) if self._valid(text.encode(), signature) else None
        if len(signature) != 8 + 64:
            return None
        (moment,) = struct.unpack(">Q", signature[:8])
        if moment > _LATEST:
            return None
        valid = self._valid(_cosigned(text, moment), signature[8:])
        return Signature(self, moment) if valid else None

    def _valid(self, message: bytes, signature: bytes) -> bool:
        try:
            _public(self.public).verify(signature, message)
        except _invalid():
            return False
        return True


@functools.lru_cache(maxsize=1024)
def _public(data: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(data)


@functools.cache
def _invalid() -> tuple[type[Exception], ...]:
    from cryptography.exceptions import InvalidSignature

    return InvalidSignature, ValueError


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name; ``kind`` COSIGNATURE makes a witness's signatures, which carry the time."""

    name: str
    kind: int
    private: Any

    @classmethod
    def generate(cls, name: str, kind: int = ED25519) -> SigningKey:
        """Make a new key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        _check_name(name)
        return cls(name, kind, Ed25519PrivateKey.generate())

    @functools.cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def line(self, text: str, at: int | None = None) -> str:
        """Return the signature line over a note's text; ``at``: the time a witness states (default: now)."""
        if self.kind == ED25519:
            signature = self.private.sign(text.encode())
        else:
            moment = int(time.time()) if at is None else at
            signature = struct.pack(">Q", moment) + self.private.sign(_cosigned(text, moment))
        return f"{_DASH}{self.name} {base64.b64encode(self.verifier.id + signature).decode()}\n"


def sign_note(text: str, keys: Sequence[SigningKey]) -> str:
    """Return a note: the text, a blank line and a signature line of each key.

    Raises:
        ValueError: the text does not end with a line end, or holds a control character.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note's text ends with a line end and holds no other control character")
    return text + "\n" + "".join(key.line(text) for key in keys)


class SignatureRefused(BadInput):
    """A note of the right form that nobody whom one trusts has signed: the answer is no."""

    exit_code = 1


def open_note(note: str | bytes, keys: Sequence[VerifierKey]) -> OpenedNote:
    """Check a note against the keys one knows.

    Signatures of unknown keys are left aside; a known key whose signature fails refuses the note.

    Raises:
        BadInput: no note, a signature of a known key that does not hold, or none of a known key at all.
    """
    text, lines, parsed = _split(note)
    known = {(key.name, key.id): key for key in keys}
    found: dict[VerifierKey, Signature] = {}
    for name, identity, signature in parsed:
        key = known.get((name, identity))
        if key is None or key in found:
            continue
        valid = key.check(text, signature)
        if valid is None:
            raise _refused(
                f"a signature of {name} that does not hold",
                f"une signature de {name} qui ne tient pas",
                SignatureRefused,
            )
        found[key] = valid
    if not found:
        raise _refused("no signature of a known key", "aucune signature d'une clé connue", SignatureRefused)
    return OpenedNote(text, tuple(found.values()), tuple(lines))


def split_note(note: str | bytes) -> tuple[str, list[str]]:
    """Return a note's text and its signature lines, whatever their keys.

    Raises:
        BadInput: it has not the form of a signed note.
    """
    return _split(note)[:2]


def _split(note: str | bytes) -> tuple[str, list[str], list[tuple[str, bytes, bytes]]]:
    """Return a note's text, its signature lines as they stand, and each one's name, key id and signature."""
    try:
        whole = note.decode() if isinstance(note, bytes) else note
        whole.encode()  # a text may hold half a letter, which JSON can spell
    except UnicodeError as error:
        raise _refused("a note that is not UTF-8", "une note qui n'est pas en UTF-8") from error
    place = whole.rfind("\n\n")
    lines = whole[place + 2 :].splitlines(keepends=True) if place >= 0 else []
    if not lines or _CONTROL.search(whole) or not whole.endswith("\n") or len(lines) > _MOST_SIGNATURES:
        raise _refused("a text without signature lines", "un texte sans lignes de signature")
    return whole[: place + 1], lines, [_parsed(line) for line in lines]


def _parsed(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).removesuffix("\n").partition(" ")
    data = _base64(encoded)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or data is None or len(data) < 5:
        raise _refused(f"the signature line {line.strip()[:60]}", f"la ligne de signature {line.strip()[:60]}")
    return name, data[:4], data[4:]


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _base64(text: str) -> bytes | None:
    """Return the bytes of strict base64, or None: another spelling of the same bytes is refused."""
    try:
        data = binascii.a2b_base64(text)
        return data if binascii.b2a_base64(data, newline=False) == text.encode() else None
    except ValueError:
        return None


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadInput(
            "sealing.key.name",
            got=(f"the key name {name!r}", f"le nom de clé {name!r}"),
            expected=("a name without spaces or +", "un nom sans espace ni +"),
            next_step=(
                "Use a host and path, such as seals.customs.example/log.",
                "Prenez un hôte et un chemin, tel que sceaux.douane.example/journal.",
            ),
        )


def _bad_key(text: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.key.unreadable",
        got=(f"the verifier key {text[:160]}", f"la clé de vérification {text[:160]}"),
        expected=(expected, expected_fr),
        next_step=("Ask its owner for the key again.", "Redemandez la clé à son détenteur."),
    )


def _refused(got: str, got_fr: str, kind: type[BadInput] = BadInput) -> BadInput:
    return kind(
        "sealing.note.refused",
        got=(got, got_fr),
        expected=("a note signed by a key that you trust", "une note signée par une clé à laquelle vous vous fiez"),
        next_step=(
            "Check where it comes from, and which keys you gave.",
            "Vérifiez sa provenance et les clés indiquées.",
        ),
    )
