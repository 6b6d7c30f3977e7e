"""Keys of the API: the list, a new one, and one revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passavant.portal.administration import shown
from passavant.portal.administration.forms import KeyForm, ReasonForm
from passavant.portal.administration.queries import listed_keys
from passavant.portal.administration.steps import Step, ask, show_secret
from passavant.portal.administration.tabs import home_crumbs, tabs
from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.services import make_key, revoke_key
from passavant.portal.people.permissions import administrator, person_behind, requires

__all__ = ["keys", "make", "revoke"]

_POSTED = require_http_methods(["GET", "HEAD", "POST"])
_PAGE = 50


@require_safe
@requires(administrator)
def keys(request: HttpRequest) -> HttpResponse:
    """List every key, the newest first."""
    page = Paginator(listed_keys(), _PAGE).get_page(request.GET.get("page"))
    told = {"tabs": tabs("keys"), "page": page, "head": shown.key_titles(), "rows": shown.key_rows(page)}
    return render(request, "administration/keys.html", told)


@_POSTED
@requires(administrator)
def make(request: HttpRequest) -> HttpResponse:
    """Make a key, and show it once."""
    step = Step(
        _("Make an API key"),
        _("By a key, an organisation's own systems send declarations and read the answers. The next page shows it once: only its digest is kept."),
        _("Make the key"), _crumbs(),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        ends = timezone.now() + dt.timedelta(days=given["days"]) if given["days"] else None
        key, secret = make_key(
            given["organisation"], given["label"], given["scopes"], by=person_behind(request).email, sandbox=given["sandbox"],
            expires_at=ends, networks=given["networks"], purpose=given["purpose"],
        )  # fmt: skip
        rows = [(_("Organisation"), key.organisation.name), (_("Key"), key.id), (_("What for"), key.label)]
        return show_secret(
            request, _("The new key"), secret, rows,
            _("Hand it to the organisation by a safe way. Its systems send it with each request: Authorization: Bearer, then the key."),
            _crumbs(),
        )  # fmt: skip

    return ask(request, step, KeyForm(request.POST or None, initial={"organisation": _wanted(request)}), do)


@_POSTED
@requires(administrator)
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Revoke a key."""
    key = get_object_or_404(ApiKey.objects.select_related("organisation"), pk=code)
    step = Step(
        _("Revoke the key %(key)s") % {"key": key.id},
        _("The systems of %(organisation)s that use it (%(label)s) are refused within 5 seconds. A revoked key cannot be used again: make another.")
        % {"organisation": key.organisation.name, "label": key.label},
        _("Revoke the key"), _crumbs(), "warning", "" if key.revoked_at is None else _("It is revoked already."),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        revoke_key(key, by=person_behind(request).email, purpose=given["purpose"])
        messages.success(request, _("The key is revoked."))
        return redirect("keys")

    return ask(request, step, ReasonForm(request.POST or None), do)


def _crumbs() -> list[tuple[str, str]]:
    return [*home_crumbs(), (_("API keys"), reverse("keys"))]


def _wanted(request: HttpRequest) -> str:
    """Return the organisation that the page of one asked for."""
    return request.GET.get("organisation", "")[:20]
