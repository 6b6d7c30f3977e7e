"""Static files of a log: complete for every published checkpoint, and never behind what was published."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from passavant.errors import BadInput
from passavant.sealing import open_checkpoint
from passavant.sealing.files import write_durably
from passavant.sealing.log import LogReader, LogWriter, Publisher, StorageFailed, publication
from passavant.sealing.tiles import WIDTH, Tile, TileReader, bundle_path, tiles_of, unbundle


def _publish(house: Any) -> Path:
    with LogReader(house.folder) as reader:
        Publisher(house.folder, reader).publish(house.log.checkpoint())
    return Path(house.folder / "public")


def _full_at_the_checkpoint(file: Path, data: bytes, drafts: Path | None = None) -> None:
    if file.name == "checkpoint":
        raise OSError(errno.ENOSPC, "No space left on device")
    write_durably(file, data, drafts)


def _root(public: Path, size: int) -> bytes:
    return TileReader(size, lambda tile: (public / tile.path).read_bytes()).root()


@pytest.mark.parametrize("batches", [[1], [253, 1, 1, 300], [600, 5]])
def test_the_files_alone_give_root_and_entries(house: Any, batches: list[int]) -> None:
    for number, count in enumerate(batches):
        house.log.append(house.sealed(*(b"%d %d" % (number, one) for one in range(count))))
        public = _publish(house)
    note = (public / "checkpoint").read_bytes()
    found = open_checkpoint(note, [house.key.verifier], origin=house.key.name).checkpoint
    bundles = [bundle_path(tile.number, tile.width) for tile in tiles_of(0, found.size) if tile.level == 0]
    entries = [entry for path in bundles for entry in unbundle((public / path).read_bytes())]

    assert found.root == _root(public, found.size)
    with LogReader(house.folder) as reader:
        assert list(reader.entries(0, found.size)) == entries


def test_a_partial_tile_stays_until_the_full_one_is_there(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(100))))
    public = _publish(house)
    partial = public / Tile(0, 0, 102).path

    assert partial.exists()
    house.log.append(house.sealed(*(b"more %d" % one for one in range(200))))
    _publish(house)
    assert not partial.parent.exists()
    assert (public / Tile(0, 0, WIDTH).path).exists()


def test_a_partial_tile_outlives_a_publication_that_fails(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(100))))
    partial = _publish(house) / Tile(0, 0, 102).path
    house.log.append(house.sealed(*(b"more %d" % one for one in range(200))))
    monkeypatch.setattr(publication, "write_durably", _full_at_the_checkpoint)
    with pytest.raises(StorageFailed):
        _publish(house)

    assert partial.exists()


def test_a_tile_that_no_checkpoint_covered_is_written_anew(house: Any) -> None:
    house.log.append(house.sealed(b"one"))
    file = house.folder / "public" / Tile(0, 0, 3).path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"of a database that was lost before its checkpoint")
    public = _publish(house)

    with LogReader(house.folder) as reader:
        assert reader.tiles(3).root() == _root(public, 3)


def test_what_a_killed_publication_left_is_swept(house: Any) -> None:
    draft = house.folder / "public" / ".drafts" / ".checkpoint.00000000.new"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half")
    _publish(house)

    assert not draft.exists()
    assert [] == list(draft.parent.iterdir())


def test_missing_tiles_are_made_again(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(300))))
    public = _publish(house)
    before = {file.relative_to(public): file.read_bytes() for file in public.rglob("*") if file.is_file()}
    shutil.rmtree(public)
    public = _publish(house)

    assert before == {file.relative_to(public): file.read_bytes() for file in public.rglob("*") if file.is_file()}


def test_an_old_backup_is_refused(house: Any, tmp_path: Path) -> None:
    house.log.append(house.sealed(b"a"))
    house.log.close()
    shutil.copytree(house.folder, tmp_path / "backup")
    with LogWriter(house.folder, house.key) as log:
        log.append(house.sealed(b"b"))
        house.log = log
        public = _publish(house)
    shutil.copytree(public, tmp_path / "backup" / "public", dirs_exist_ok=True)
    with LogReader(tmp_path / "backup") as reader, pytest.raises(BadInput) as caught:
        Publisher(tmp_path / "backup", reader).check(reader.size())

    assert "sealing.log.rewound" == caught.value.code


def test_a_backup_that_went_on_differently_is_refused(house: Any, tmp_path: Path) -> None:
    house.log.append(house.sealed(b"a"))
    house.log.close()
    shutil.copytree(house.folder, tmp_path / "backup")
    for folder, document in ((house.folder, b"b"), (tmp_path / "backup", b"c")):
        with LogWriter(folder, house.key) as log:
            log.append(house.sealed(document))
            house.log = log
            if folder == house.folder:
                public = _publish(house)
    shutil.copytree(public, tmp_path / "backup" / "public")
    with LogReader(tmp_path / "backup") as reader, pytest.raises(BadInput) as caught:
        Publisher(tmp_path / "backup", reader).check(reader.size())

    assert "sealing.log.rewound" == caught.value.code


def test_cosignatures_stay_when_the_same_checkpoint_is_published_again(house: Any) -> None:
    public = _publish(house)
    cosigned = (public / "checkpoint").read_text() + "\u2014 witness.example AAAAAAAA\n"
    with LogReader(house.folder) as reader:
        Publisher(house.folder, reader).republish(cosigned)
    _publish(house)

    assert cosigned == (public / "checkpoint").read_text()
