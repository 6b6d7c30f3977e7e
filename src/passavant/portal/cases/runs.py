"""Cases opened for runs that the command line or the demonstration published in the lake."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from passavant.engines import Engine, open_duckdb
from passavant.lake import read_manifest, run_tables
from passavant.portal.cases.models import Case, OpenedRun, SenderDay
from passavant.portal.cases.opening import close_superseded, made_case
from passavant.portal.declarations.models import Compaction, Entry

__all__ = ["open_from_run"]

_AT_ONCE = 500
_CASE = (
    "consignment_id", "version", "administration", "declarant_id", "declaration_id", "decision_id", "outcome", "lane", "category",
    "reasons", "party_key", "law_on", "customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "currency_due", "decided_at",
)  # fmt: skip
_ITEM = ("consignment_id", "version", "item_no", "hs_code", "description", "s10", "house_waybill", "order_id")


def open_from_run(run: Path) -> int:
    """Open the cases of a published run; a run whose cases are opened is left alone.

    Args:
        run: Its folder.

    Returns:
        How many were opened now.
    """
    run_id = str(read_manifest(run)["run_id"])
    if OpenedRun.objects.filter(run_id=run_id).exists():
        return 0
    engine = open_duckdb()
    rows, goods = _waiting(engine, run)
    with transaction.atomic():
        standing = _newest(row["consignment_id"] for row in rows)
        new = [row for row in rows if row["version"] > standing.get(row["consignment_id"], 0)]
        close_superseded(row["consignment_id"] for row in new if row["consignment_id"] in standing)
        made = []
        for row in new:
            case = made_case(row, goods[row["consignment_id"], row["version"]], row["decided_at"])
            case.run_id = run_id
            made.append(case)
        Case.objects.bulk_create(made, batch_size=_AT_ONCE, ignore_conflicts=True)
        if not Compaction.objects.filter(run_id=run_id).exists():  # the journal counts those already
            SenderDay.objects.bulk_create(_senders(engine, run, run_id), batch_size=_AT_ONCE, ignore_conflicts=True)
        OpenedRun.objects.get_or_create(run_id=run_id, defaults={"at": timezone.now(), "cases": len(made)})
    return len(made)


def _waiting(
    engine: Engine, run: Path
) -> tuple[list[dict[str, Any]], Mapping[tuple[str, int], Sequence[Mapping[str, Any]]]]:
    """Return the newest decisions that release nothing by themselves, and their goods."""
    decisions = engine.read(*run_tables(run, "decisions"))
    wanted = decisions.filter((decisions.outcome != "release") & decisions.superseded_by.isnull())
    rows = engine.fetch(wanted.select(*_CASE)).to_pylist()
    items = engine.read(*run_tables(run, "items")).select(*_ITEM)
    goods: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    keys = wanted.select("consignment_id", "version")
    for item in engine.fetch(items.semi_join(keys, ["consignment_id", "version"]).order_by("item_no")).to_pylist():
        goods[item["consignment_id"], item["version"]].append(item)
    return rows, goods


def _newest(consignments: Iterable[str]) -> dict[str, int]:
    """Return the newest version of each consignment that the database knows, cancelled ones too."""
    found: dict[str, int] = {}
    for part in _parts(list(consignments)):
        for known in (Case.objects.all(), Entry.objects.filter(sandbox=False)):
            for name, version in (
                known.filter(consignment_id__in=part)
                .values_list("consignment_id")
                .annotate(newest=Max("version"))
                .order_by()
            ):
                found[name] = max(version, found.get(name, 0))
    return found


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _senders(engine: Engine, run: Path, run_id: str) -> list[SenderDay]:
    decisions = engine.read(*run_tables(run, "decisions"))
    counted = decisions.group_by("declarant_id").aggregate(
        consignments=decisions.count(),
        asked=(decisions.outcome == "request_information").sum(),
        at=decisions.decided_at.max(),
    )
    return [
        SenderDay(
            run_id=run_id,
            declarant_id=row["declarant_id"],
            day=row["at"].astimezone(dt.UTC).date(),
            consignments=row["consignments"],
            asked=row["asked"],
        )
        for row in engine.fetch(counted).to_pylist()
    ]
