"""The state snapshot: a folder of Parquet with what earlier consignments leave behind for later ones.

`party_day`: one row per party, local day and consignment (value in minor units of the policy's threshold currency).
`quota`: one row per person, period and consignment that counts, with `lodged_at`, so that order decides.
`snapshot.json` lists both with their SHA-256; its own SHA-256 is the snapshot's digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.engines import Engine
from passavant.errors import BadInput, Place
from passavant.policy.load import Policy
from passavant.texts import Text
from passavant.texts.file_faults import fault_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["EVENT_COLUMNS", "Snapshot", "events_of", "fold", "open_snapshot"]

_NOT_A_LIST = Text("snapshot.json does not list its files", "snapshot.json n'énumère pas ses fichiers")
#: One row per consignment: what splits and quotas are made of. Decisions keep these columns, so that an earlier OUT is history.
EVENT_COLUMNS = {
    "consignment_no": "int64",
    "consignment_id": "string",
    "version": "int32",
    "law_on": "date",
    "lodged_at": "timestamp('UTC')",
    "party_key": "int64",
    "person_key": "int64",
    "threshold_value_minor": "int64",
    "counts": "boolean",
}
_FORMAT = 1


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk.

    Attributes:
        folder: Where its files are.
        digest: SHA-256 of ``snapshot.json``.
        frozen: Whether the batch at hand was left out of it; a row then adds itself when it looks up.
    """

    folder: Path
    digest: str
    frozen: bool

    def table(self, engine: Engine, name: str) -> ir.Table:
        """Return one of its files as a table expression."""
        return engine.read(self.folder / f"{name}.parquet")


def events_of(items: ir.Table, policy: Policy, counts: Any) -> ir.Table:
    """Return one row per consignment with EVENT_COLUMNS.

    Args:
        items: Items with facts and exclusions.
        policy: Whose quota says who the person is.
        counts: Boolean expression over ``items``: the importation counts against the quota.
    """
    first = items.mutate(counts=counts).filter(lambda rows: rows.first_item)
    by_id = policy.file.quota is None or policy.file.quota.person == "importer_id"
    person = ibis.coalesce(first.importer_id_key, first.importer_key) if by_id else first.importer_key
    return first.select(
        consignment_no=first.stratum_draw,
        consignment_id=first.consignment_id,
        version=first.version,
        law_on=first.law_on,
        lodged_at=first.lodged_at,
        party_key=ibis.coalesce(first.importer_key, first.importer_id_key),
        person_key=person,
        threshold_value_minor=first.goods_total,
        counts=first.counts,
    )


def fold(engine: Engine, events: ir.Table, history: Sequence[Path], policy: Policy, folder: Path) -> Snapshot:
    """Fold earlier decisions and the batch at hand into a snapshot.

    Args:
        engine: Where to run.
        events: The batch's events.
        history: Parquet files of earlier decisions; consignments that are also in the batch are taken from the batch.
        policy: Its split threshold and quota period choose what is kept.
        folder: Where to write; must exist.
    """
    engine.write(events, folder / "events.tmp")
    current = engine.read(folder / "events.tmp")
    everything = _latest(current)
    if history:
        earlier = engine.read(*history).select(*EVENT_COLUMNS)
        earlier = _latest(earlier).anti_join(current.select("consignment_no").distinct(), "consignment_no")
        everything = everything.union(earlier.select(everything.columns).cast(dict(everything.schema().items())))
    engine.write(_party_day(everything), folder / "party_day.parquet")
    engine.write(_quota(everything, policy), folder / "quota.parquet")
    (folder / "events.tmp").unlink()
    return _seal(folder, policy)


def open_snapshot(folder: Path) -> Snapshot:
    """Open a frozen snapshot and check its files against their digests.

    Raises:
        BadInput: no snapshot there, or a file was altered.
    """
    listing = folder / "snapshot.json"
    try:
        files = json.loads(listing.read_text())["files"]
        altered = [name for name, digest in files.items() if _sha256(folder / name) != digest]
    except (OSError, ValueError, KeyError) as error:
        why = fault_of(error) if isinstance(error, OSError) else _NOT_A_LIST
        raise _bad(folder, f"no snapshot: {why.en}", f"pas d'instantané : {why.fr}") from error
    if altered:
        raise _bad(folder, f"{altered[0]} was altered", f"{altered[0]} a été modifié")
    return Snapshot(folder, _sha256(listing), frozen=True)


def _latest(events: ir.Table) -> ir.Table:
    """Leave out versions that a later one replaces; only rows with a version above 1 are grouped."""
    newest = events.filter(events.version > 1).group_by("consignment_no").agg(newest=lambda rows: rows.version.max())
    joined = events.left_join(newest, "consignment_no")
    return joined.filter(joined.newest.isnull() | (joined.version >= joined.newest)).select(*EVENT_COLUMNS).distinct()


def _party_day(events: ir.Table) -> ir.Table:
    known = events.filter(events.party_key.notnull() & events.threshold_value_minor.notnull())
    return known.select(
        party_key=known.party_key,
        day=known.law_on,
        consignment_no=known.consignment_no,
        value=known.threshold_value_minor,
    ).order_by("party_key", "day", "consignment_no")


def _quota(events: ir.Table, policy: Policy) -> ir.Table:
    quota = policy.file.quota
    known = events.filter(events.person_key.notnull() & events.counts) if quota else events.filter(ibis.literal(False))
    unit = "M" if quota and quota.period == "month" else "Y"
    return known.select(
        person_key=known.person_key,
        period=known.law_on.truncate(unit),
        lodged_at=known.lodged_at,
        consignment_id=known.consignment_id,
        value=known.threshold_value_minor,
    ).order_by("person_key", "period", "lodged_at", "consignment_id")


def _seal(folder: Path, policy: Policy) -> Snapshot:
    names = ["party_day.parquet", "quota.parquet"]
    content = {"format": _FORMAT, "policy": policy.id, "files": {name: _sha256(folder / name) for name in names}}
    listing = folder / "snapshot.json"
    listing.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    return Snapshot(folder, _sha256(listing), frozen=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bad(folder: Path, got: str, got_fr: str) -> BadInput:
    return BadInput(
        "signals.snapshot.unusable",
        got=(got, got_fr),
        expected=(
            "a folder `snapshot` written by `passavant clear`",
            "un dossier `snapshot` écrit par `passavant clear`",
        ),
        next_step=(
            "Name another folder, or leave out --snapshot.",
            "Indiquez un autre dossier, ou retirez --snapshot.",
        ),
        place=Place(file=str(folder)),
    )
