"""The three lists of the administration, as tabs and as the page above others."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

__all__ = ["home_crumbs", "tabs"]


def home_crumbs() -> list[tuple[str, str]]:
    """Return the way to the first list."""
    return [(_("Administration"), reverse("administration"))]


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return each list: its name, its address, whether it is shown."""
    names = (("administration", _("Accounts")), ("organisations", _("Organisations")), ("keys", _("API keys")))
    return [(text, reverse(name), name == here) for name, text in names]
