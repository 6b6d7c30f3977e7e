"""Signing keys: encrypted on disk, or from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.errors import BadInput, NotFound
from passavant.sealing.keys import ISSUER, LOG, WITNESS, create_key, key_names, key_path, load_key, write_key
from passavant.sealing.notes import COSIGNATURE, SigningKey

_NAME = "customs.example/certificates"
_PASSPHRASE = b"a long passphrase"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    for name in ("PASSAVANT_KEY_PASSPHRASE", "PASSAVANT_LOG_KEY", "PASSAVANT_ISSUER_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_key_opens_with_its_passphrase_alone() -> None:
    made = create_key(ISSUER, _NAME, _PASSPHRASE)

    assert made.verifier == load_key(ISSUER, _NAME, _PASSPHRASE).verifier
    for wrong in (b"another passphrase", b""):
        with pytest.raises(BadInput):
            load_key(ISSUER, _NAME, wrong)


def test_a_key_file_is_its_owners_and_holds_no_bare_secret() -> None:
    made = create_key(ISSUER, _NAME, _PASSPHRASE)
    path = key_path(ISSUER, _NAME)

    assert 0o600 == path.stat().st_mode & 0o777
    assert made.private.private_bytes_raw() not in path.read_bytes()
    assert "ENCRYPTED" in path.read_text()


def test_a_key_file_open_to_others_is_refused() -> None:
    create_key(ISSUER, _NAME, None)
    key_path(ISSUER, _NAME).chmod(0o644)

    with pytest.raises(BadInput) as caught:
        load_key(ISSUER, _NAME)

    assert "chmod 600" in caught.value.next_step[0]


def test_the_passphrase_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    made = create_key(LOG, _NAME, _PASSPHRASE)
    monkeypatch.setenv("PASSAVANT_KEY_PASSPHRASE", _PASSPHRASE.decode())

    assert made.verifier == load_key(LOG, None).verifier


def test_the_whole_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    key = SigningKey.generate(_NAME)
    monkeypatch.setenv("PASSAVANT_ISSUER_KEY", write_key(key, None))

    assert key.verifier == load_key(ISSUER, _NAME).verifier
    with pytest.raises(NotFound):
        load_key(ISSUER, "another.example")


def test_an_existing_key_is_not_overwritten() -> None:
    made = create_key(ISSUER, _NAME, None)
    with pytest.raises(BadInput):
        create_key(ISSUER, _NAME, None)

    assert made.verifier == load_key(ISSUER, _NAME).verifier


def test_one_of_several_keys_must_be_named() -> None:
    create_key(ISSUER, "a.example", None)
    create_key(ISSUER, "b.example/x", None)

    assert ["a.example", "b.example/x"] == key_names(ISSUER)
    with pytest.raises(BadInput):
        load_key(ISSUER, None)


def test_no_key_says_how_to_make_one() -> None:
    with pytest.raises(NotFound) as caught:
        load_key(LOG, None)

    assert "passavant log init" in caught.value.next_step[0]


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BadInput):
        create_key(ISSUER, _NAME, b"short")

    assert [] == key_names(ISSUER)


def test_a_witness_key_makes_cosignatures() -> None:
    assert COSIGNATURE == create_key(WITNESS, "witness.example", None).kind


@pytest.mark.parametrize(
    "name", ["a b", "seals", "https://seals.example/log", "s\u0435als.example", "x" * 300 + ".example"]
)
def test_a_name_that_cannot_last_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        create_key(LOG, name, None)

    assert "a host and path" in caught.value.expected[0]


def test_a_key_is_there_whole_or_not_at_all() -> None:
    create_key(ISSUER, _NAME, None)
    folder = key_path(ISSUER, _NAME).parent

    assert [key_path(ISSUER, _NAME)] == list(folder.iterdir())
    assert 0o600 == key_path(ISSUER, _NAME).stat().st_mode & 0o777


def test_a_key_is_made_where_files_cannot_be_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    made = create_key(ISSUER, _NAME, None)

    assert made.verifier == load_key(ISSUER, _NAME).verifier
    with pytest.raises(BadInput):
        create_key(ISSUER, _NAME, None)


def test_a_key_that_cannot_be_written_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInput):
        create_key(ISSUER, _NAME, None)

    assert [] == [file for file in key_path(ISSUER, _NAME).parent.parent.rglob("*") if file.is_file()]
