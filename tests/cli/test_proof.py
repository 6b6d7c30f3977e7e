"""Runs sealed and decisions proved, as users do it: what is refused, and in which words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.sealing.keys import LOG, load_key
from passavant.sealing.service import ServiceSettings

Say = Callable[..., Any]
_ID = "EU:NORDSHOP:A-1003"


@pytest.fixture(scope="module")
def home(program: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a log and a sealed run."""
    folder = tmp_path_factory.mktemp("proof")
    at = {"PASSAVANT_HOME": str(folder)}
    issuer = ("--issuer", "customs.example/clearance", "--no-passphrase")
    made = program("log", "init", "seals.customs.example/log", *issuer, **at)
    cleared = program("clear", "examples/day.csv", "--policy", "EU", "-o", folder / "out", "--seal", **at)
    assert (0, 0) == (made.returncode, cleared.returncode), made.stderr + cleared.stderr
    return folder


@pytest.fixture
def say(program: Any, home: Path, tmp_path: Path) -> Say:
    """Return the program with a copy of that home."""
    shutil.copytree(home, tmp_path / "home")
    return lambda *arguments, **variables: program(
        *arguments, **{"PASSAVANT_HOME": str(tmp_path / "home"), **variables}
    )


@pytest.fixture
def out(say: Say, tmp_path: Path) -> Path:
    return tmp_path / "home" / "out"


def _of(home: Path) -> ServiceSettings:
    """Return how the log of a home is served."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSAVANT_HOME", str(home))
        return ServiceSettings(home / "log", load_key(LOG, None), 0.05)


def _line(shown: str, label: str) -> str:
    return next(line for line in shown.splitlines() if line.strip().startswith(label))


def test_a_proof_says_who_vouches_for_the_issuer_and_whether_the_seal_holds(say: Say, out: Path) -> None:
    english, french = say("explain", out, _ID, "--proof"), say("explain", out, _ID, "--proof", language="fr")

    assert (0, 0) == (english.returncode, french.returncode), english.stderr
    assert "customs.example/clearance (key vouched for by the log)" in _line(english.stdout, "sealed by")
    assert "valid, as the log answers now" in _line(english.stdout, "status")
    assert "clé attestée par le journal" in _line(french.stdout, "scellée par")
    assert "valide" in _line(french.stdout, "état")


def test_a_proof_for_machines_says_it_too(say: Say, out: Path) -> None:
    asked = json.loads(say("explain", out, _ID, "--proof", "--json").stdout)["proof"]["seal"]
    offline = json.loads(say("explain", out, _ID, "--proof", "--json", "--offline").stdout)["proof"]["seal"]

    assert ("valid", False) == (asked["status"], asked["issuer_pinned"])
    assert "sealed" == offline["status"]


def test_a_pinned_issuer_is_told_and_another_refused(say: Say, out: Path, tmp_path: Path) -> None:
    other = say("log", "issuer", "key", "permits.example/office", "--no-passphrase").stdout.strip()
    own = re.search(r"customs\.example/clearance\+\S+", say("log", "issuer", "list").stdout)
    assert own is not None
    policies = [tmp_path / "own.policy", tmp_path / "other.policy"]
    for policy, key in zip(policies, (own[0], other), strict=True):
        policy.write_text(say("log", "key").stdout + f"issuer {key}\n")
    good, bad = (say("explain", out, _ID, "--proof", "--trust", policy) for policy in policies)

    assert (0, 1) == (good.returncode, bad.returncode), good.stderr
    assert "key pinned by you" in good.stdout
    assert "does not pin" in bad.stderr
    assert not bad.stdout


def test_a_revoked_run_is_refused_where_the_log_is_at_hand(say: Say, out: Path) -> None:
    say("seal", out / "manifest.json", "--revoke", "issued_in_error")
    asked, offline = say("explain", out, _ID, "--proof"), say("explain", out, _ID, "--proof", "--offline")

    assert (1, 0) == (asked.returncode, offline.returncode)
    assert "issued in error" in asked.stderr
    assert "as of the receipt" in _line(offline.stdout, "status")


def test_a_machine_with_another_log_proves_as_of_the_receipt(say: Say, out: Path, tmp_path: Path) -> None:
    key = re.search(r"log (seals\S+)", say("log", "key").stdout)
    assert key is not None
    policy = tmp_path / "trust.policy"
    policy.write_text(f"log {key[1]}\n")
    elsewhere = {"PASSAVANT_HOME": str(tmp_path / "elsewhere")}
    say("log", "init", "other.example/log", "--no-passphrase", **elsewhere)
    proved = say("explain", out, _ID, "--proof", "--trust", policy, **elsewhere)

    assert 0 == proved.returncode, proved.stderr
    assert "as of the receipt" in _line(proved.stdout, "status")


def test_a_log_elsewhere_is_asked_and_must_be_that_of_the_receipt(
    say: Say, out: Path, tmp_path: Path, serving: Any
) -> None:
    key = re.search(r"log (seals\S+)", say("log", "key").stdout)
    assert key is not None
    policy = tmp_path / "trust.policy"
    policy.write_text(f"log {key[1]}\n")
    elsewhere = {"PASSAVANT_HOME": str(tmp_path / "elsewhere")}
    say("log", "init", "other.example/log", "--no-passphrase", **elsewhere)
    proof = ("explain", out, _ID, "--proof", "--trust", policy)
    with serving(_of(tmp_path / "elsewhere")) as other:
        wrong = say(*proof, "--log", other, **elsewhere)
    with serving(_of(tmp_path / "home")) as right:
        asked = say(*proof, "--log", right, **elsewhere)
        revoked = say("seal", out / "manifest.json", "--revoke", "issued_in_error", "--log", right)
        refused = say(*proof, PASSAVANT_LOG=right, **elsewhere)

    assert (1, 0, 0, 1) == tuple(one.returncode for one in (wrong, asked, revoked, refused)), (
        asked.stderr + revoked.stderr
    )
    assert "the log other.example/log" in wrong.stderr
    assert "valid, as the log answers now" in _line(asked.stdout, "status")
    assert "issued in error" in refused.stderr


@pytest.mark.parametrize("name", ["items.parquet", "decisions.parquet", "rejected.parquet"])
def test_a_lost_or_damaged_table_is_named(say: Say, out: Path, name: str) -> None:
    whole = (out / name).read_bytes()
    (out / name).write_bytes(whole[: len(whole) // 2])
    damaged = say("explain", out, _ID, "--proof")
    (out / name).unlink()
    lost = say("explain", out, _ID, "--proof")

    assert (1, 1) == (damaged.returncode, lost.returncode), damaged.stderr + lost.stderr
    assert f"a file {name} that was changed" in damaged.stderr
    assert f"no file {name}" in lost.stderr


def test_a_rejected_row_slipped_in_is_not_shown_as_proved(say: Say, out: Path) -> None:
    shutil.copy(out / "rejected.parquet", out / "rejected-zz.parquet")
    refused = say("explain", out, _ID, "--proof", language="fr")

    assert 1 == refused.returncode
    assert "rejected-zz.parquet" in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize("option", [["--trust", "README.md"], ["--log", "https://seals.example"], ["--offline"]])
def test_options_of_a_proof_without_a_proof_are_refused(say: Say, out: Path, option: list[str]) -> None:
    refused = say("explain", out, _ID, *option)

    assert 2 == refused.returncode
    assert f"{option[0]} without --proof" in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize("option", [["--issuer", "customs.example/clearance"], ["--log", "https://seals.example"]])
def test_options_of_a_seal_without_a_seal_are_refused(say: Say, tmp_path: Path, option: list[str]) -> None:
    refused = say("clear", "examples/day.csv", "--policy", "EU", "-o", tmp_path / "new", *option)

    assert 2 == refused.returncode
    assert f"{option[0]} without --seal" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_a_log_that_does_not_answer_is_said(say: Say, out: Path) -> None:
    refused = say("explain", out, _ID, "--proof", "--log", "http://127.0.0.1:9")

    assert 2 == refused.returncode
    assert "no use of the log" in refused.stderr
