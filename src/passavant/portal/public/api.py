"""The same answers for machines: the law, and what a shopper pays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from passavant.errors import BadInput, Place
from passavant.portal.look.language import current
from passavant.portal.operators.auth import public
from passavant.portal.public import policies as law
from passavant.portal.public.forms import QuestionForm
from passavant.portal.public.limits import may_ask
from passavant.portal.public.services import landed_cost as ask
from passavant.portal.public.views import QUESTIONS_A_MINUTE

__all__ = ["router"]

router = Router(tags=["public"])


class PolicyOut(Schema):
    """A policy."""

    id: str
    title: str
    version: str
    currency: str
    valid_from: dt.date
    valid_to: dt.date | None
    destinations: list[str]
    source: str
    licence: str
    digest: str
    notice: str


class LandedCostIn(Schema):
    """A purchase; amounts as decimal text in the currency's main unit."""

    policy: str
    sent_from: str
    value: str
    currency: str
    hs_code: str
    on: dt.date | None = None
    destination: str = ""
    origin: str = ""
    shipping: str = ""
    quantity: int = 1
    mass: str = ""
    nature: str = "sale"
    channel: str = "post"
    collected: bool = False


@router.get("/policies", response=list[PolicyOut], summary="The law of each destination")
@public
def policies(request: HttpRequest) -> list[dict[str, Any]]:
    """Answer every policy with its sources."""
    return law.policies(current())


@router.get("/policies/{name}", response=dict[str, Any], summary="What a policy says on a day")
@public
def policy(request: HttpRequest, name: str, on: dt.date | None = None) -> dict[str, Any]:
    """Answer parameters, tables, rules and provisions in force, each with reference and certainty."""
    day = on or dt.datetime.now(dt.UTC).date()
    return law.content_of(law.one_policy(name), day, current())


@router.get("/landed-cost", response=dict[str, Any], summary="What a shopper pays, and why")
@public
def landed_cost(request: HttpRequest, asked: Query[LandedCostIn]) -> dict[str, Any]:
    """Answer duty, VAT and fees in minor units of the currency, with the rules and the law behind each.

    Example: ``/api/v1/landed-cost?policy=EU&destination=FR&sent_from=CN&value=100&currency=EUR&hs_code=610910``
    """
    form = QuestionForm(asked.dict() | {"on": asked.on or dt.datetime.now(dt.UTC).date()})
    if not form.is_valid():
        raise _refused(form)
    if not may_ask(request, "landed_cost", QUESTIONS_A_MINUTE):
        raise _too_many()
    return ask(form.question()).record(current())


def _refused(form: QuestionForm) -> BadInput:
    name, errors = next(iter(form.errors.items()))
    said = str(errors[0])
    return BadInput(
        "portal.landed_cost.refused",
        got=(f"{name}: {said}", f"{name} : {said}"),
        expected=("a purchase as /api/docs describes it", "un achat tel que le décrit /api/docs"),
        next_step=("Correct the field named.", "Corrigez le champ indiqué."),
        place=Place(field=name),
    )


def _too_many() -> BadInput:
    return BadInput(
        "portal.landed_cost.too_many",
        got=("many questions from this address", "de nombreuses questions de cette adresse"),
        expected=(f"at most {QUESTIONS_A_MINUTE} in a minute", f"{QUESTIONS_A_MINUTE} par minute au plus"),
        next_step=("Wait a minute.", "Attendez une minute."),
    )
