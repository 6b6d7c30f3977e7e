"""Arrow tables as bytes, for the journal."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["packed", "unpacked"]

_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def packed(table: pa.Table) -> bytes:
    """Return a table as an Arrow stream, compressed a little."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_OPTIONS) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def unpacked(content: bytes | memoryview) -> pa.Table:
    """Return the table of :func:`packed`."""
    with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
        return reader.read_all()
