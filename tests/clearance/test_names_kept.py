"""Names reach the vault with the run that read them, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from passavant.clearance import ClearOptions, clear
from passavant.clearance.run import STAGES
from passavant.texts import Text


def test_a_run_that_is_stopped_after_intake_leaves_no_name(
    tmp_path: Path, declared: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    path, out = declared({}, {"quantity": "many"}), tmp_path / "out"

    def stop(stage: Text, _rows: int) -> None:
        if stage is STAGES[2]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clear([path], out, ClearOptions(policy="EU"), stop)

    assert [] == list((tmp_path / "home" / "parties").iterdir())
    assert not out.exists()

    clear([path], out, ClearOptions(policy="EU"))

    assert [".parquet"] == [file.suffix for file in (tmp_path / "home" / "parties").iterdir()]
