"""Files of cases are on the disk once they are kept, and go again with what they were kept for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from passavant.portal.cases.kept_files import keep, keeping, kept_path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))


def test_a_file_and_its_name_are_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    synced, fsync = [], os.fsync

    def watched(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    keep("answers", b"an invoice")

    assert ["file", "folder"] == synced


def test_what_failed_leaves_only_files_that_something_else_names() -> None:
    named, new = keep("answers", b"known"), keep("answers", b"new")
    with pytest.raises(ZeroDivisionError), keeping("answers", [named, new], lambda: [named]):
        _ = 1 // 0

    assert (True, False) == (kept_path("answers", named).exists(), kept_path("answers", new).exists())


def test_what_succeeds_keeps_its_files() -> None:
    with keeping("answers", [], list):
        digest = keep("answers", b"new")

    assert kept_path("answers", digest).exists()
