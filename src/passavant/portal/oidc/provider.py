"""The provider as allauth sees it: one of the administration's own, whose every word is checked."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from passavant.portal.oidc.tokens import BadToken, claims_of, nonce_of

__all__ = ["AdministrationAdapter", "AdministrationProvider"]


class AdministrationAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth carries no types
    """The exchange with the provider: allauth's, with signature, nonce and subject checked."""

    _nonce = ""

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Fetch the tokens of this sign-in, and remember the nonce they must bear."""
        if not pkce_code_verifier:
            raise OAuth2Error("a sign-in that did not begin here")
        self._nonce = nonce_of(pkce_code_verifier)
        return dict(super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return who signs in; both documents of the provider must speak of the same person."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if said["userinfo"].get("sub") != said["id_token"]["sub"]:
            raise OAuth2Error("userinfo of another subject")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        from allauth.socialaccount.adapter import get_adapter

        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        issuer = self.openid_config["issuer"]
        try:
            return claims_of(id_token, answer.json(), issuer=issuer, client=app.client_id, nonce=self._nonce)
        except BadToken as error:
            raise OAuth2Error(str(error)) from error


class AdministrationProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth carries no types
    """The administration's identity provider."""

    oauth2_adapter_class = AdministrationAdapter

    def extract_email_addresses(self, data: Any) -> list[Any]:
        """Return the address, verified only where the provider says just that: ``"false"`` is a text, and true to Python."""
        said = data["userinfo"]
        verified = said.get("email_verified")
        verified = verified is True or verified == "true"
        email = said.get("email")
        return [EmailAddress(email=email, verified=verified, primary=True)] if isinstance(email, str) and email else []

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Return no parameter that an address could slip in."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return the scopes, none that an address could slip in."""
        return list(self.get_scope())

    def get_pkce_params(self) -> dict[str, Any]:
        """Return the challenge of this sign-in, and its nonce."""
        challenge = dict(super().get_pkce_params())
        return challenge | {"nonce": nonce_of(challenge["code_verifier"])}

    def redirect(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send to the provider; one that does not answer is told in words."""
        try:
            answer: HttpResponse = super().redirect(request, *args, **kwargs)
        except (RequestException, KeyError) as error:
            answer = render_authentication_error(request, self, exception=error)
        return answer


provider_classes = [AdministrationProvider]
