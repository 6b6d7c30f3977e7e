"""Messages over a local socket: a length of four bytes, then that many."""

from __future__ import annotations

import socket
import struct

__all__ = ["LONGEST", "read_frame", "write_frame"]

#: The longest message, in bytes.
LONGEST = 64 << 20
_LENGTH = struct.Struct(">I")


def read_frame(connection: socket.socket) -> bytes | None:
    """Return the next message, None where the other side has ended.

    Raises:
        ValueError: it would be longer than :data:`LONGEST`.
    """
    head = _read(connection, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes; at most {LONGEST}")
    return _read(connection, length)


def write_frame(connection: socket.socket, message: bytes) -> None:
    """Send a message."""
    connection.sendall(_LENGTH.pack(len(message)) + message)


def _read(connection: socket.socket, length: int) -> bytes | None:
    parts, left = [], length
    while left:
        part = connection.recv(min(left, 1 << 20))
        if not part:
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
