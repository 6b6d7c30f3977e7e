"""The mark that generated data carries, so that no figure made from it is ever taken for a real one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["MARK", "is_simulated"]

#: Metadata of a Parquet file of generated declarations. CSV has no place for it: there the caller says so.
MARK = {b"passavant.simulated": b"true"}


def is_simulated(inputs: Iterable[str | Path]) -> bool:
    """Return whether any of these files, or of the files in these folders, carries the mark."""
    return any(_marked(file) for name in inputs for file in _files(Path(name)))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def _marked(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix != ".parquet" or not path.is_file():
        return False
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return False  # intake says what is wrong with the file
    return all(metadata.get(name) == value for name, value in MARK.items())
