"""One step of the administration: a page that says what will happen and asks why; sent, it is done or refused at the field it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passavant.errors import PassavantError
from passavant.portal.look.language import current

__all__ = ["Step", "ask", "said_of", "show_secret"]


@dataclass(frozen=True)
class Step:
    """What a page asks.

    Attributes:
        title: Its heading.
        text: What will happen.
        submit: Text of the button.
        above: Pairs of text and address: the pages above it.
        kind: ``warning`` for what is not easily undone.
        barred: Why it is not offered; empty where it is.
    """

    title: str
    text: str
    submit: str
    above: list[tuple[str, str]] = field(default_factory=list)
    kind: str = ""
    barred: str = ""


def ask(
    request: HttpRequest, step: Step, form: forms.Form, do: Callable[[dict[str, Any]], HttpResponse]
) -> HttpResponse:
    """Show a step, or take it.

    Args:
        request: GET to show, POST to take it.
        step: What is shown.
        form: Bound where it was sent.
        do: Called with what was filled in; its answer is the page's.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return do(form.cleaned_data)
        except PassavantError as error:
            _put(form, error)
    return render(request, "administration/step.html", {"step": step, "form": form})


def show_secret(
    request: HttpRequest, title: str, secret: str, rows: list[tuple[Any, Any]], text: str, above: list[tuple[str, str]]
) -> HttpResponse:
    """Show a secret in this one answer: no browser keeps it, and the portal cannot show it again."""
    shown = {"title": title, "secret": secret, "rows": rows, "text": text, "above": above}
    answer = render(request, "administration/secret.html", shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def said_of(error: PassavantError) -> str:
    """Return an error as a form says it: what was got, and the next step."""
    told = error.record(current())
    got = str(told["got"])
    return f"{got[:1].upper()}{got[1:]}. {told['next_step']}"


def _put(form: forms.Form, error: PassavantError) -> None:
    place = getattr(error, "place", None)
    name = place.field if place else None
    form.add_error(name if name in form.fields else None, said_of(error))
