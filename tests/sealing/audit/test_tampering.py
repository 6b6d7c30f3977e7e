"""Whatever is altered in a published log is found, where it is, and the evidence can be checked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.errors import BadInput
from passavant.sealing import leaf_hash, open_checkpoint
from passavant.sealing.merkle import verify_consistency
from passavant.sealing.receipts import Receipt
from passavant.sealing.tiles import unbundle

Published = Callable[..., Path]


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def test_a_clean_log_has_no_finding_and_is_remembered(auditor: Any, copied: Path) -> None:
    first = auditor.audit(copied)
    again = auditor.audit(copied)

    assert (True, 702, None) == (first.clean, first.size, first.previous)
    assert (True, 702, 702) == (again.clean, again.size, again.previous)
    assert not (auditor.state / "evidence").exists()


def test_an_altered_entry_is_found_at_its_place(auditor: Any, copied: Path) -> None:
    file = copied / "tile/entries/001"
    place = file.read_bytes().index(b'"digest":"') + 20
    flip(file, place)

    report = auditor.audit(copied)

    leaf = report.findings[0]
    assert ("leaf-altered", "tile/0/001", 256) == (leaf.name, leaf.place, leaf.index)
    assert {"leaf-altered", "entry-signature"} == set(report.counts)
    assert leaf.expected == leaf_hash((leaf.evidence / "entry").read_bytes()).hex()
    assert unbundle(file.read_bytes()) == unbundle((leaf.evidence / "bundle").read_bytes())
    assert (copied / "tile/0/001").read_bytes() == (leaf.evidence / "tile-0-001").read_bytes()
    assert (copied / "checkpoint").read_bytes() == (leaf.evidence / "checkpoint").read_bytes()


@pytest.mark.parametrize("path", ["tile/0/001", "tile/0/002.p/190"])
def test_an_altered_tile_of_level_0_is_found(auditor: Any, copied: Path, path: str) -> None:
    flip(copied / path, 33)

    report = auditor.audit(copied)

    assert [("leaf-altered", path)] == [(one.name, one.place) for one in report.findings]


def test_an_altered_tile_of_level_1_is_found_with_what_should_stand_there(auditor: Any, copied: Path) -> None:
    good = (copied / "tile/1/000.p/2").read_bytes()
    flip(copied / "tile/1/000.p/2", 40)

    (finding,) = auditor.audit(copied).findings

    assert ("tile-altered", "tile/1/000.p/2") == (finding.name, finding.place)
    assert good == (finding.evidence / "expected-tile-1-000.p-2").read_bytes()
    assert good[32:].hex() == finding.expected


def test_an_entry_and_its_tile_altered_together_are_found_a_level_higher(auditor: Any, copied: Path) -> None:
    file, tile = copied / "tile/entries/001", copied / "tile/0/001"
    flip(file, file.read_bytes().index(b'"digest":"') + 20)
    leaves = b"".join(leaf_hash(entry) for entry in unbundle(file.read_bytes()))
    tile.write_bytes(leaves)

    report = auditor.audit(copied)

    assert {"entry-signature", "tile-altered", "root"} == set(report.counts)


@pytest.mark.parametrize(
    ("path", "name"),
    [("tile/0/001", "tile-missing"), ("tile/1/000.p/2", "tile-missing"), ("tile/entries/001", "bundle-missing")],
)
def test_a_missing_file_is_found(auditor: Any, copied: Path, path: str, name: str) -> None:
    (copied / path).unlink()

    assert [name] == auditor.found(copied)


def test_a_tile_missing_with_its_entries_is_no_accusation_of_the_tiles_above(auditor: Any, copied: Path) -> None:
    (copied / "tile/0/001").unlink()
    (copied / "tile/entries/001").unlink()

    assert ["bundle-missing", "tile-missing"] == auditor.found(copied)


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/002.p/190"])
@pytest.mark.parametrize("cut", [1, 400])
def test_a_truncated_bundle_is_found(auditor: Any, copied: Path, path: str, cut: int) -> None:
    file = copied / path
    file.write_bytes(file.read_bytes()[:-cut])

    assert ["bundle-damaged"] == auditor.found(copied)


def test_a_partial_tile_that_an_older_checkpoint_left_is_checked(auditor: Any, published: Published) -> None:
    published(b"one")
    folder = published(b"two", b"three")
    flip(folder / "tile/0/000.p/3", 5)
    flip(folder / "tile/entries/000.p/3", 5)

    found = auditor.found(folder)

    assert ["tile-altered", "bundle-damaged"] == found


def test_the_full_tile_serves_where_the_partial_one_has_gone(
    auditor: Any, copied: Path, large: Path, forger: Any
) -> None:
    entries = unbundle((large / "tile/entries/000").read_bytes())
    small = forger.publish(copied.parent / "small", entries[:200])
    for folder in ("tile/0", "tile/entries"):
        (small / folder / "000.p/200").rename(small / folder / "000")
        (small / folder / "000").write_bytes((large / folder / "000").read_bytes())

    assert auditor.audit(small).clean


def test_a_rewound_log_is_found_with_both_checkpoints(auditor: Any, copied: Path, forger: Any) -> None:
    auditor.audit(copied)
    entries = unbundle((copied / "tile/entries/000").read_bytes())
    shorter = forger.publish(copied.parent / "shorter", entries)

    (finding,) = auditor.audit(shorter).findings

    assert "rewound" == finding.name
    assert (copied / "checkpoint").read_bytes() == (finding.evidence / "other-checkpoint").read_bytes()
    assert (shorter / "checkpoint").read_bytes() == (finding.evidence / "checkpoint").read_bytes()
    assert auditor.audit(copied).clean


def test_a_fork_at_the_same_size_is_found(auditor: Any, tmp_path: Path, forger: Any) -> None:
    begun = forger.opening()
    auditor.audit(forger.publish(tmp_path / "one", [*begun, forger.entry("a")]))

    assert ["fork"] == auditor.found(forger.publish(tmp_path / "two", [*begun, forger.entry("b")]))


def test_a_fork_hidden_at_a_larger_size_is_proved(auditor: Any, tmp_path: Path, forger: Any) -> None:
    begun = forger.opening()
    one = forger.publish(tmp_path / "one", [*begun, forger.entry("a")])
    two = forger.publish(tmp_path / "two", [*begun, *(forger.entry(digit) for digit in "bcd")])
    auditor.audit(one)

    (finding,) = auditor.audit(two).findings

    assert "fork" == finding.name
    told = json.loads((finding.evidence / "finding.json").read_text())
    key, origin = forger.key.verifier, forger.key.name
    old = open_checkpoint((finding.evidence / "other-checkpoint").read_text(), [key], origin=origin).checkpoint
    new = open_checkpoint((finding.evidence / "checkpoint").read_text(), [key], origin=origin).checkpoint
    beginning = bytes.fromhex(told["root_at_that_size"])
    path = [base64.b64decode(value) for value in told["consistency_from_it"]]
    assert old.root != beginning
    assert verify_consistency(old.size, new.size, beginning, new.root, path)


def test_after_a_finding_the_memory_does_not_advance(auditor: Any, tmp_path: Path, forger: Any) -> None:
    entries = [*forger.opening(), forger.entry("a")]
    auditor.audit(forger.publish(tmp_path / "one", entries))
    remembered = (auditor.state / "audit.sqlite").read_bytes()
    bad = [*entries, forger.entry("a")]
    report = auditor.audit(forger.publish(tmp_path / "two", bad))

    assert ["entry-duplicate"] == [one.name for one in report.findings]
    assert remembered == (auditor.state / "audit.sqlite").read_bytes()
    assert {"audit.lock", "audit.sqlite", "evidence"} == {file.name for file in auditor.state.iterdir()}
    assert 3 == auditor.audit(tmp_path / "one").previous


def test_a_signed_root_that_is_of_nothing_is_found(auditor: Any, tmp_path: Path, forger: Any) -> None:
    entries = [*forger.opening(), forger.entry("a"), forger.entry("b")]
    folder = forger.publish(tmp_path / "one", entries)
    other = forger.publish(tmp_path / "two", [*entries[:3], forger.entry("c")])
    (folder / "checkpoint").write_bytes((other / "checkpoint").read_bytes())

    assert ["root"] == auditor.found(folder)


def test_a_checkpoint_that_nobody_signed_is_found(auditor: Any, copied: Path) -> None:
    file = copied / "checkpoint"
    file.write_bytes(file.read_bytes().replace(b"\n702\n", b"\n703\n"))

    report = auditor.audit(copied)

    assert (["checkpoint"], None) == ([one.name for one in report.findings], report.size)


def test_a_log_that_one_does_not_trust_is_bad_input(auditor: Any, copied: Path) -> None:
    file = copied / "checkpoint"
    file.write_bytes(file.read_bytes().replace(b"seals.", b"sealz.", 1))

    with pytest.raises(BadInput) as caught:
        auditor.audit(copied)

    assert 2 == caught.value.exit_code


def test_the_receipt_in_the_evidence_proves_that_the_log_took_the_entry(
    auditor: Any, tmp_path: Path, forger: Any
) -> None:
    entries = [*forger.opening(), forger.entry("a"), forger.entry("a")]
    (finding,) = auditor.audit(forger.publish(tmp_path / "log", entries)).findings

    receipt = Receipt.parse((finding.evidence / "entry.tlog-proof").read_text())

    assert (3, entries[3]) == (receipt.proof.index, receipt.data)
    assert 4 == receipt.proof.verify(entries[3], [forger.key.verifier], origin=forger.key.name).checkpoint.size
