"""The environment decides language, home and secret; a secret is made once and kept private."""

from pathlib import Path

import pytest

from passavant import settings
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
