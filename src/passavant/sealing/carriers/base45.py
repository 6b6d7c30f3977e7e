"""Base45 (RFC 9285): bytes in the letters of a QR code's alphanumeric mode, three for two bytes.

>>> encode(b"Hello!!")
'%69 VD92EX0'
>>> decode("QED8WEX0")
b'ietf!'
"""

from __future__ import annotations

from passavant.errors import BadInput

__all__ = ["decode", "encode"]

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


def encode(data: bytes) -> str:
    """Return bytes in Base45."""
    return "".join(_letters(data[place : place + 2]) for place in range(0, len(data), 2))


def decode(text: str) -> bytes:
    """Return the bytes of a Base45 text.

    Raises:
        BadInput: another letter, a length that no bytes give, or a group above the largest value.
    """
    values = [_VALUES.get(letter, -1) for letter in text]
    if -1 in values or len(values) % 3 == 1:
        raise _refused(text)
    found = bytearray()
    for place in range(0, len(values), 3):
        group = values[place : place + 3]
        number, width = sum(value * 45**power for power, value in enumerate(group)), len(group) - 1
        if number >> 8 * width:
            raise _refused(text[place : place + 3])
        found += number.to_bytes(width, "big")
    return bytes(found)


def _letters(pair: bytes) -> str:
    number, letters = int.from_bytes(pair, "big"), ""
    for _ in range(len(pair) + 1):
        number, rest = divmod(number, 45)
        letters += _LETTERS[rest]
    return letters


def _refused(text: str) -> BadInput:
    return BadInput(
        "sealing.base45.unreadable",
        got=(f"the text {text[:40]!r}", f"le texte {text[:40]!r}"),
        expected=("Base45 (RFC 9285)", "du Base45 (RFC 9285)"),
        next_step=("Scan the code again.", "Scannez à nouveau le code."),
    )
