"""The commands of a witness as an administration runs them beside its log."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sealing" / "witness"))

from witnessed import KEY, ORIGIN, Log

from passavant.sealing.checkpoints import open_checkpoint
from passavant.sealing.notes import VerifierKey, open_note
from passavant.sealing.witness import request_text

_CODE = """
import sys; sys.argv[0] = "passavant"
import passavant.cli.main as main; from passavant.cli import witness
if not any(one.name == "witness" for one in main.app.registered_groups):
    main.app.add_typer(witness.app, name="witness")
"""
_RUN = _CODE + "main.main()"
_HELPS = (
    _CODE
    + """
import json, typer
group = typer.main.get_command(main.app).commands["witness"]
print(json.dumps({"": group.help, **{name: one.help for name, one in group.commands.items()}}))
"""
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _environment(home: Path, language: str = "en", **variables: str) -> dict[str, str]:
    found = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(filter(None, sys.path)), "PASSAVANT_HOME": str(home)}
    return found | {"PASSAVANT_LANG": language, "COLUMNS": "200"} | variables


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def command(*words: str | Path, language: str = "en", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _RUN, "witness", *map(str, words)],
            capture_output=True, text=True, check=False, env=_environment(tmp_path / "home", language, **variables),
        )  # fmt: skip

    return command


@pytest.fixture
def made(run: Run) -> VerifierKey:
    done = run("init", "witness.north.example", "--no-passphrase")
    assert done.returncode == 0, done.stderr
    found = re.search(r"witness witness.north.example (\S+)", done.stdout)
    assert found is not None
    return VerifierKey.parse(found[1])


def test_a_log_in_a_folder_is_cosigned_by_pull(run: Run, made: VerifierKey, tmp_path: Path) -> None:
    folder = Log(5).publish(tmp_path / "log")
    added = run("add", str(KEY.verifier), "--url", folder)
    first = run("cosign")
    Log(9).publish(folder)
    second = run("cosign", ORIGIN, "-o", tmp_path / "line.txt")
    cosigned = Log(9).checkpoint_note + (tmp_path / "line.txt").read_text()

    assert (0, 0, 0) == (added.returncode, first.returncode, second.returncode), first.stderr + second.stderr
    assert made == open_note(f"{Log(5).checkpoint.text()}\n{first.stdout}", [made]).signatures[0].key
    assert 2 == len(open_checkpoint(cosigned, [KEY.verifier, made], origin=ORIGIN).note.signatures)


def test_a_log_that_forked_is_refused_with_both_checkpoints_in_both_languages(
    run: Run, made: VerifierKey, tmp_path: Path
) -> None:
    run("add", str(KEY.verifier))
    run("cosign", ORIGIN, "--from", Log(5).publish(tmp_path / "log"))
    fork = Log(6, "b").publish(tmp_path / "fork")
    english = run("cosign", ORIGIN, "--from", fork)
    french = run("cosign", ORIGIN, "--from", fork, language="fr")
    machine = run("cosign", ORIGIN, "--from", fork, "--json")
    (told,) = json.loads(machine.stdout)["failed"]

    assert (1, 1, 1) == (english.returncode, french.returncode, machine.returncode)
    assert "A FORK" in english.stderr
    assert "UNE BIFURCATION" in french.stderr
    assert Log(6, "b").checkpoint_note in english.stderr
    assert ("sealing.witness.fork", Log(6, "b").checkpoint_note) == (told["code"], told["shown"])
    assert Log(5).checkpoint.text() in told["seen"]


def test_one_log_that_fails_does_not_keep_the_others_from_their_round(
    run: Run, made: VerifierKey, tmp_path: Path
) -> None:
    other = type(KEY).generate("seals.other.example/log")
    run("add", str(KEY.verifier), "--url", tmp_path / "absent")
    run("add", str(other.verifier), "--url", Log(3, key=other).publish(tmp_path / "other"))
    done = json.loads((answer := run("cosign", "--json")).stdout)

    assert 2 == answer.returncode
    assert ([other.name], [ORIGIN]) == tuple([one["log"] for one in done[name]] for name in ("cosigned", "failed"))


def test_what_is_watched_is_listed(run: Run, made: VerifierKey, tmp_path: Path) -> None:
    run("add", str(KEY.verifier), "--url", Log(1234).publish(tmp_path / "log"))
    run("cosign")
    shown, french, machine = run("list"), run("list", language="fr"), run("list", "--json")
    told = json.loads(machine.stdout)

    assert "1,234" in shown.stdout
    assert "inscriptions" in french.stdout
    assert (str(made), 1234, str(KEY.verifier)) == (told["witness"], told["logs"][0]["size"], told["logs"][0]["key"])


def test_a_served_witness_answers_and_holds_its_state_alone(run: Run, made: VerifierKey, tmp_path: Path) -> None:
    import socket

    run("add", str(KEY.verifier))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", _RUN, "witness", "serve", "--port", port]
    environment = _environment(tmp_path / "home")
    with (
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=50)) as client,
    ):
        assert process.stderr is not None
        process.stderr.readline()
        answer = _until_answered(client, request_text(0, [], Log(5).checkpoint_note))
        meanwhile, listed = run("cosign", ORIGIN, "--from", tmp_path), run("list")
        process.terminate()
        process.wait()

    assert made == open_note(f"{Log(5).checkpoint.text()}\n{answer}", [made]).signatures[0].key
    assert (2, 0) == (meanwhile.returncode, listed.returncode)
    assert "Stop the other one first" in meanwhile.stderr


def _until_answered(client: httpx.Client, body: bytes) -> str:
    import time

    for _ in range(200):
        try:
            return client.post("/add-checkpoint", content=body).text
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError("the witness does not answer")


def test_a_passphrase_is_needed_where_one_was_given(run: Run) -> None:
    secret = {"PASSAVANT_KEY_PASSPHRASE": "a long passphrase"}
    made = run("init", "witness.north.example", **secret)
    without = run("add", str(KEY.verifier))
    given = run("add", str(KEY.verifier), **secret)

    assert (0, 2, 0) == (made.returncode, without.returncode, given.returncode), given.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["init", "another.example", "--no-passphrase"], 2),
        (["init", "two words", "--no-passphrase"], 2),
        (["add", "nonsense"], 2),
        (["cosign"], 2),
        (["cosign", "unknown.example/log"], 2),
        (["cosign", "unknown.example/log", "--from", "."], 2),
        (["cosign", "--from", "."], 2),
    ],
)
def test_what_cannot_be_done_says_what_to_do(run: Run, made: VerifierKey, words: list[str], status: int) -> None:
    english, french = run(*words), run(*words, language="fr")

    assert (status, status) == (english.returncode, french.returncode), english.stdout
    assert "Next step: " in english.stderr
    assert "À faire" in french.stderr


def test_the_key_of_a_witness_is_no_log(run: Run, made: VerifierKey) -> None:
    refused = run("add", str(made))

    assert (2, True) == (refused.returncode, "passavant log key" in refused.stderr)


def test_without_a_witness_nothing_is_done(run: Run) -> None:
    for words in (["list"], ["serve"], ["cosign"], ["add", str(KEY.verifier)]):
        refused = run(*words)

        assert 2 == refused.returncode
        assert "passavant witness init" in refused.stderr


@pytest.mark.parametrize(("language", "word"), [("en", "Example: "), ("fr", "Exemple : ")])
def test_every_command_shows_an_example(tmp_path: Path, language: str, word: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _HELPS], capture_output=True, text=True, check=True, env=_environment(tmp_path, language)
    )
    helps: dict[str, Any] = json.loads(answer.stdout)

    assert {"", "init", "add", "serve", "list", "cosign"} == set(helps)
    for name, text in helps.items():
        assert f"{word}passavant witness {name}".rstrip() in text
