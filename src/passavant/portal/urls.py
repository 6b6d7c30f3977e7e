"""Addresses of the portal."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from passavant.portal.api.root import api
from passavant.portal.operations.views import health, metrics

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("api/", api.urls),
    path("seals/", include("passavant.portal.public.seal_urls")),
    path("accounts/", include("passavant.portal.oidc.addresses")),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("", include("passavant.portal.look.urls")),
        path("", include("passavant.portal.public.urls")),
        path("", include("passavant.portal.cases.urls")),
        path("", include("passavant.portal.analysis.urls")),
        path("", include("passavant.portal.rulebook.urls")),
        path("", include("passavant.portal.declarations.urls")),
        path("", include("passavant.portal.administration.urls")),
    ),
]
handler400 = "passavant.portal.look.errors.bad_request"
handler403 = "passavant.portal.look.errors.refused"
handler404 = "passavant.portal.look.errors.not_found"
handler429 = "passavant.portal.look.errors.too_many"
handler500 = "passavant.portal.look.errors.server_error"
