"""Seals: the portal's own page about them, and the page that hashes files in the browser, under its own strict policy."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from passavant.errors import NotFound, PassavantError
from passavant.portal.look.language import current
from passavant.portal.people.permissions import anybody, requires
from passavant.portal.public import seals as service
from passavant.portal.public.forms import ReceiptForm
from passavant.portal.public.limits import may_ask
from passavant.portal.public.seal_page import PAGE_HEADERS, page_file
from passavant.sealing.page import page_is_built

__all__ = ["LOOK_UPS_A_MINUTE", "check_page", "look_up", "page_asset", "seals"]

#: Digests that one address may ask about in a minute.
LOOK_UPS_A_MINUTE = 600
_RECEIPTS_A_MINUTE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires(anybody)
def seals(request: HttpRequest) -> HttpResponse:
    """Say which log is asked, lead to the page that checks files, and check a receipt."""
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm()
    shown: dict[str, object] = {"form": form, "built": page_is_built()}
    try:
        shown["log"] = service.about_log()
    except PassavantError as error:
        shown["silent"] = error
    if form.is_bound and form.is_valid():
        try:
            if may_ask(request, "receipt", _RECEIPTS_A_MINUTE):
                shown["verdict"] = service.check_receipt(**_texts(form))
            else:
                shown["too_many"] = True
        except PassavantError as error:
            shown["refusal"] = error
    return render(request, "public/seals.html", shown)


def _texts(form: ReceiptForm) -> dict[str, str]:
    return {"text": form.cleaned_data["receipt"], "digest": form.cleaned_data["digest"]}


@require_safe
@requires(anybody)
def check_page(request: HttpRequest) -> HttpResponse:
    """Answer the page that checks files; its language is that of ``?lang=``."""
    return _kept(request, "index.html")


@require_safe
@requires(anybody)
def page_asset(request: HttpRequest, file: str) -> HttpResponse:
    """Answer a file of it."""
    return _kept(request, file)


@require_safe
@requires(anybody)
def look_up(request: HttpRequest) -> HttpResponse:
    """Answer what the log knows of the documents whose digest starts as asked."""
    if not may_ask(request, "seals", LOOK_UPS_A_MINUTE):
        return JsonResponse({"code": "portal.seals.too_many"}, status=429, headers={"Retry-After": "60"})
    try:
        told, status = service.look_up(request.GET.get("alg", "sha-256"), request.GET.get("prefix", "")), 200
    except PassavantError as error:
        told = dict(error.record(current()))
        status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, service.Unreachable) else 400
    answer = JsonResponse(told, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _kept(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a file of the page, or with 304 when the browser has it already."""
    file = page_file(name)
    if file is None:
        return HttpResponse(
            "Not found · Introuvable · make page\n",
            status=503 if name == "index.html" else 404,
            content_type="text/plain; charset=utf-8",
        )
    tag = f'"{hashlib.sha256(file.content).hexdigest()[:32]}"'
    headers = PAGE_HEADERS | {"Cache-Control": file.keep, "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(file.content, content_type=file.kind)
    for header, value in headers.items():
        answer.headers[header] = value
    return answer
