"""A result folder appears whole or not at all; earlier runs are found again."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from passavant.errors import BadInput
from passavant.lake import publish, run_folders, staged, write_manifest

_ONE, _TWO = "20260915T101500Z-0123abcd-4567cdef", "20260916T101500Z-0123abcd-4567cdef"


def _run(folder: Path, run_id: str) -> Path:
    with staged(folder) as inner:
        (inner / "decisions.parquet").write_bytes(b"x")
        write_manifest(inner, {"run_id": run_id, "schema_version": 1})
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
    one, two = _run(tmp_path / "runs" / "a", _ONE), _run(tmp_path / "runs" / "b", _TWO)
    lake = tmp_path / "lake"
    publish(one, lake)
    publish(two, lake)
    publish(two, lake)

    assert run_folders(one) == [one]
    assert run_folders(tmp_path / "runs") == [one, two]
    assert [folder.name for folder in run_folders(lake)] == [_ONE, _TWO]


def test_a_history_without_a_run_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no finished run"):
        run_folders(tmp_path)


def test_the_manifest_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    files = json.loads((_run(tmp_path / "out", "one") / "manifest.json").read_text())["files"]

    assert files == {
        "decisions.parquet": {"bytes": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    }


@pytest.mark.parametrize("content", ['{"name": "a web app", "icons": []}', "[]", '{"run_id": "x"}', "not JSON", None])
def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "index.html").write_text("precious")
    if content is not None:
        (tmp_path / "app" / "manifest.json").write_text(content)

    with pytest.raises(BadInput, match="is not a Passavant run; left alone"), staged(tmp_path / "app", replace=True):
        pass

    assert (tmp_path / "app" / "index.html").read_text() == "precious"


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_result_folder_has_the_rights_that_the_umask_gives(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        _run(tmp_path / "out", _ONE)
    finally:
        os.umask(before)

    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o777 & ~mask


@pytest.mark.parametrize("run_id", ["../../elsewhere", "", "two", "/etc"])
def test_a_run_whose_id_is_no_run_id_is_not_published(tmp_path: Path, run_id: str) -> None:
    run = _run(tmp_path / "out", run_id)

    with pytest.raises(BadInput, match="run_id"):
        publish(run, tmp_path / "lake")

    assert not (tmp_path / "lake").exists()


def test_a_damaged_list_of_a_lake_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "lake.json").write_text('{"runs": ["../elsewhere"]}')

    with pytest.raises(BadInput, match=r"lake.json"):
        run_folders(tmp_path)
    (tmp_path / "lake.json").write_text("half of")
    with pytest.raises(BadInput, match=r"lake.json"):
        run_folders(tmp_path)


def test_runs_published_at_the_same_time_are_all_listed(tmp_path: Path) -> None:
    names = [f"20260915T1015{second:02}Z-0123abcd-4567cdef" for second in range(12)]
    runs = [_run(tmp_path / name, name) for name in names]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda run: publish(run, tmp_path / "lake"), runs))

    assert sorted(folder.name for folder in run_folders(tmp_path / "lake")) == names


def test_an_earlier_run_comes_back_when_it_cannot_be_replaced(tmp_path: Path) -> None:
    out = _run(tmp_path / "out", _ONE)

    with pytest.raises(OSError, match="No such file"), staged(out, replace=True) as folder:
        folder.rmdir()

    assert [out] == list(tmp_path.iterdir())
    assert [out] == run_folders(out)
