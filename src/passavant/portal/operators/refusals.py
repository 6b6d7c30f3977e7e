"""How the API says no to a caller: 401, 403 and 429, each with the next step."""

from __future__ import annotations

from passavant.portal.api.problems import Refusal

__all__ = ["QuotaExceeded", "forbidden", "no_organisation", "unauthorised"]


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
        got=("no valid key", "aucune clé valable"),
        expected=(
            "Authorization: Bearer pvt_…, a key that is neither revoked nor expired, from a network it allows",
            "Authorization: Bearer pvt_…, une clé ni révoquée ni expirée, depuis un réseau qu'elle autorise",
        ),
        next_step=(
            "Check the key; an operator of your organisation can make another.",
            "Vérifiez la clé ; un opérateur de votre organisation peut en créer une autre.",
        ),
        status=401,
        headers={"WWW-Authenticate": 'Bearer realm="passavant"'},
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
