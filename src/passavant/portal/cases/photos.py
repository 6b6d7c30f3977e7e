"""Photos of inspections: known by their content, kept apart by their SHA-256, readable by this account alone."""

from __future__ import annotations

import struct
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.portal.cases.kept_files import keep, kept_path

__all__ = ["LARGEST", "TYPES", "kept", "photo_path", "photo_type", "picture_type"]

#: Most bytes of a photo.
LARGEST = 10 * 1024 * 1024
#: Kinds that are taken, with the end of a file's name.
TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_SIDE = 30_000
_FOLDER = "photos"


def photo_type(content: bytes) -> str:
    """Return the kind of a photo, from its own header and never its name.

    Raises:
        BadInput: it is too large, or no photo of a kind that is taken.
    """
    if len(content) > LARGEST:
        raise _refused("portal.photo.large")
    kind = picture_type(content)
    if kind is None:
        raise _refused("portal.photo.kind")
    return kind


def picture_type(content: bytes) -> str | None:
    """Return the kind of a picture, from its own header; None where it is none of :data:`TYPES`."""
    for kind, measure in (("image/png", _png), ("image/jpeg", _jpeg), ("image/webp", _webp)):
        size = measure(content)
        if size and all(0 < side <= _SIDE for side in size):
            return kind
    return None


def kept(content: bytes) -> tuple[str, str]:
    """Keep a photo; return its SHA-256 and its kind."""
    kind = photo_type(content)
    return keep(_FOLDER, content), kind


def photo_path(digest: str) -> Path:
    """Return where a photo lies."""
    return kept_path(_FOLDER, digest)


def _png(content: bytes) -> tuple[int, int] | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame's header, which holds height and width."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        mark = content[place + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        length = int(struct.unpack(">H", content[place + 2 : place + 4])[0])
        place += 2 + length if mark != 0xFF else 1
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    form = content[12:16]
    if form == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _refused(code: str) -> BadInput:
    return BadInput(
        code,
        got=("a file that is no such photo", "un fichier qui n'est pas une telle photo"),
        expected=("JPEG, PNG or WebP, at most 10 megabytes", "JPEG, PNG ou WebP, 10 mégaoctets au plus"),
        next_step=("Choose another file.", "Choisissez un autre fichier."),
        place=Place(field="photo"),
    )
