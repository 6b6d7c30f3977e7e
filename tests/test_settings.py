"""The environment decides language, home and secret; a secret is made once and kept private."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from passavant import settings
from passavant.dataset.vault import Vault
from passavant.errors import BadInput


@pytest.mark.parametrize(("value", "expected"), [("fr", "fr"), ("fr_SN.UTF-8", "fr"), ("de_DE", "en"), ("en", "en")])
def test_language_follows_the_variable(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", value)

    assert settings.language() == expected


def test_a_secret_is_made_once_with_mode_0600(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PASSAVANT_SECRET", raising=False)
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))

    first, second = settings.secret(), settings.secret()

    assert first == second
    assert (tmp_path / "secrets" / "deployment").stat().st_mode & 0o777 == 0o600


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_SECRET", "short")

    with pytest.raises(BadInput, match="5 bytes"):
        settings.secret()


def test_a_key_id_names_a_secret_without_holding_it() -> None:
    assert settings.key_id(b"a" * 32) != settings.key_id(b"b" * 32)
    assert len(settings.key_id(b"a" * 32)) == 8


def _stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mode: int) -> Path:
    monkeypatch.delenv("PASSAVANT_SECRET", raising=False)
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    file = tmp_path / "secrets" / "deployment"
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_stored_secret_that_others_may_read_is_refused_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    file = _stored(tmp_path, monkeypatch, "a" * 64, mode)

    with pytest.raises(BadInput, match=f"chmod 600 {file}"):
        settings.secret()


def test_an_empty_stored_secret_says_what_to_do_with_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = _stored(tmp_path, monkeypatch, "\n", 0o600)

    with pytest.raises(BadInput, match="Restore the file") as refused:
        settings.secret()

    assert refused.value.place is not None
    assert (str(file), False) == (refused.value.place.file, "PASSAVANT_SECRET" in str(refused.value))


def test_a_home_that_cannot_be_written_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PASSAVANT_SECRET", raising=False)
    (tmp_path / "file").touch()
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(BadInput, match="PASSAVANT_HOME"):
        settings.secret()
    with pytest.raises(BadInput, match="PASSAVANT_HOME"):
        Vault()


def test_many_at_once_make_one_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PASSAVANT_SECRET", raising=False)
    for number in range(20):
        monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / str(number)))
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(lambda _: settings.secret(), range(8)))

        assert 1 == len(found)
        assert ["deployment"] == [file.name for file in (tmp_path / str(number) / "secrets").iterdir()]
