"""Party keys: who a name is, without the name.

A key is the first 8 bytes, big-endian and signed, of HMAC-SHA-256(deployment secret, normalised text). Two spellings
of one party that differ only in case, accents or punctuation get one key; without the secret nobody can go from a
list of names to keys. This module holds the definition, one text at a time; :mod:`passavant.dataset.key_columns` gives
the same answers for whole columns.

>>> normalise("  Société  GÉNÉRALE, S.A. ")
'societe generale s a'
>>> party_key(b"0123456789abcdef", party_text("Ola Nordmann", "Storgata 1, Oslo", "NO"))
-3195669376575361523
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Hasher", "id_form", "id_text", "normalise", "party_key", "party_text"]

_BLOCK = 64  # bytes in a block of SHA-256

#: Letters that Unicode does not decompose although a reader sees a plain letter with a stroke, or two letters.
_STROKES = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H"}
    | {"ŧ": "t", "Ŧ": "T", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"}
)
#: Combining classes that carry meaning in their script and stay: nukta, kana voicing, virama.
_MEANINGFUL = frozenset({0, 7, 8, 9})

#: ASCII letters to lower case, digits kept, anything else to a space.
ASCII_TABLE = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + b" " * 128
#: ASCII letters to A, digits to 9, anything else as it is.
FORM_TABLE = bytes(
    ord("A" if chr(c).isalpha() and c < 128 else "9" if c in b"0123456789" else chr(c)) for c in range(256)
)


class _Folds(dict[int, str]):
    """What each character becomes, worked out once per character and remembered (Unicode bounds its size)."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


_FOLDS = _Folds()


def normalise(text: str) -> str:
    """Return the text as it enters a key: no accents, no case, no punctuation, single spaces.

    Compatibility decomposition (NFKD), accents and strokes stripped, case folded, each run of characters that are
    neither letters nor digits turned into one space, trimmed. Scripts other than Latin are kept, vowel signs included.
    Normalising twice changes nothing.
    """
    if text.isascii():
        return b" ".join(text.encode().translate(ASCII_TABLE).split()).decode()
    return " ".join(unicodedata.normalize("NFKD", text).translate(_FOLDS).split())


def party_text(name: str | None, address: str | None, country: str | None) -> str | None:
    """Return the text of a party's key, or None when neither name nor address leaves a letter or a digit."""
    named, placed = normalise(name or ""), normalise(address or "")
    return f"{named}|{placed}|{(country or '').strip().upper()}" if named or placed else None


def id_text(identifier: str | None) -> str | None:
    """Return the text of an identifier's key (``id|`` and the normalised id without spaces), or None when empty."""
    bare = normalise(identifier or "").replace(" ", "")
    return f"id|{bare}" if bare else None


def party_key(secret: bytes, text: str) -> int:
    """Return the key of a text made by :func:`party_text` or :func:`id_text`, a signed 64-bit integer."""
    return int.from_bytes(hmac.digest(secret, text.encode(), "sha256")[:8], "big", signed=True)


def id_form(identifier: str) -> str:
    """Return the shape of an identifier and nothing of its content: letters become A, digits 9.

    >>> id_form("P123-45")
    'A999-99'
    """
    if identifier.isascii():
        return identifier.encode().translate(FORM_TABLE).decode()
    return "".join("A" if one.isalpha() else "9" if one.isdigit() else one for one in identifier)


class Hasher:
    """HMAC-SHA-256 of many short texts with one secret, 8 bytes of each, as numpy integers.

    Same answers as :func:`party_key`, about twice as fast: the two padded keys are prepared once.
    """

    def __init__(self, secret: bytes) -> None:
        key = (secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()).ljust(_BLOCK, b"\0")
        self._inner = bytes(byte ^ 0x36 for byte in key)
        self._outer = bytes(byte ^ 0x5C for byte in key)

    def many(self, texts: Iterable[bytes]) -> npt.NDArray[np.int64]:
        """Return one signed 64-bit key per text, in order."""
        import numpy as np

        sha, inner, outer = hashlib.sha256, self._inner, self._outer
        digests = b"".join([sha(outer + sha(inner + text).digest()).digest() for text in texts])
        return np.frombuffer(digests, dtype=">i8")[::4].astype(np.int64)


def _fold(character: str) -> str:
    """Fold one character until nothing changes, so that the result folds to itself."""
    before, after = "", character
    while before != after:
        before, after = after, "".join(_letters(after))
    return after


def _letters(text: str) -> Iterable[str]:
    bare = _bare(unicodedata.normalize("NFKD", text)).translate(_STROKES)
    for one in _bare(unicodedata.normalize("NFKD", bare.casefold())):
        yield one if one.isalnum() or unicodedata.category(one).startswith("M") else " "


def _bare(text: str) -> str:
    return "".join(one for one in text if unicodedata.combining(one) in _MEANINGFUL)
