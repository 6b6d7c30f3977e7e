"""Whom a sign-in through the provider lets in: the owner of an existing account of the same verified address, nobody else."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from passavant.errors import PassavantError
from passavant.portal.people.models import Person
from passavant.portal.trail.services import record

__all__ = ["ExistingAccountsOnly"]

_log = logging.getLogger(__name__)


class ExistingAccountsOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """No account is made, none is tied to a provider for good: each sign-in goes by the address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False."""
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Person, str] | None:
        """Return the open account of the verified address."""
        for email in (one.email for one in sociallogin.email_addresses if one.verified):
            person = Person.objects.filter(email=email.lower(), is_active=True).first()
            if person is not None:
                # Without this, allauth takes the password away from whoever signs in so for the first time.
                EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True})
                return person, person.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse whoever has no account, and to tie one to the provider.

        Raises:
            ImmediateHttpResponse: the page that says so.
        """
        email, verified = next(((one.email, one.verified) for one in sociallogin.email_addresses), ("", False))
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            refusal = _not_tied()
        elif not verified:
            refusal = _unverified(email)
        elif not sociallogin.is_existing:
            refusal = _no_account(email)
        else:
            return
        record("passavant.account.refused", actor="anonymous", object_type="person", object_id=email[:254])
        raise ImmediateHttpResponse(_page(request, refusal, 403))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Say in words that the exchange failed; why is for the log, not for whoever tries.

        Raises:
            ImmediateHttpResponse: the page that says so.
        """
        if error == AuthError.CANCELLED:
            return
        _log.warning("sign-in through the identity provider failed: %s", exception or "no state of this session")
        raise ImmediateHttpResponse(_page(request, _failed(), 401))


def _page(request: HttpRequest, refusal: PassavantError, status: int) -> HttpResponse:
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    title, *told = refusal.diagnostics(language).splitlines()
    return render(request, "oidc/refused.html", {"title": title.rstrip("."), "told": told}, status=status)


def _no_account(email: str) -> PassavantError:
    return PassavantError(
        "portal.oidc.no_account",
        got=(f"no open account of {email} here", f"aucun compte ouvert de {email} ici"),
        expected=("an account that an administrator made for this address", "un compte créé par un administrateur pour cette adresse"),
        next_step=("Ask an administrator of the portal for one.", "Demandez-en un à un administrateur du portail."),
    )  # fmt: skip


def _unverified(email: str) -> PassavantError:
    return PassavantError(
        "portal.oidc.unverified",
        got=(f"the address {email or '—'}, which the provider has not verified", f"l'adresse {email or '—'}, que le fournisseur n'a pas vérifiée"),
        expected=("an address that it vouches for", "une adresse dont il répond"),
        next_step=("Verify the address there, then sign in again.", "Vérifiez l'adresse chez lui, puis ouvrez de nouveau une session."),
    )  # fmt: skip


def _not_tied() -> PassavantError:
    return PassavantError(
        "portal.oidc.not_tied",
        got=("a wish to tie the account to the provider", "le souhait de lier le compte au fournisseur"),
        expected=("a sign-in: it goes by the verified address each time", "une ouverture de session : elle suit chaque fois l'adresse vérifiée"),
        next_step=("Sign out, then sign in through the provider.", "Fermez la session, puis ouvrez-la par le fournisseur."),
    )  # fmt: skip


def _failed() -> PassavantError:
    return PassavantError(
        "portal.oidc.failed",
        got=("no proof of who you are from the identity provider", "aucune preuve de votre identité de la part du fournisseur"),
        expected=("its signed answer to this very sign-in", "sa réponse signée à cette ouverture de session même"),
        next_step=(
            "Begin again from the sign-in page; if it stays so, tell whoever runs the portal.",
            "Recommencez depuis la page d'ouverture de session ; si cela persiste, prévenez l'exploitant du portail.",
        ),
    )  # fmt: skip
