"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["PublicConfig"]


class PublicConfig(AppConfig):
    """Pages open to everybody."""

    name = "passavant.portal.public"
    label = "public"

    def ready(self) -> None:
        """Enter the pages in the navigation."""
        from passavant.portal.look.navigation import enter
        from passavant.portal.people.permissions import anybody

        enter(
            _("What will I pay?"),
            "landed_cost",
            anybody,
            order=100,
            hint=_("Duty, VAT and fees on a parcel from abroad, with the rule and the law behind each amount."),
        )
        enter(
            _("Check a document"),
            "seals",
            anybody,
            order=110,
            hint=_("Whether a certificate or invoice is the one its issuer sealed. The file stays on your device."),
        )
        enter(_("The law"), "policies", anybody, order=120, hint=_("The thresholds, rates and rules that this site applies on a day, with their sources."))  # fmt: skip
