"""The forms by which a password is chosen, with labels written as the others are."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

__all__ = ["ChangePassword", "NewPassword", "SetPassword"]

_LABELS = {
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class _Labels:
    """Gives the fields their labels."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in _LABELS.items():
            if name in self.fields:
                self.fields[name].label = label


class ChangePassword(_Labels, ChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Another password in place of the one that is known."""


class NewPassword(_Labels, ResetPasswordKeyForm):  # type: ignore[misc]  # likewise
    """A password in place of one that is forgotten."""


class SetPassword(_Labels, SetPasswordForm):  # type: ignore[misc]  # likewise
    """A first password."""
