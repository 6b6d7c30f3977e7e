"""Rounds by pull: from a folder, from an address, from a log of another program; forks and damage told apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles
from witnessed import KEY, ORIGIN, Log, new_witness, served

from passavant.errors import BadInput, PassavantError
from passavant.sealing.notes import VerifierKey, open_note
from passavant.sealing.witness import FolderSource, WebSource, WitnessState, cosign_by_pull, source_of
from passavant.sealing.witness.pulling import Contradicted

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sealing"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[WitnessState]:
    with new_witness(tmp_path / "w") as one:
        yield one


@pytest.mark.parametrize("sizes", [(1, 2, 3, 5, 8, 13, 15), (0, 15), (4, 4, 7)])
def test_the_log_of_another_program_is_followed_from_its_tiles(
    state: WitnessState, tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    key = VerifierKey.parse(json.loads((FIXTURES / "vectors.json").read_text())["tessera_log_vkey"])
    state.watch(key)
    folder = shutil.copytree(FIXTURES / "tessera_log" / "log", tmp_path / "log")  # transparency-dev/tessera@1811ae1
    for size in sizes:
        shutil.copy(folder / f"checkpoint.{size}", folder / "checkpoint")
        seen, line = cosign_by_pull(state, key.name, FolderSource(folder))

        assert size == seen.checkpoint.size
        assert state.key == open_note(f"{seen.checkpoint.text()}\n{line}", [state.key]).signatures[0].key


def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one(state: WitnessState, tmp_path: Path) -> None:
    folder = Log(200).publish(tmp_path / "log")
    cosign_by_pull(state, ORIGIN, source_of(str(folder)))
    Log(256).publish(folder)
    shutil.rmtree(folder / "tile" / "0" / "000.p")

    (folder / "checkpoint").write_text(Log(210).checkpoint_note)
    assert 210 == cosign_by_pull(state, ORIGIN, FolderSource(folder))[0].checkpoint.size


def test_a_log_is_followed_over_the_network(state: WitnessState, tmp_path: Path) -> None:
    folder = Log(200).publish(tmp_path / "log")
    app = Starlette()
    app.mount("/", StaticFiles(directory=folder))
    with served(app) as url:
        first, _ = cosign_by_pull(state, ORIGIN, source_of(url))
        Log(255).publish(folder)
        shutil.rmtree(folder / "tile" / "0" / "000.p")
        (folder / "tile" / "0" / "000").write_bytes(b"".join(Log(256).leaves))
        second, _ = cosign_by_pull(state, ORIGIN, WebSource(f"{url}/"))

    assert (200, 255) == (first.checkpoint.size, second.checkpoint.size)


@pytest.mark.parametrize("size", [8, 9])
def test_a_fork_is_refused_with_both_checkpoints(state: WitnessState, tmp_path: Path, size: int) -> None:
    cosign_by_pull(state, ORIGIN, FolderSource(Log(8).publish(tmp_path / "log")))
    forked = Log(size, "b", forked=5)
    with pytest.raises(Contradicted) as caught:
        cosign_by_pull(state, ORIGIN, FolderSource(forked.publish(tmp_path / "fork")))

    assert "sealing.witness.fork" == caught.value.code
    assert (True, forked.checkpoint_note) == (Log(8).checkpoint_note in caught.value.seen, caught.value.shown)
    assert Log(8).checkpoint == getattr(state.seen(ORIGIN), "checkpoint", None)


def test_a_rewound_log_is_refused_with_both_checkpoints(state: WitnessState, tmp_path: Path) -> None:
    cosign_by_pull(state, ORIGIN, FolderSource(Log(8).publish(tmp_path / "log")))
    with pytest.raises(Contradicted) as caught:
        cosign_by_pull(state, ORIGIN, FolderSource(Log(7).publish(tmp_path / "old")))

    assert ("sealing.witness.rewind", 1) == (caught.value.code, caught.value.exit_code)
    assert Log(7).checkpoint_note == caught.value.shown


def test_damaged_tiles_are_no_fork(state: WitnessState, tmp_path: Path) -> None:
    cosign_by_pull(state, ORIGIN, FolderSource(Log(8).publish(tmp_path / "log")))
    folder = Log(12).publish(tmp_path / "log")
    (folder / "tile" / "0" / "000.p" / "12").write_bytes(b"".join(Log(12, "b").leaves))
    with pytest.raises(BadInput) as caught:
        cosign_by_pull(state, ORIGIN, FolderSource(folder))

    assert "sealing.witness.tiles" == caught.value.code


@pytest.mark.parametrize("spoil", ["tile/0/000.p/8", "checkpoint"])
def test_a_file_that_is_missing_is_named(state: WitnessState, tmp_path: Path, spoil: str) -> None:
    folder = Log(8).publish(tmp_path / "log")
    (folder / spoil).unlink()
    app = Starlette()
    app.mount("/", StaticFiles(directory=folder))
    with served(app) as url:
        for source in (FolderSource(folder), WebSource(url)):
            with pytest.raises(PassavantError) as caught:
                cosign_by_pull(state, ORIGIN, source)

            assert caught.value.exit_code == 2
            assert caught.value.code in ("sealing.witness.source", "sealing.witness.unreachable")


@pytest.mark.parametrize("checkpoint", ["", "nonsense", Log(8, key=type(KEY).generate(ORIGIN)).checkpoint_note])
def test_a_checkpoint_that_is_not_the_logs_is_refused(state: WitnessState, tmp_path: Path, checkpoint: str) -> None:
    folder = Log(8).publish(tmp_path / "log")
    (folder / "checkpoint").write_text(checkpoint)

    with pytest.raises(BadInput):
        cosign_by_pull(state, ORIGIN, FolderSource(folder))


def test_a_log_that_is_not_watched_is_not_cosigned(state: WitnessState, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not watch"):
        cosign_by_pull(state, "other.example/log", FolderSource(tmp_path))
