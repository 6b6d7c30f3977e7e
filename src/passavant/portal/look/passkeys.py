"""The form by which a passkey is added, with words that a reader knows."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

__all__ = ["AddPasskey"]


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    """A passkey's name, and whether it takes the place of the password too."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("To tell your passkeys apart: “office key”, “telephone”.")
        self.fields["passwordless"].label = _("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _("The device or key then asks for your finger, your face or a PIN.")
