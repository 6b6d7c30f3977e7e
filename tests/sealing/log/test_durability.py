"""What is on the disk before what: the transaction before the acknowledgement, every tile before its checkpoint."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.sealing.log import PUBLIC, LogReader, Publisher

_FULL = 2


def test_the_writer_waits_for_the_disk_with_each_transaction(house: Any) -> None:
    connection = house.log._connection

    assert (_FULL,) == connection.execute("PRAGMA synchronous").fetchone()
    assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()


class Recorder:
    """Records what is synced and what takes its place, in order; everything is really done."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, Path]] = []
        self._watch(patch, os, "fsync", lambda number: ("sync", Path(f"/proc/self/fd/{number}").readlink()))
        self._watch(patch, Path, "replace", lambda _draft, file: ("place", Path(file)))
        self._watch(patch, Path, "mkdir", lambda folder, *_, **__: ("folder", folder))

    def _watch(self, patch: pytest.MonkeyPatch, owner: Any, name: str, event: Callable[..., tuple[str, Path]]) -> None:
        real = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            self.events.append(event(*given, **named))
            return real(*given, **named)

        patch.setattr(owner, name, watched)

    def first(self, kind: str, path: Path, after: int = 0) -> int:
        return self.events.index((kind, path), after)


def test_tiles_their_names_and_their_folders_are_on_the_disk_before_the_checkpoint(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(700))))
    with LogReader(house.folder) as reader, monkeypatch.context() as patch:
        recorder = Recorder(patch)
        Publisher(house.folder, reader).publish(house.log.checkpoint())
    public = house.folder / PUBLIC
    checkpoint = recorder.first("place", public / "checkpoint")
    files = [file for file in public.rglob("*") if file.is_file() and file.name != "checkpoint"]
    folders = [folder for folder in public.rglob("*") if folder.is_dir()]

    assert 7 == len(files)  # tiles 0/000 to 0/002.p/190 and 1/000.p/2, and three bundles
    for file in files:
        placed = recorder.first("place", file)
        assert "sync" == recorder.events[placed - 1][0]  # the content, under its draft's name
        assert placed < recorder.first("sync", file.parent, placed) < checkpoint
    for folder in folders:
        made = recorder.first("folder", folder)
        assert recorder.first("sync", folder.parent, made) < checkpoint
    assert checkpoint < recorder.first("sync", public, checkpoint)
