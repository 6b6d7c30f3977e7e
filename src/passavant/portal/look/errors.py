"""What the portal answers when it cannot: what happened and the next step, in the reader's language; JSON below ``/api/``."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from passavant.portal.api.problems import problem_of
from passavant.portal.api.requests import no_route, not_readable, our_fault, too_big
from passavant.portal.people.permissions import anybody

__all__ = ["bad_request", "csrf_failure", "not_found", "refused", "server_error", "too_many"]

_log = logging.getLogger(__name__)
#: When not even a page can be made.
_PLAIN = "Passavant\n\nThe page could not be made; try again in a minute.\nLa page n'a pu être produite ; réessayez dans une minute.\n"


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a request that cannot be read: nothing of it is read again, its host name may be what is wrong."""
    if request.path.startswith("/api/"):
        refusal = too_big() if isinstance(exception, RequestDataTooBig) else not_readable()
        return problem_of(request, refusal, refusal.status)
    if isinstance(exception, RequestDataTooBig):
        return _page(
            None, 413, _("Too much was sent"),
            _("The files and words of a form are taken up to 32 MiB together."),
            _("Go back and choose fewer or smaller files."),
        )  # fmt: skip
    return _page(
        None, 400, _("This request cannot be read"),
        _("The address or the form sent is not of the form expected here."),
        _("Go back, check what you entered, and send it again."),
    )  # fmt: skip


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer somebody whose roles do not open a page."""
    return _page(
        request, 403, _("You may not open this page"),
        _("None of the roles of your account gives access to it."),
        _("If your work needs it, ask an administrator of this site for the role."),
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token: too old, or sent from elsewhere."""
    return _page(
        request, 403, _("This form has expired"),
        _("For your safety, a form is accepted only from the page it was opened in, while your session lasts. Nothing was changed."),
        _("Go back, load the page again, and send the form once more. Your browser must accept this site's cookies."),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if request.path.startswith("/api/"):
        return problem_of(request, no_route(request.path), 404)
    return _page(
        request, 404, _("Page not found"),
        _("There is no page at this address, or it is gone."),
        _("Check the address for mistakes, or start from the home page."),
    )  # fmt: skip


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer an address that tries too often."""
    answer = _page(
        request, 429, _("Too many attempts"),
        _("This address has tried too often in a short time."),
        _("Wait a few minutes, then try once more."),
    )  # fmt: skip
    answer.headers["Retry-After"] = "300"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: without the database, which may be what broke."""
    if request.path.startswith("/api/"):
        return problem_of(request, our_fault(), 500)
    return _page(
        None, 500, _("Something went wrong"),
        _("The page could not be made. The fault is ours, and has been written down."),
        _("Try again in a minute. If it happens again, tell the administrator of this site when it happened."),
    )  # fmt: skip


for _view in (bad_request, refused, csrf_failure, not_found, too_many, server_error):
    _view.permission = anybody  # type: ignore[attr-defined]


def _page(request: HttpRequest | None, status: int, title: str, text: str, step: str) -> HttpResponse:
    told = {"title": title, "text": text, "step": step}
    try:
        return HttpResponse(render_to_string("look/error.html", told, request), status=status)
    except Exception:  # noqa: BLE001  # whatever broke the page, plain words still go out
        _log.exception("the page of error %s could not be made", status)
        return HttpResponse(_PLAIN, status=status, content_type="text/plain; charset=utf-8")
