"""An incremental update of a PDF (ISO 32000-2 §7.5.6), written the same for ever: pypdf parses, nothing here is left to it.

The update is checked years later by writing it again, so no other program's habits of writing may enter it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passavant.errors import BadInput

__all__ = ["Raw", "Tail", "pdf_object", "update"]

_PLAIN = frozenset(b"!\"$&'*+,-.0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ\\^_`abcdefghijklmnopqrstuvwxyz|~")


class Raw(bytes):
    """Bytes that are written as they are."""


@dataclass(frozen=True)
class Tail:
    """How a PDF ends.

    Attributes:
        root: Number and generation of the catalog.
        size: One more than the highest object number.
        previous: Where its last cross-reference section begins.
        stream: Whether that section is a stream; the update's is of the same kind.
        kept: What the trailer keeps: Info and ID.
    """

    root: tuple[int, int]
    size: int
    previous: int
    stream: bool
    kept: Mapping[str, Any]


def update(start: int, mark: bytes, objects: Sequence[tuple[int, int, bytes]], tail: Tail) -> bytes:
    """Return the bytes to append.

    Args:
        start: Length of the PDF before.
        mark: A comment to begin with.
        objects: Number, generation and body of each object, by number.
        tail: How the PDF ended.
    """
    parts, entries, at = [mark], [], start + len(mark)
    for number, generation, body in objects:
        entries.append((number, at, generation))
        parts.append(b"%d %d obj\n%b\nendobj\n" % (number, generation, body))
        at += len(parts[-1])
    size = max(tail.size, 1 + max(number for number, _, _ in entries))
    trailer = {"/Size": size, "/Root": _reference(*tail.root), **tail.kept, "/Prev": tail.previous}
    parts.append(_stream(at, entries, trailer) if tail.stream else _table(entries, trailer))
    return b"".join(parts) + b"startxref\n%d\n%%%%EOF\n" % at


def pdf_object(value: Any) -> bytes:
    """Write an object that pypdf parsed, or a plain Python one.

    Raises:
        BadInput: something that cannot be written back for certain.
    """
    from pypdf.generic import IndirectObject

    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, IndirectObject):
        return bytes(_reference(value.idnum, value.generation))
    if isinstance(value, Mapping):
        pairs = [_name(key) + b" " + pdf_object(_raw(value, key)) for key in value]
        return b"<< " + b" ".join(pairs) + b" >>"
    if isinstance(value, list):
        return b"[ " + b" ".join(pdf_object(list.__getitem__(value, place)) for place in range(len(value))) + b" ]"
    return _scalar(value)


def _scalar(value: Any) -> bytes:
    from pypdf.generic import BooleanObject, NameObject, NullObject, TextStringObject

    if isinstance(value, BooleanObject):
        return b"true" if value.value else b"false"
    if isinstance(value, NameObject):
        return _name(value)
    if isinstance(value, TextStringObject):
        return b"<" + value.original_bytes.hex().encode() + b">"
    if isinstance(value, bytes):
        return b"<" + value.hex().encode() + b">"
    if isinstance(value, NullObject):
        return b"null"
    if isinstance(value, int):
        return b"%d" % int(value)
    if isinstance(value, float):
        return f"{Decimal(repr(float(value))):f}".encode()
    raise _unsafe(f"a {type(value).__name__}", f"un {type(value).__name__}")


def _raw(value: Mapping[str, Any], key: str) -> Any:
    """Return a value without following a reference, as pypdf's own access would."""
    return value.raw_get(key) if hasattr(value, "raw_get") else value[key]


def _name(name: str) -> bytes:
    if not name.startswith("/") or not name.isascii():
        raise _unsafe(f"the name {name[:40]!r}", f"le nom {name[:40]!r}")
    return b"/" + b"".join(bytes([c]) if c in _PLAIN else b"#%02X" % c for c in name[1:].encode())


def _reference(number: int, generation: int) -> Raw:
    return Raw(b"%d %d R" % (number, generation))


def _table(entries: Sequence[tuple[int, int, int]], trailer: Mapping[str, Any]) -> bytes:
    rows = [b"%d 1\n%010d %05d n \n" % (number, at, generation) for number, at, generation in entries]
    return b"xref\n" + b"".join(rows) + b"trailer\n" + pdf_object(trailer) + b"\n"


def _stream(at: int, entries: Sequence[tuple[int, int, int]], trailer: Mapping[str, Any]) -> bytes:
    number = trailer["/Size"]
    listed = [*entries, (number, at, 0)]
    data = b"".join(
        b"\x01" + offset.to_bytes(5, "big") + generation.to_bytes(2, "big") for _, offset, generation in listed
    )
    head = {
        "/Type": Raw(b"/XRef"),
        **trailer,
        "/Size": number + 1,
        "/W": [1, 5, 2],
        "/Index": [part for one, _, _ in listed for part in (one, 1)],
        "/Length": len(data),
    }
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, pdf_object(head), data)


def _unsafe(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.pdf.unsafe",
        got=(f"the PDF's catalog holds {got}", f"le catalogue du PDF contient {got_fr}"),
        expected=("a catalog that can be written back for certain", "un catalogue qui se réécrit sans aucun doute"),
        next_step=(
            "Leave the PDF as it is and keep the receipt in a file beside it.",
            "Laissez le PDF tel quel et gardez le reçu dans un fichier à côté.",
        ),
    )
