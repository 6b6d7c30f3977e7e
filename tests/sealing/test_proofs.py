"""Proofs, checkpoints and tiles against a log that another program wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.merkle import inclusion_path, leaf_hash, root_of
from passavant.sealing.notes import SigningKey, VerifierKey, sign_note
from passavant.sealing.proofs import Proof
from passavant.sealing.tiles import WIDTH, Tile, TileReader, bundle, bundle_path, tile_path, tiles_of, unbundle

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sealing"
VECTORS = json.loads((FIXTURES / "vectors.json").read_text())
LOG = FIXTURES / "tessera_log" / "log"
ORIGIN = "example.com/log/testdata"
LOG_KEY = VerifierKey.parse(VECTORS["tessera_log_vkey"])
KEY = SigningKey.generate("log.example/customs")


@pytest.mark.parametrize("size", range(1, 16))
def test_every_entry_of_a_foreign_log_is_proved_from_its_tiles(size: int) -> None:
    note = (LOG / f"checkpoint.{size}").read_text()
    checkpoint = open_checkpoint(note, [LOG_KEY], origin=ORIGIN).checkpoint
    entries = unbundle((LOG / bundle_path(0, size)).read_bytes())
    reader = TileReader(size, lambda tile: (LOG / tile.path).read_bytes())

    assert size == checkpoint.size == len(entries)
    assert checkpoint.root == root_of([leaf_hash(entry) for entry in entries])
    for index, entry in enumerate(entries):
        proof = Proof(index, tuple(inclusion_path(index, size, reader.subtree)), note)
        assert size == Proof.parse(proof.text()).verify(entry, [LOG_KEY], origin=ORIGIN).checkpoint.size


def test_a_published_proof_is_read_and_written_alike() -> None:
    text = VECTORS["tlog_proof_text"]["ok"]

    proof = Proof.parse(text)

    assert (5, 2, text) == (proof.index, len(proof.path), proof.text())


@pytest.mark.parametrize("text", VECTORS["tlog_proof_text"]["reject"])
def test_a_malformed_proof_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Proof.parse(text)


def test_tile_paths_are_those_of_the_specification() -> None:
    vectors = VECTORS["tile_paths"]
    tree = list(tiles_of(0, 70_000))

    assert f"tile/0/{vectors['index_1234067']}" == tile_path(0, 1_234_067)
    assert vectors["tree_70000"]["full_l0"] == len([t for t in tree if t.level == 0 and t.width == WIDTH])
    widths = {(t.level, t.width) for t in tree if t.width < WIDTH}
    expected = {(0, "partial_l0_width"), (1, "partial_l1_width"), (2, "partial_l2_width")}
    assert {(level, vectors["tree_70000"][name]) for level, name in expected} == widths


@given(st.integers(0, 1500), st.integers(0, 1500))
@settings(max_examples=60, deadline=None)
def test_new_tiles_and_old_ones_are_all_the_tiles(before: int, more: int) -> None:
    size = before + more
    old, new, whole = set(tiles_of(0, before)), set(tiles_of(before, size)), set(tiles_of(0, size))

    assert whole == (old & whole) | new
    assert not old & new


@given(st.integers(1, 70_000), st.data())
@settings(max_examples=30, deadline=None)
def test_a_part_of_the_tree_is_read_from_few_tiles(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    read: list[Tile] = []

    def tile(one: Tile) -> bytes:
        read.append(one)
        return bytes(32 * one.width)

    inclusion_path(index, size, TileReader(size, tile).subtree)

    assert all(one.width == min(WIDTH, (size >> 8 * one.level) - one.number * WIDTH) for one in read)
    assert len(set(read)) <= 9


@given(st.lists(st.binary(max_size=400), max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert entries == unbundle(bundle(entries))


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_bundle_or_refused(data: bytes) -> None:
    try:
        entries = unbundle(data)
    except BadInput:
        return
    assert data == bundle(entries)


def test_an_entry_over_64_kilobytes_is_refused() -> None:
    with pytest.raises(BadInput, match="65535"):
        bundle([bytes(65_536)])


@pytest.mark.parametrize(
    "text",
    [
        "origin\n01\n" + "A" * 43 + "=\n",
        "origin\n-1\n\n",
        "origin\n5\n\n",
        "\n5\nAAAA\n",
        "origin\n5\nAAAA\n",
        "origin\n0\n" + "A" * 43 + "=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Checkpoint.parse(text)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    note = sign_note(Checkpoint("other.example/log", 1, leaf_hash(b"x")).text(), [KEY])

    with pytest.raises(BadInput, match="a checkpoint of other"):
        open_checkpoint(note, [KEY.verifier], origin=KEY.name)


def test_a_proof_of_another_entry_is_refused() -> None:
    note = sign_note(Checkpoint(KEY.name, 1, leaf_hash(b"x")).text(), [KEY])

    with pytest.raises(BadInput, match="does not lead"):
        Proof(0, (), note).verify(b"y", [KEY.verifier], origin=KEY.name)
