"""The provider that the environment names."""

from __future__ import annotations

import pytest

from passavant.errors import BadInput
from passavant.portal.oidc.configuration import form_targets, providers


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "SIGN_IN"):
        monkeypatch.delenv(f"PASSAVANT_OIDC_{name}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"PASSAVANT_OIDC_{name}", value)


def test_there_is_none_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch)

    assert ([], []) == (providers()["openid_connect"]["APPS"], form_targets())


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, ISSUER="https://id.customs.example", CLIENT_ID="passavant")

    with pytest.raises(BadInput, match="PASSAVANT_OIDC_CLIENT_SECRET"):
        providers()


@pytest.mark.parametrize("issuer", ["http://id.customs.example", "ftp://id.customs.example", "id.customs.example"])
def test_a_provider_without_tls_is_refused(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    _set(monkeypatch, ISSUER=issuer, CLIENT_ID="passavant", CLIENT_SECRET="s")

    with pytest.raises(BadInput, match="an address with https"):
        providers()


def test_the_sign_in_form_may_lead_to_the_provider_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, ISSUER="https://id.customs.example/realms/staff", CLIENT_ID="passavant", CLIENT_SECRET="s")
    issuers = form_targets()
    monkeypatch.setenv("PASSAVANT_OIDC_SIGN_IN", "https://login.customs.example/authorize")

    assert (["https://id.customs.example"], ["https://login.customs.example"]) == (issuers, form_targets())
