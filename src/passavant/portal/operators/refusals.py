"""How the API says no to a caller: 401, 403 and 429, each with the next step."""

from __future__ import annotations

from django.http import HttpRequest

from passavant.portal.api.problems import Refusal

__all__ = ["QuotaExceeded", "forbidden", "no_organisation", "nobody", "unauthorised"]

_BEARER = {"WWW-Authenticate": 'Bearer realm="passavant"'}


class QuotaExceeded(Refusal):
    """More declarations than the organisation may send.

    Attributes:
        retry_after: Seconds after which it is worth trying again.
    """

    def __init__(self, window: str, limit: int, retry_after: int, headers: dict[str, str]) -> None:
        self.retry_after = retry_after
        french = {"minute": "minute", "day": "jour"}[window]
        super().__init__(
            "portal.quota.exceeded",
            got=(f"more than {limit} declarations a {window}", f"plus de {limit} déclarations par {french}"),
            expected=(f"{limit} declarations a {window} at most", f"{limit} déclarations par {french} au plus"),
            next_step=(
                f"Send the rest after {retry_after} s, or ask customs for a larger quota.",
                f"Envoyez le reste dans {retry_after} s, ou demandez à la douane un quota plus large.",
            ),
            status=429,
            headers={"Retry-After": str(retry_after), **headers},
        )


def unauthorised() -> Refusal:
    """Return the refusal of whoever shows no key that is valid; it does not tell what is wrong with it."""
    return Refusal(
        "portal.key.invalid",
        got=("a key that is not valid", "une clé non valide"),
        expected=(
            "Authorization: Bearer pvt_…, a key that is neither revoked nor expired, from a network it allows",
            "Authorization: Bearer pvt_…, une clé ni révoquée ni expirée, depuis un réseau qu'elle autorise",
        ),
        next_step=(
            "Check the key; an operator of your organisation can make another.",
            "Vérifiez la clé ; un opérateur de votre organisation peut en créer une autre.",
        ),
        status=401,
        headers=_BEARER,
    )


def nobody(request: HttpRequest) -> Refusal:
    """Return the refusal of whoever shows nothing, or nothing that this route takes; it says which header is expected."""
    if not getattr(request, "key_wanted", False):
        return _not_signed_in()
    shown = request.headers.get("Authorization")
    got = (
        ("no Authorization header", "aucun en-tête Authorization")
        if shown is None
        else ("an Authorization header of another form", "un en-tête Authorization d'une autre forme")
    )
    return Refusal(
        "portal.key.missing",
        got=got,
        expected=("the header Authorization: Bearer pvt_…", "l'en-tête Authorization: Bearer pvt_…"),
        next_step=(
            "Send the key of your organisation in that header; customs, or an operator of your organisation, makes one.",
            "Envoyez la clé de votre organisation dans cet en-tête ; la douane, ou un opérateur de votre organisation, en crée une.",
        ),
        status=401,
        headers=_BEARER,
    )  # fmt: skip


def _not_signed_in() -> Refusal:
    # No WWW-Authenticate: no header signs anybody in here.
    return Refusal(
        "portal.session.missing",
        got=("nobody signed in", "personne de connecté"),
        expected=(
            "the session of a person signed in: this address takes no key",
            "la session d'une personne connectée : cette adresse n'accepte pas de clé",
        ),
        next_step=("Sign in at the portal, then try again.", "Connectez-vous au portail, puis réessayez."),
        status=401,
    )


def forbidden(permission: str) -> Refusal:
    """Return the refusal of a caller who is known and may not do this."""
    return Refusal(
        "portal.permission.missing",
        got=(f"a caller without {permission}", f"un appelant sans {permission}"),
        expected=(permission, permission),
        next_step=("Use a key or an account that has it.", "Utilisez une clé ou un compte qui l'a."),
        status=403,
    )


def no_organisation(names: str) -> Refusal:
    """Return the refusal of a person who acts for several organisations and does not say for which."""
    return Refusal(
        "portal.organisation.unnamed",
        got=("a person with several organisations, or none of this number", "une personne de plusieurs organisations, ou d'aucune de ce numéro"),
        expected=(f"?organisation=… with one of: {names}", f"?organisation=… avec l'un de : {names}"),
        next_step=("Name the organisation.", "Indiquez l'organisation."),
        status=403,
    )  # fmt: skip
