"""What the how-to shows works: its policy asks for two of three, its commands can be parsed, its Python runs."""

from __future__ import annotations

import hashlib
import re
import shlex
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from witnessed import KEY, Log, served_witness

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import COSIGNATURE, ED25519, SigningKey, sign_note
from passavant.sealing.trust import NotTrusted, TrustPolicy

PAGES = [Path(__file__).parents[3] / "docs" / "how-to" / name for name in ("witness.md", "witness.fr.md")]
TEXT = Checkpoint("seals.north.example/log", 1, leaf_hash(b"opening")).text()

pytestmark = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", page.read_text())


def _key(name: str, kind: int) -> SigningKey:
    """Return a key of the page: its private half is known to everybody."""
    seed = hashlib.sha256(f"passavant how-to {name}".encode()).digest()
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(seed))


def _policy(page: Path) -> TrustPolicy:
    (text,) = _blocks(page, "text")
    return TrustPolicy.parse(text, "region.policy")


@pytest.mark.parametrize("signed", [("north", "south"), ("south", "east"), ("north", "south", "east")])
def test_two_of_the_three_witnesses_are_enough(page: Path, signed: tuple[str, ...]) -> None:
    note = sign_note(TEXT, [_key("seals.north.example/log", ED25519)])
    note += "".join(_key(f"witness.{name}.example", COSIGNATURE).line(TEXT) for name in signed)

    assert signed == tuple(name for name, _ in _policy(page).verify(note).witnesses)


@pytest.mark.parametrize("signed", [(), ("north",), ("east",)])
def test_one_of_them_is_not(page: Path, signed: tuple[str, ...]) -> None:
    note = sign_note(TEXT, [_key("seals.north.example/log", ED25519)])
    note += "".join(_key(f"witness.{name}.example", COSIGNATURE).line(TEXT) for name in signed)

    with pytest.raises(NotTrusted):
        _policy(page).verify(note)


def test_its_commands_can_be_parsed(page: Path) -> None:
    import typer

    from passavant.cli import witness

    lines = [line for block in _blocks(page, "sh") for line in block.splitlines()]
    ours = [words[2:] for line in lines if (words := shlex.split(line))[:2] == ["passavant", "witness"]]

    assert {"init", "add", "list", "cosign", "serve"} == {words[0] for words in ours}
    assert {"passavant"} == {shlex.split(line)[0] for line in lines}
    for name, *words in ours:
        assert typer.main.get_command(witness.app).commands[name].make_context(name, words).params is not None  # type: ignore[attr-defined]


def test_its_python_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = _blocks(page, "python")
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:
        names = ("north", "south")
        found = {name: stack.enter_context(served_witness(tmp_path / name, f"{name}.example")) for name in names}
        lines = [f"log {KEY.verifier}", *(f"witness {n} {state.key} {url}" for n, (url, state) in found.items())]
        Path("region.policy").write_text("\n".join([*lines, "group region any north south", "quorum region"]))
        found["south"][1].add(Log(8).request(0))
        scope = {"log": Log(5)}
        exec(code, scope)

    assert ("north",) == tuple(name for name, _ in scope["trusted"].witnesses)  # type: ignore[attr-defined]
    assert capsys.readouterr().out.startswith("south RE")


def test_both_languages_have_the_same_shape(page: Path) -> None:
    shapes = [re.findall(r"(?m)^#+(?= )|^```\w*|^\|", one.read_text()) for one in PAGES]

    assert page in PAGES
    assert shapes[0] == shapes[1]
