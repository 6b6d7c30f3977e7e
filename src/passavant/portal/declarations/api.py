"""Declarations over the API: sent, looked up, amended by a higher version, cancelled, found by a bar code."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from passavant.portal.api.problems import Refusal
from passavant.portal.declarations import queries
from passavant.portal.declarations.answers import entry_answer
from passavant.portal.declarations.cancelling import cancel
from passavant.portal.declarations.client import decided
from passavant.portal.declarations.days import days_ready
from passavant.portal.declarations.grounds import policy_of_deployment
from passavant.portal.declarations.models import Submission
from passavant.portal.declarations.standing import standings
from passavant.portal.declarations.submitting import earlier, is_small, receive, wait_for_it
from passavant.portal.operators import quotas
from passavant.portal.operators.auth import caller_of, key_auth
from passavant.portal.operators.scopes import scope

__all__ = ["router"]

router = Router(tags=["declarations"])
_WRITE, _READ = key_auth.needing(scope("declarations:write")), key_auth.needing(scope("declarations:read"))
_JSON, _CSV = "application/json", "text/csv"
_LONGEST_KEY = 200


class Reason(Schema):
    """One reason: its code, the item it is about (null: all), its words, and the law behind it."""

    code: str
    item_no: int | None
    text: dict[str, str]
    law: str | None


class Decided(Schema):
    """A decision, as the declarant is told: ``more_reasons`` says that some are for customs alone, ``state`` where it stands now."""

    status: str
    record: int | None = None
    consignment_id: str | None = None
    declaration_id: str | None = None
    version: int | None = None
    at: str | None = None
    decision_id: str | None = None
    supersedes: str | None = None
    law_on: str | None = None
    outcome: str | None = None
    state: str | None = None
    category: int | None = None
    certainty: str | None = None
    currency_due: str | None = None
    customs_value_minor: int | None = None
    duty_minor: int | None = None
    vat_minor: int | None = None
    fees_minor: int | None = None
    vendor_vat_minor: int | None = None
    reasons: list[Reason] = Field(default=[])
    more_reasons: bool = False
    items: list[dict[str, Any]] = Field(default=[])
    errors: list[dict[str, Any]] = Field(default=[])


class Ignored(Schema):
    """A field that the data set does not know, so that it was not read; in a goods item it is called `items[].…`."""

    field: str
    records: int
    did_you_mean: str | None


class SubmissionShown(Schema):
    """A request and how far it is; ``declarations`` holds a page of what became of each, in order."""

    submission: uuid.UUID
    sandbox: bool
    state: str
    total: int | None = None
    done: int | None = None
    decided: int | None = None
    refused: int | None = None
    fault: dict[str, Any] | None = None
    ignored: list[Ignored] = Field(default=[])
    declarations: list[Decided] = Field(default=[])
    next: int | None = None


class Cancelled(Schema):
    """Why a declaration is cancelled."""

    reason: str = Field(min_length=1, max_length=500, examples=["returned to the sender before dispatch"])


class After(Schema):
    """The record after which the page begins."""

    after: int = Field(default=0, ge=0, le=10_000)


class PageAsked(Schema):
    """Which declarations."""

    outcome: Literal["release", "request_information", "screen", "control", "do_not_load"] | None = None
    state: Literal["asked", "answered", "held", "released", "refused", "cancelled"] | None = None
    before: int | None = Field(default=None, ge=1, le=9_223_372_036_854_775_807)
    limit: int = Field(default=100, ge=1, le=1000)


class Scan(Schema):
    """What a scanner gave."""

    code: str = Field(min_length=1, max_length=2000)


class Version(Schema):
    """A version; the newest where none is named."""

    version: int | None = Field(default=None, ge=1, le=2_147_483_647)


_BODY = {
    "parameters": [
        {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200}}
    ],
    "requestBody": {
        "required": True,
        "content": {
            _JSON: {
                "schema": {
                    "oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}, "maxItems": 10_000}]
                },
                "example": {
                    "declaration_id": "LP-2026-000123", "lodged_at": "2026-11-25T09:30:00Z", "channel": "post",
                    "importer_name": "Ada Lund", "importer_address": "1 rue X, 75001 Paris", "importer_country": "FR",
                    "exporter_name": "Shop", "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN",
                    "departure_country": "CN", "nature": "sale", "currency": "EUR", "s10": "RR123456785CN",
                    "items": [{"item_no": 1, "description": "blue cotton t-shirt", "hs_code": "610910", "origin": "CN",
                               "quantity": 1, "gross_mass_kg": "0.3", "intrinsic_value": "18.00"}],
                },
            },
            _CSV: {"schema": {"type": "string"}},
        },
    }
}  # fmt: skip


@router.post(
    "", auth=_WRITE, response={200: SubmissionShown, 202: SubmissionShown}, openapi_extra=_BODY,
    summary="Send one to 10,000 declarations",
)  # fmt: skip
def send(request: HttpRequest, response: HttpResponse) -> Any:
    """Answer up to 100 declarations at once; more become a job (202), shown at `Location`.

    Send an `Idempotency-Key`: a request repeated under it is answered as before, and nothing is decided twice.
    """
    caller = caller_of(request)
    key = _idempotency_key(request)
    received = receive(caller, request.body, _media(request), key, policy_of_deployment().id)
    again = earlier(received.submission)
    if again is None:
        quotas.take(caller, len(received.records))
    for name, value in quotas.allowance(caller).headers().items():
        response[name] = value
    at_once = is_small(received) and days_ready(received.records)
    if again is None and at_once:
        return Status(200, _with_counts(decided(received)))
    submission = again or wait_for_it(received)
    response["Location"] = f"/api/v1/declarations/submissions/{submission.pk}"
    return Status(202 if submission.state == Submission.State.WAITING else 200, queries.submission_page(submission, 0))


@router.get(
    "/submissions/{uuid:submission}", auth=_READ, response=SubmissionShown, summary="A request and what became of it"
)
def submission(request: HttpRequest, submission: uuid.UUID, page: Query[After]) -> Any:
    """Answer how far it is and a page of results; `next` is the `after` of the following page."""
    return queries.submission_page(queries.own_submission(caller_of(request), submission), page.after)


@router.get("", auth=_READ, response=dict[str, Any], summary="Your declarations, the newest first")
def listed(request: HttpRequest, asked: Query[PageAsked]) -> Any:
    """Answer a page; `next` is the `before` of the following one."""
    return queries.page_of(caller_of(request), asked.outcome, asked.state, asked.before, asked.limit)


@router.get("/scan", auth=_READ, response=dict[str, Any], summary="The declarations behind a bar code")
def scan(request: HttpRequest, asked: Query[Scan]) -> Any:
    """Answer what an S10, GS1 or QR code, a waybill or a declaration number stands for."""
    return queries.scanned(caller_of(request), asked.code, request.get_host())


@router.post("/{path:consignment}/cancellation", auth=_WRITE, response=Decided, summary="Cancel a declaration")
def cancelled(request: HttpRequest, consignment: str, asked: Cancelled) -> Any:
    """Cancel it by a new version; what customs holds under control cannot be cancelled (409)."""
    caller = caller_of(request)
    entry = cancel(queries.own_entry(caller, consignment, None), asked.reason, by=caller.actor)
    return entry_answer(entry)


@router.get("/{path:consignment}", auth=_READ, response=Decided, summary="One declaration and its decision")
def shown(request: HttpRequest, response: HttpResponse, consignment: str, asked: Query[Version]) -> Any:
    """Answer its newest version, or the one asked for; by consignment id or declaration number."""
    entry = queries.own_entry(caller_of(request), consignment, asked.version)
    state = standings([entry])[0]
    response["ETag"] = f'"{entry.decision_id or entry.digest}.{state}"'
    return {**entry_answer(entry), "state": state}


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > _LONGEST_KEY or not key.isascii():
        raise Refusal(
            "declarations.idempotency.form",
            got=(f"an Idempotency-Key of {len(key)} characters", f"une Idempotency-Key de {len(key)} caractères"),
            expected=(f"at most {_LONGEST_KEY} ASCII characters", f"au plus {_LONGEST_KEY} caractères ASCII"),
            next_step=("Use a UUID.", "Utilisez un UUID."),
            status=400,
        )
    return key or None


def _media(request: HttpRequest) -> Any:
    kind = (request.content_type or "").lower()
    if kind == _CSV:
        return "csv"
    if kind in (_JSON, ""):
        return "json"
    raise Refusal(
        "declarations.body.media",
        got=(f"a body of type {kind}", f"un corps de type {kind}"),
        expected=(f"{_JSON} or {_CSV}", f"{_JSON} ou {_CSV}"),
        next_step=("Set Content-Type.", "Renseignez Content-Type."),
        status=415,
    )


def _with_counts(answer: dict[str, Any]) -> dict[str, Any]:
    refused = sum(one["status"] == "refused" for one in answer["declarations"])
    total = len(answer["declarations"])
    return answer | {"total": total, "done": total, "refused": refused, "decided": total - refused}
