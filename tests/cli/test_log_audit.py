"""`passavant log audit` as auditors run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def say(program: Any, tmp_path: Path) -> Any:
    """Return the program with a home, a log of its own and two seals in it."""

    def run(*arguments: str | Path, **variables: str) -> Any:
        return program(*arguments, **{"PASSAVANT_HOME": str(tmp_path / "home"), **variables})

    assert 0 == run("log", "init", "seals.customs.example/log", "--no-passphrase").returncode
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
        assert 0 == run("seal", tmp_path / name).returncode
    return run


def test_this_machines_log_is_audited_and_a_receipt_is_compared(say: Any, tmp_path: Path) -> None:
    first = say("log", "audit")
    again = say("log", "audit", "--since-last", "--against", tmp_path / "one.txt.tlog-proof", PASSAVANT_LANG="fr")

    assert (0, 0) == (first.returncode, again.returncode)
    assert "CLEAN: seals.customs.example/log, 4 entries" in first.stdout
    assert "SANS CONSTAT : seals.customs.example/log, 4 inscriptions" in again.stdout
    assert "points de contrôle venus d'ailleurs comparés : 1" in again.stdout


def test_an_altered_log_is_shown_with_its_evidence(say: Any, tmp_path: Path) -> None:
    bundle = tmp_path / "home/log/public/tile/entries/000.p/4"
    bundle.write_bytes(bundle.read_bytes()[:-9] + b"?" + bundle.read_bytes()[-8:])
    told = say("log", "audit", "--state", tmp_path / "state")
    machine = say("log", "audit", "--json", "--state", tmp_path / "state")

    assert (1, 1) == (told.returncode, machine.returncode)
    assert "[sealing.audit.leaf-altered]" in told.stdout
    record = json.loads(machine.stdout)
    assert (False, 4) == (record["clean"], record["size"])
    assert all(Path(one["evidence"], "finding.json").is_file() for one in record["findings"])


def test_a_source_that_is_no_log_is_bad_input(say: Any, tmp_path: Path) -> None:
    told = say("log", "audit", tmp_path / "absent")

    assert 2 == told.returncode
    assert "https:// address" in told.stderr
