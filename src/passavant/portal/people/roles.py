"""Roles: what somebody is for. A person may have several; each counts for the organisation that it was given for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["CUSTOMS", "DECIDING", "Role"]


class Role(models.TextChoices):
    """The portal's roles."""

    OFFICER = "officer", _("Officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ANALYST = "analyst", _("Risk analyst")
    POLICY = "policy", _("Policy unit")
    IMAGE_ANALYST = "image_analyst", _("Image analyst")
    OPERATOR = "operator", _("Operator")
    ISSUER = "issuer", _("Issuer of documents")
    NATIONAL_CONTACT = "national_contact", _("National contact point")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


#: Roles of the customs administration itself: they need a second factor.
CUSTOMS = frozenset(
    {Role.OFFICER, Role.SUPERVISOR, Role.ANALYST, Role.POLICY, Role.IMAGE_ANALYST, Role.AUDITOR, Role.ADMINISTRATOR}
)
#: Those of them that decide on parcels, or check who does: nobody has one for an organisation that declares parcels itself.
DECIDING = CUSTOMS - {Role.ADMINISTRATOR}
