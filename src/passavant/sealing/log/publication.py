"""Publication: a log as static files that anybody can copy, serve and check (C2SP tlog-tiles).

Tiles and bundles first, the checkpoint last, each by a temporary file, fsync and rename: whoever sees a checkpoint
finds every tile of it. The files can be made again from the database at any time.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.files import make_folder, sweep_drafts, write_durably
from passavant.sealing.log.reader import LogReader
from passavant.sealing.log.schema import disk_errors
from passavant.sealing.tiles import WIDTH, bundle, bundle_path, tiles_of

__all__ = ["PUBLIC", "Publisher"]

#: Folder of the static files in a log's folder.
PUBLIC = "public"
#: Folder below it in which they are written first: a process that is killed leaves no half file beside the whole ones.
_DRAFTS = ".drafts"


class Publisher:
    """Writes a log's static files.

    Args:
        folder: The log's folder.
        reader: A view on it, of this publisher's own.
    """

    def __init__(self, folder: Path, reader: LogReader) -> None:
        self._public = folder / PUBLIC
        self._drafts = self._public / _DRAFTS
        self._reader = reader

    def published(self) -> Checkpoint | None:
        """Return the checkpoint that was published last, or None."""
        note = self.note()
        return open_checkpoint(note, [self._reader.key], origin=self._reader.origin).checkpoint if note else None

    def note(self) -> str | None:
        """Return the published checkpoint as it stands, with its cosignatures."""
        file = self._public / "checkpoint"
        return file.read_text(encoding="utf-8") if file.exists() else None

    def check(self, size: int) -> None:
        """Check that a log of this size continues what was published.

        Raises:
            BadInput: it does not: the database is an old backup, or was changed.
        """
        _check(self._reader, self.published(), size)

    def publish(self, note: str) -> None:
        """Publish a checkpoint and every tile of it that is not published yet.

        Args:
            note: A checkpoint of this log, signed, over entries that are durable.

        Raises:
            BadInput: it goes behind, or does not continue, the published one.
            StorageFailed: the disk is full or fails; the published checkpoint still stands.
        """
        new = open_checkpoint(note, [self._reader.key], origin=self._reader.origin).checkpoint
        before = self.published()
        _check(self._reader, before, new.size)
        if before is not None and before.size == new.size:
            return  # it may carry cosignatures already
        with disk_errors():
            make_folder(self._drafts)
            sweep_drafts(self._drafts)
            outgrown = self._write_tiles(before.size if before else 0, new.size)
            self._write("checkpoint", note.encode())
            for folder in outgrown:
                shutil.rmtree(folder, ignore_errors=True)

    def republish(self, note: str) -> None:
        """Put the published checkpoint's cosignatures beside it.

        Raises:
            BadInput: it is another checkpoint.
        """
        now = open_checkpoint(note, [self._reader.key], origin=self._reader.origin).checkpoint
        self.check(now.size)
        with disk_errors():
            make_folder(self._drafts)
            self._write("checkpoint", note.encode())

    def _write_tiles(self, before: int, size: int) -> list[Path]:
        """Write the tiles and bundles of the new entries; return the folders of partial ones that have served."""
        outgrown = []
        for tile in tiles_of(before, size):
            files = {tile.path: self._reader.read_tile(tile)}
            if tile.level == 0:
                start = tile.number * WIDTH
                entries = self._reader.entries(start, start + tile.width)
                files[bundle_path(tile.number, tile.width)] = bundle(list(entries))
            for path, data in files.items():
                self._write(path, data)
                if tile.width == WIDTH:
                    outgrown.append(self._public / f"{path}.p")
        return outgrown

    def _write(self, path: str, data: bytes) -> None:
        """Write one file, unless it stands; one that no checkpoint covered may come from a database lost since."""
        file = self._public / path
        if not file.exists() or file.read_bytes() != data:
            make_folder(file.parent)
            write_durably(file, data, self._drafts)


def _check(reader: LogReader, before: Checkpoint | None, size: int) -> None:
    if before is None:
        return
    if before.size > size or reader.tiles(before.size).root() != before.root:
        raise BadInput(
            "sealing.log.rewound",
            got=(
                f"a database of {size} entries that does not continue the published checkpoint of {before.size}",
                f"une base de {size} entrées qui ne prolonge pas le point de contrôle publié de {before.size}",
            ),
            expected=("the log as it was published", "le journal tel qu'il a été publié"),
            next_step=(
                "Do not go on with it: restore the newest database, or open a new log under another name.",
                "N'allez pas plus loin : restaurez la base la plus récente, ou ouvrez un nouveau journal sous un autre nom.",
            ),
            place=Place(value=reader.origin),
        )
