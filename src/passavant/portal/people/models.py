"""People, organisations, and the roles that people have for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.roles import CUSTOMS, Role

__all__ = ["Membership", "Organisation", "Person"]


class Organisation(models.Model):
    """A customs office, an operator, an issuer, a ministry."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    declarant_id = models.CharField(
        _("declarant"), max_length=64, blank=True, help_text=_("As its declarations name it.")
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make an account; without a password it can be entered by a passkey or an identity provider alone."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody with an account; the e-mail address is the name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("fr", "Français")], default="en"
    )
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("account made"), default=timezone.now)

    objects: ClassVar[People] = People()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("person")
        ordering: ClassVar = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the person has now, whatever the organisation."""
        found = self.__dict__.get("_roles")
        if found is None:
            found = self.__dict__["_roles"] = frozenset(self.memberships.values_list("role", flat=True))
        return frozenset(found)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone must not be enough."""
        return bool(self.roles & CUSTOMS)


class Membership(models.Model):
    """A role of a person for an organisation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role", "organisation"], name="one_membership_each"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role} ({self.organisation})"
