"""A stream of bytes from a file or standard input: unpacked, hashed on the way, and turned into UTF-8."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from passavant.errors import BadInput, Place

__all__ = ["BLOCK", "STDIN", "ByteSource"]

#: Bytes read at a time.
BLOCK = 8 << 20

#: How the command line names standard input.
STDIN = "-"

_HEAD = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

codecs.register_error("passavant-mark", lambda error: ("\udc80", getattr(error, "end", 0)))


class ByteSource:
    """One input's bytes. ``head`` may be looked at before reading; ``digest`` is known after the last block.

    ``packed``: the input is compressed by gzip.

    Args:
        name: A path, or ``-`` for standard input.

    Raises:
        BadInput: the file cannot be opened, or a packed file is damaged.
    """

    def __init__(self, name: str | Path) -> None:
        self.name = str(name)
        self.path = None if self.name == STDIN else Path(name)
        self._hash = hashlib.sha256()
        self.packed = False
        self._raw: BinaryIO = self._open()
        try:
            self._stream = self._unpacked()
            self._head = self._read_head()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ByteSource:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.path is not None:
            self._raw.close()

    @property
    def head(self) -> bytes:
        """The first bytes (64 kB at most), unpacked and not yet consumed."""
        return self._head

    def digest(self) -> str:
        """Return the SHA-256 of the file as it lies on disk, reading what is left of it."""
        while self._take(BLOCK):
            pass
        return self._hash.hexdigest()

    def blocks(self, encoding: str | None = None) -> Iterator[bytes]:
        """Yield the content as UTF-8 without byte order mark, about 8 MB at a time.

        Args:
            encoding: What the file is written in (default: as its byte order mark says, else UTF-8). A byte sequence
                that is not valid in it comes out as invalid UTF-8, so that the row it stands in can be found.
        """
        mark, marked = next(((mark, name) for mark, name in _BOMS if self._head.startswith(mark)), (b"", None))
        self._head = self._head[len(mark) :]
        encoding = marked or _named(encoding, self._head)
        raw = self.raw_blocks()
        return raw if encoding in ("utf-8", "ascii") else _transcoded(raw, encoding)

    def raw_blocks(self) -> Iterator[bytes]:
        """Yield the content as it is, about 8 MB at a time."""
        return iter(lambda: self._read(BLOCK), b"")

    def _open(self) -> BinaryIO:
        if self.path is None:
            return sys.stdin.buffer
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.name, str(error)) from error

    def _unpacked(self) -> Any:
        first = self._take(2)
        tee = _Tee(first, self._take)
        self.packed = first == b"\x1f\x8b"
        return gzip.GzipFile(fileobj=tee, mode="rb") if self.packed else tee

    def _take(self, size: int) -> bytes:
        data = self._raw.read(size)
        self._hash.update(data)
        return data

    def _read_head(self) -> bytes:
        parts, size = [], 0
        while size < _HEAD and (part := self._unpack(_HEAD - size)):
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        head, self._head = self._head, b""
        return head + self._unpack(size) if head else self._unpack(size)

    def _unpack(self, size: int) -> bytes:
        try:
            data: bytes = self._stream.read(size)
        except (EOFError, zlib.error, OSError) as error:
            raise _unreadable(self.name, str(error)) from error
        return data


class _Tee(io.RawIOBase):
    """Gives back the two bytes that were looked at, then the rest."""

    def __init__(self, first: bytes, take: Any) -> None:
        self._first = first
        self._take = take

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        rest: bytes = self._take(max(size - len(first), 0) if size >= 0 else -1)
        return first + rest

    def readable(self) -> bool:
        return True


def _named(encoding: str | None, head: bytes) -> str:
    """Return the encoding of content without a mark; one that does not say its byte order is little-endian or shows it."""
    if encoding is None:
        return _unmarked_utf16(head) or "utf-8"
    name = codecs.lookup(encoding).name
    if name == "utf-16":
        return _unmarked_utf16(head) or "utf-16-le"
    return "utf-32-le" if name == "utf-32" else name


def _unmarked_utf16(head: bytes) -> str | None:
    """Recognise UTF-16 written without a byte order mark by the zero bytes of its ASCII letters."""
    odd, even = head[1:400:2].count(0), head[0:400:2].count(0)
    half = max(len(head[:400]) // 4, 1)
    return "utf-16-le" if odd > half else "utf-16-be" if even > half else None


def _transcoded(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="passavant-mark")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _unreadable(name: str, problem: str) -> BadInput:
    return BadInput(
        "dataset.reader.unreadable",
        got=(f"the input cannot be read: {problem}", f"l'entrée est illisible : {problem}"),
        expected=("a whole, readable file", "un fichier entier et lisible"),
        next_step=(
            "Check the path and the permissions, or transfer the file again.",
            "Vérifiez le chemin et les droits, ou transférez le fichier à nouveau.",
        ),
        place=Place(file=name),
    )
