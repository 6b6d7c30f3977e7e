"""A result folder appears whole or not at all; earlier runs are found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passavant.errors import BadInput
from passavant.lake import decision_files, publish, run_folders, staged, write_manifest


def _run(folder: Path, run_id: str) -> Path:
    with staged(folder) as inner:
        (inner / "decisions.parquet").write_bytes(b"x")
        write_manifest(inner, {"run_id": run_id})
    return folder


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path / "out") as folder:
            (folder / "half").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_an_earlier_run_as_it_was(tmp_path: Path) -> None:
    _run(tmp_path / "out", "one")

    with pytest.raises(RuntimeError), staged(tmp_path / "out", replace=True):
        raise RuntimeError

    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["run_id"] == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_run_is_replaced_only_when_asked_and_other_folders_never(tmp_path: Path) -> None:
    _run(tmp_path / "out", "one")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")

    with pytest.raises(BadInput), staged(tmp_path / "out"):
        pass
    with pytest.raises(BadInput), staged(tmp_path / "mine", replace=True):
        pass
    with staged(tmp_path / "out", replace=True) as folder:
        write_manifest(folder, {"run_id": "two"})

    assert not (tmp_path / "out" / "decisions.parquet").exists()


def test_history_is_one_out_a_folder_of_them_or_a_lake(tmp_path: Path) -> None:
    one, two = _run(tmp_path / "runs" / "a", "one"), _run(tmp_path / "runs" / "b", "two")
    lake = tmp_path / "lake"
    publish(one, lake)
    publish(two, lake)
    publish(two, lake)

    assert run_folders(one) == [one]
    assert run_folders(tmp_path / "runs") == [one, two]
    assert [folder.name for folder in run_folders(lake)] == ["one", "two"]
    assert len(decision_files([lake])) == 2


def test_a_history_without_a_run_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no finished run"):
        run_folders(tmp_path)


def test_the_manifest_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    files = json.loads((_run(tmp_path / "out", "one") / "manifest.json").read_text())["files"]

    assert files == {
        "decisions.parquet": {"bytes": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    }
