"""What stands beside a case: the other parcels of a split, and how good the sender's declarations have been."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
from django.db.models import Count, Q, Sum
from django.utils import timezone

from passavant.engines import open_duckdb
from passavant.lake import run_folders, run_tables
from passavant.portal.cases.models import Case, InspectionResult, SenderDay
from passavant.portal.declarations.arrow import unpacked
from passavant.portal.declarations.grounds import lake
from passavant.portal.declarations.models import Batch, Entry, Submission

__all__ = ["DAYS", "SPLIT", "Linked", "SenderHistory", "linked_parcels", "sender_history"]

#: Days that a sender's history covers.
DAYS = 30
#: The reason by which parcels of one party are linked.
SPLIT = "signals.split.exact_key"
_MOST, _BATCHES, _READ = 50, 200, 2_000
_COLUMNS = ["consignment_id", "version", "outcome", "customs_value_minor", "currency_due"]


@dataclass(frozen=True)
class Linked:
    """Another consignment of the same party and day; ``case`` where there is one."""

    consignment_id: str
    outcome: str
    value_minor: int | None
    currency: str
    case: Case | None


@dataclass(frozen=True)
class SenderHistory:
    """Counts over :data:`DAYS` days: each share has its denominator.

    Attributes:
        consignments: Decided.
        asked: Of those, answered with a request for information.
        received: Declarations received over the API, unreadable ones too; 0 where all came in files.
        unreadable: Of those, refused because they could not be read.
        quality: The most frequent reasons of data quality in this sender's cases, with how many cases carry each.
        cases: Cases looked at for ``quality``.
        inspected: Inspections with a result.
        hits: Of those, with a hit.
    """

    since: dt.date
    until: dt.date
    consignments: int
    asked: int
    received: int
    unreadable: int
    quality: list[tuple[str, int]]
    cases: int
    inspected: int
    hits: int


def linked_parcels(case: Case) -> list[Linked]:
    """Return the other consignments of the same party on the same day, where the clearance saw a split."""
    if SPLIT not in case.reasons or case.party_key is None or case.law_on is None:
        return []
    cases = {
        one.consignment_id: one
        for one in Case.objects.filter(party_key=case.party_key, law_on=case.law_on).order_by("version")[:_MOST]
    }
    found: dict[str, Mapping[str, Any]] = {}
    for row in (*_in_lake(case), *_in_journal(case)):
        known = found.get(row["consignment_id"])
        if known is None or known["version"] <= row["version"]:
            found[row["consignment_id"]] = row
    for name, one in cases.items():
        found.setdefault(
            name, {"outcome": one.advised, "customs_value_minor": one.value_minor, "currency_due": one.currency}
        )
    found.pop(case.consignment_id, None)
    return [
        Linked(name, row["outcome"], row["customs_value_minor"], row["currency_due"], cases.get(name))
        for name, row in sorted(found.items())[:_MOST]
    ]


def _in_lake(case: Case) -> list[Mapping[str, Any]]:
    if not (lake() / "lake.json").is_file():
        return []
    files = [file for run in run_folders(lake()) for file in run_tables(run, "decisions")]
    engine = open_duckdb(threads=1)
    rows = engine.read(*files)
    own = rows.filter((rows.party_key == case.party_key) & (rows.law_on == case.law_on))
    found: list[Mapping[str, Any]] = engine.fetch(own.select(*_COLUMNS).limit(_MOST)).to_pylist()
    return found


def _in_journal(case: Case) -> Iterator[Mapping[str, Any]]:
    """Yield decisions that no run of the lake holds yet."""
    batches = Batch.objects.filter(sandbox=False, compaction=None).order_by("-pk").values_list("decisions", flat=True)
    for content in batches[:_BATCHES]:
        table = unpacked(content)
        same = pc.and_(pc.equal(table["party_key"], case.party_key), pc.equal(table["law_on"], case.law_on))
        yield from table.filter(same).select(_COLUMNS).to_pylist()


def sender_history(declarant_id: str, administration: str) -> SenderHistory:
    """Return how a declarant's declarations have been.

    Args:
        declarant_id: Whose.
        administration: Where.
    """
    until = timezone.now()
    since = until - dt.timedelta(days=DAYS)
    pushed = Entry.objects.filter(
        sandbox=False, at__gte=since, consignment_id__startswith=f"{administration}:{declarant_id}:"
    ).exclude(decision_id="").aggregate(n=Count("pk"), asked=Count("pk", filter=Q(outcome="request_information")))  # fmt: skip
    filed = SenderDay.objects.filter(declarant_id=declarant_id, day__gte=since.date()).aggregate(
        n=Sum("consignments"), asked=Sum("asked")
    )
    sent = Submission.objects.filter(
        organisation__declarant_id=declarant_id, sandbox=False, received_at__gte=since
    ).aggregate(n=Sum("declarations"), refused=Sum("refused"))
    results = InspectionResult.objects.filter(declarant_id=declarant_id, at__gte=since).aggregate(
        n=Count("pk"), hits=Count("pk", filter=Q(hit=True))
    )
    quality, cases = _quality(declarant_id, since)
    return SenderHistory(
        since.date(), until.date(), pushed["n"] + (filed["n"] or 0), pushed["asked"] + (filed["asked"] or 0),
        sent["n"] or 0, sent["refused"] or 0, quality, cases, results["n"], results["hits"],
    )  # fmt: skip


def _quality(declarant_id: str, since: dt.datetime) -> tuple[list[tuple[str, int]], int]:
    lists = list(
        Case.objects.filter(declarant_id=declarant_id, opened_at__gte=since)
        .order_by("-opened_at").values_list("reasons", flat=True)[:_READ]
    )  # fmt: skip
    counted = Counter(code for codes in lists for code in codes if code.startswith("dataset."))
    return counted.most_common(5), len(lists)
