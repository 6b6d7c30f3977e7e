"""The digest of the data set changes with every file that decides, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from passavant.dataset.digest import dataset_digest, digest_of
from passavant.dataset.mapping import load_mapping


def test_every_file_and_the_version_change_the_digest(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("a")
    before = digest_of(1, [("words.yaml", file)])
    file.write_text("b")

    assert digest_of(1, [("words.yaml", file)]) != before
    file.write_text("a")
    assert digest_of(1, [("words.yaml", file)]) == before
    assert digest_of(2, [("words.yaml", file)]) != before
    assert digest_of(1, [("codes.csv", file)]) != before


def test_the_shipped_data_set_has_a_digest() -> None:
    assert len(bytes.fromhex(dataset_digest())) == 32


def test_a_mapping_has_the_digest_of_its_file_whatever_it_says_itself(tmp_path: Path) -> None:
    shipped = load_mapping("korea")
    copy = tmp_path / "korea.yaml"
    copy.write_text((Path(__file__).parents[2] / "src/passavant/dataset/data/mappings/korea.yaml").read_text())
    same = load_mapping(copy).digest
    copy.write_text(copy.read_text() + "# another word\n")

    assert shipped.digest == same
    assert load_mapping(copy).digest not in ("", same)
