"""Results of inspections: recorded once each, never changed, and given to whoever learns from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from passavant.portal.cases.acting import locked, refuse_own
from passavant.portal.cases.carrying_out import note_event, role_of
from passavant.portal.cases.facts import explanation_of
from passavant.portal.cases.models import InspectionResult
from passavant.portal.cases.photos import kept
from passavant.portal.people.models import Person
from passavant.portal.trail.services import record

__all__ = ["RESULTS", "Finding", "record_result", "results_table"]

#: Columns of :func:`results_table`.
RESULTS = pa.schema([
    ("consignment_id", pa.string()), ("version", pa.int32()), ("decision_id", pa.string()), ("declarant_id", pa.string()),
    ("lane", pa.string()), ("stratum", pa.bool_()), ("propensity_ppm", pa.int64()), ("hit", pa.bool_()), ("found", pa.string()),
    ("value_minor", pa.int64()), ("currency", pa.string()), ("hs_code", pa.string()), ("by", pa.string()),
    ("at", pa.timestamp("us", "UTC")),
])  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What an inspection found.

    Attributes:
        hit: Whether anything.
        found: One of :data:`passavant.portal.cases.words.FINDINGS`; empty without a hit.
        value_minor: Value recovered, in minor units of ``currency``.
        hs_code: Code of the goods that were found.
        photo: A picture's bytes.
    """

    hit: bool
    found: str = ""
    value_minor: int | None = None
    currency: str = ""
    hs_code: str = ""
    note: str = ""
    photo: bytes = b""


def record_result(case_id: int, by: Person, finding: Finding) -> InspectionResult:
    """Record what an inspection found; a further one may follow, none is changed.

    Raises:
        BadInput: the photo is none.
        NotFound: there is no such case.
        Refusal: it is of an organisation of one's own.
    """
    photo, kind = kept(finding.photo) if finding.photo else ("", "")
    with transaction.atomic():
        case = locked(case_id)
        refuse_own(case, by)
        decision = explanation_of(case).decision or {}
        made = InspectionResult.objects.create(
            case=case, consignment_id=case.consignment_id, version=case.version, decision_id=case.decision_id,
            declarant_id=case.declarant_id, lane=case.lane, stratum=bool(decision.get("stratum")),
            propensity_ppm=int(decision.get("propensity_ppm") or 0), hit=finding.hit, found=finding.found,
            value_minor=finding.value_minor, currency=finding.currency, hs_code=finding.hs_code, note=finding.note,
            photo=photo, photo_type=kind, by=by.email, at=timezone.now(),
        )  # fmt: skip
        case.revision += 1
        case.save(update_fields=["revision"])
        note_event(case, "result", by, finding.found, "", {"hit": int(finding.hit), "result": made.pk})
        record(
            "passavant.case.inspected", actor=by.email, role=role_of(by), object_type="consignment",
            object_id=case.consignment_id,
            data={"hit": int(finding.hit), "found": finding.found, "declarant": case.declarant_id, "lane": case.lane},
        )  # fmt: skip
    return made


def results_table() -> pa.Table:
    """Return every result, oldest first, with what selected the consignment: what targeting learns from."""
    columns = RESULTS.names
    rows: list[dict[str, Any]] = list(InspectionResult.objects.order_by("pk").values(*columns))
    return pa.Table.from_pylist(rows, schema=RESULTS)
