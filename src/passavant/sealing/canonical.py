r"""Canonical JSON (RFC 8785) for records that hold only text, whole numbers, objects and lists.

One value has one spelling, so that a digest of the bytes is a digest of the meaning. Fractions are left out on purpose:
their spelling is the hard part of RFC 8785 and no record here needs one.

>>> canonical({"size": 2, "name": "é"})
b'{"name":"\xc3\xa9","size":2}'
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from passavant.errors import BadInput

__all__ = ["MOST", "canonical", "load"]

#: The largest whole number that every reader of JSON keeps exactly (2^53 - 1).
MOST = 2**53 - 1

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a value whose keys are plain ASCII.

    Equal to RFC 8785 for such values: its order of keys by UTF-16 units is the order of ASCII code points.
    """
    return _encode(value).encode()


def load(data: bytes | str, *, limit: int, what: tuple[str, str]) -> Any:
    """Read JSON strictly: UTF-8, no key twice, no fraction, no number beyond ±(2^53 - 1), bounded length.

    Args:
        data: The JSON.
        limit: Most bytes.
        what: What it is, in both languages, for the message.

    Raises:
        BadInput: it is none of this.
    """
    if len(data) > limit:
        raise _refused(what, f"{len(data)} bytes", f"{len(data)} octets", (f"at most {limit}", f"{limit} au plus"))
    try:
        text = data.decode() if isinstance(data, bytes) else data
        text.encode()  # a lone surrogate is no text
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_no_fraction, parse_int=_whole, parse_constant=_no_fraction
        )
        if "\\u" in text:
            _encode(value).encode()  # neither is one that was escaped
        return value
    except UnicodeError as error:
        raise _refused(what, "bytes that are not UTF-8", "des octets qui ne sont pas de l'UTF-8") from error
    except RecursionError as error:
        raise _refused(what, "lists nested too deeply", "des listes trop imbriquées") from error
    except ValueError as error:
        raise _refused(what, f"no JSON of this kind: {error}", f"un JSON refusé : {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice / une clé figure deux fois")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:40]} is not whole / le nombre {text[:40]} n'est pas entier")


def _whole(text: str) -> int:
    value = int(text) if len(text) <= 17 else MOST + 1
    if abs(value) > MOST:
        raise ValueError(f"the number {text[:40]} is too large / le nombre {text[:40]} est trop grand")
    return value


def _refused(
    what: tuple[str, str], got: str, got_fr: str, expected: tuple[str, str] = ("JSON in UTF-8", "du JSON en UTF-8")
) -> BadInput:
    return BadInput(
        "sealing.json.refused",
        got=(f"{what[0]} holds {got}", f"{what[1]} contient {got_fr}"),
        expected=expected,
        next_step=(
            "Take it again from where it came: it was cut, changed or not made as the documentation shows.",
            "Reprenez-le à sa source : il a été coupé, modifié ou n'est pas fait comme le montre la documentation.",
        ),
    )
