"""What a web server calls."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from passavant.portal.deployment import prepare

__all__ = ["application"]

prepare()
application = get_wsgi_application()
