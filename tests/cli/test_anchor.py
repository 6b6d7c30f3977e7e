"""The commands that anchor a checkpoint, run against a fake network in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash, root_of
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.tiles import tiles_of

sys.path.insert(0, str(Path(__file__).parents[1] / "sealing" / "fabric"))

from fake_gateway import CHAINCODE, CHANNEL, Network, member

ORIGIN = "log.example/customs"
KEY = SigningKey.generate(ORIGIN)
LEAVES = [leaf_hash(str(index).encode()) for index in range(9)]
FORKED = [leaf_hash(b"another"), *LEAVES[1:]]
_CODE = """
import sys; sys.argv[0] = "passavant"
import passavant.cli.main as main; from passavant.cli import anchor
main.app.add_typer(anchor.app, name="anchor")
main.main()
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _checkpoint(folder: Path, size: int, leaves: list[bytes] = LEAVES) -> Path:
    file = folder / "checkpoint"
    file.write_text(sign_note(Checkpoint(ORIGIN, size, root_of(leaves[:size])).text(), [KEY]))
    for tile in tiles_of(0, size):
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(leaves[: tile.width]))
    return file


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    who = member()
    (tmp_path / "cert.pem").write_bytes(who.certificate)
    (tmp_path / "key.pem").write_bytes(who.key)
    (tmp_path / "key.pem").chmod(0o600)
    connection = tmp_path / "fabric.yaml"
    with Network(who) as network:
        connection.write_text(
            f"peer: {network.address}\nmsp_id: {who.msp_id}\ncertificate: cert.pem\nkey: key.pem\n"
            f"channel: {CHANNEL}\nchaincode: {CHAINCODE}\n"
        )

        def command(
            verb: str, checkpoint: Path, *options: str | Path, language: str = "en"
        ) -> subprocess.CompletedProcess[str]:
            given = ["--key", str(KEY.verifier), "--connection", connection, *options]
            environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(path for path in sys.path if path)}
            return subprocess.run(
                [sys.executable, "-c", _CODE, "anchor", verb, str(checkpoint), *map(str, given)],
                capture_output=True, text=True, check=False, env=environment | {"PASSAVANT_LANG": language},
            )  # fmt: skip

        yield command


def test_a_checkpoint_is_pushed_checked_and_pushed_again(run: Run, tmp_path: Path) -> None:
    checkpoint = _checkpoint(tmp_path, 5)

    pushed, again, checked = run("push", checkpoint, "--json"), run("push", checkpoint), run("check", checkpoint)

    assert (0, 0, 0) == (pushed.returncode, again.returncode, checked.returncode), pushed.stderr + again.stderr
    done = json.loads(pushed.stdout)
    assert (ORIGIN, 1) == (done["origin"], done["block_number"])
    assert f"Anchored already: transaction {done['tx_id']}\n" == again.stdout
    assert "The ledger holds this very checkpoint." == checked.stdout.splitlines()[0]


def test_a_log_that_grew_is_proven_from_its_tiles(run: Run, tmp_path: Path) -> None:
    run("push", _checkpoint(tmp_path, 5))
    grown = _checkpoint(tmp_path, 9)

    unproven, proven = run("check", grown), run("check", grown, "--tiles", tmp_path, "--json")

    assert (0, 0) == (unproven.returncode, proven.returncode)
    assert "give --tiles" in unproven.stdout
    found = json.loads(proven.stdout)
    assert ("behind", True, 9, 5) == (found["verdict"], found["proven"], found["size"], found["ledger"]["size"])


def test_a_fork_is_refused_and_its_evidence_kept(run: Run, tmp_path: Path) -> None:
    honest = _checkpoint(tmp_path, 5)
    note = honest.read_text()
    run("push", honest)
    forked = _checkpoint(tmp_path, 5, FORKED)

    pushed, checked = run("push", forked, language="fr"), run("check", forked, "--keep", tmp_path / "evidence")

    assert (1, 1) == (pushed.returncode, checked.returncode)
    assert "une bifurcation de log.example/customs" in pushed.stderr
    assert checked.stdout.startswith("FORK")
    assert note == (tmp_path / "evidence").read_text()


def test_a_larger_fork_is_refused_where_the_tiles_are_given(run: Run, tmp_path: Path) -> None:
    run("push", _checkpoint(tmp_path, 5))
    forked = _checkpoint(tmp_path, 9, FORKED)

    refused = run("push", forked, "--tiles", tmp_path)

    assert (1, True) == (refused.returncode, "a fork of" in refused.stderr)


def test_a_log_that_was_never_anchored_is_absent(run: Run, tmp_path: Path) -> None:
    found = run("check", _checkpoint(tmp_path, 5), language="fr")

    assert (1, "Le registre ne contient rien de ce journal.") == (found.returncode, found.stdout.splitlines()[0])


def test_what_cannot_be_used_is_bad_input(run: Run, tmp_path: Path) -> None:
    absent, broken = run("push", tmp_path / "absent"), run("push", tmp_path / "fabric.yaml")

    assert (2, 2) == (absent.returncode, broken.returncode)
    assert "there is no such file" in absent.stderr
    assert "a text without signature lines" in broken.stderr


def test_the_commands_start_without_grpc() -> None:
    code = "import sys, passavant.cli.anchor; print(*sys.modules)"
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)

    assert set() == {"grpc", "pydantic", "cryptography", "passavant.sealing"} & set(loaded.stdout.split())
