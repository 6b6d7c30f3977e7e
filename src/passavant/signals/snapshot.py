"""The state snapshot: a folder of Parquet with what earlier consignments leave behind for later ones.

`party_day`: one row per party, local day and consignment (value in minor units of the policy's threshold currency).
`quota`: one row per person, period and consignment that counts, with the `lodged_at` (else `accepted_at`) of its first version,
so that order decides.
`versions`: one row per consignment that was amended: the highest version `decided` by earlier runs, and the `newest` of all.
`declared`: one row per decision: the version and what it declared, for :func:`passavant.signals.with_repeating`.
`snapshot.json` lists them with their SHA-256 and says where they come from; its own SHA-256 is the snapshot's digest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pyarrow.parquet as pq

from passavant.engines import Engine
from passavant.errors import BadInput, Place
from passavant.lake import file_sha256
from passavant.policy.load import Policy
from passavant.signals.cancelled import cancelled_versions, standing
from passavant.signals.latest import one_each
from passavant.signals.origin import Origin
from passavant.signals.parties import party_key, person_key
from passavant.texts import Text
from passavant.texts.file_faults import fault_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "EVENT_COLUMNS",
    "HISTORY_COLUMNS",
    "Snapshot",
    "events_of",
    "fold",
    "fold_history",
    "open_snapshot",
    "placed_at",
]

_NOT_A_LIST = Text("snapshot.json does not list its files", "snapshot.json n'énumère pas ses fichiers")
#: One row per consignment: what splits and quotas are made of. Decisions keep these columns, so that an earlier OUT is history.
EVENT_COLUMNS = {
    "consignment_no": "int64",
    "consignment_id": "string",
    "version": "int32",
    "law_on": "date",
    "lodged_at": "timestamp('UTC')",
    "first_lodged_at": "timestamp('UTC')",
    "party_key": "int64",
    "person_key": "int64",
    "threshold_value_minor": "int64",
    "counts": "boolean",
    "items": "int32",
    "rates_digest": "string",
}
#: What a fold reads of earlier decisions.
HISTORY_COLUMNS = (*EVENT_COLUMNS, "decided_at", "decision_id")
_FORMAT = 3
_FILES = ("declared.parquet", "party_day.parquet", "quota.parquet", "versions.parquet")


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk.

    Attributes:
        folder: Where its files are.
        digest: SHA-256 of ``snapshot.json``.
        frozen: Whether the batch at hand was left out of it; a row then adds itself when it looks up.
        earlier: Whether it may hold decisions of earlier runs.
    """

    folder: Path
    digest: str
    frozen: bool
    earlier: bool = True

    def table(self, engine: Engine, name: str) -> ir.Table:
        """Return one of its files as a table expression."""
        return engine.read(self.folder / f"{name}.parquet")

    def rows(self, name: str) -> int:
        """Return how many rows one of its files has; a graph may leave out a join with none."""
        return int(pq.read_metadata(self.folder / f"{name}.parquet").num_rows)


def placed_at(items: ir.Table) -> ir.TimestampValue:
    """Return the instant that orders a consignment among others: of lodging, else of acceptance."""
    return ibis.coalesce(items.lodged_at, items.accepted_at)


def events_of(items: ir.Table, policy: Policy, rates_digest: str) -> ir.Table:
    """Return one row per consignment with EVENT_COLUMNS; their ``lodged_at`` is that of :func:`placed_at`.

    Args:
        items: Items with facts, exclusions and ``counts``: the importation counts against the quota.
        policy: Whose quota says who the person is.
        rates_digest: Digest of the exchange rates behind the values.
    """
    first = items.filter(items.first_item)
    return first.select(
        consignment_no=first.stratum_draw,
        consignment_id=first.consignment_id,
        version=first.version,
        law_on=first.law_on,
        lodged_at=placed_at(first),
        first_lodged_at=ibis.null("timestamp('UTC')"),
        party_key=party_key(first),
        person_key=person_key(first, policy),
        threshold_value_minor=first.goods_total,
        counts=first.counts,
        items=first["items"],
        rates_digest=ibis.literal(rates_digest),
    )


def fold(
    engine: Engine,
    events: ir.Table,
    history: Sequence[Path],
    policy: Policy,
    folder: Path,
    *,
    key_id: str,
    cancelled: Sequence[Path] = (),
) -> Snapshot:
    """Fold earlier decisions and the batch at hand into a snapshot: one event per consignment.

    The highest version counts, and of several decisions on it the latest; the batch at hand is the latest of all. What was
    cancelled counts no longer.

    Args:
        engine: Where to run.
        events: The batch's events.
        history: Parquet files of earlier decisions, of the same origin.
        policy: Its split threshold and quota period choose what is kept.
        folder: Where to write; must exist.
        key_id: Id of the secret that made the keys.
        cancelled: Lists of cancellations of the same runs.
    """
    engine.write(events, folder / "events.tmp")
    batch = engine.read(folder / "events.tmp")
    earlier = _decisions(engine, history, batch) if history else None
    merged = _merged(batch, earlier, several=len(history) > 1)
    every = batch if earlier is None else batch.union(earlier.select(*EVENT_COLUMNS))
    gone = cancelled_versions(engine, cancelled) if cancelled else None
    merged = merged if gone is None else standing(merged, gone)
    engine.write(_party_day(merged), folder / "party_day.parquet")
    engine.write(_quota(merged, every, policy), folder / "quota.parquet")
    engine.write(_versions(every, earlier, gone), folder / "versions.parquet")
    engine.write(_declared(every), folder / "declared.parquet")
    (folder / "events.tmp").unlink()
    return _seal(folder, Origin.of(policy, key_id), earlier=earlier is not None)


def fold_history(
    engine: Engine,
    history: Sequence[Path],
    policy: Policy,
    folder: Path,
    *,
    key_id: str,
    cancelled: Sequence[Path] = (),
) -> Snapshot:
    """Fold earlier decisions alone, none at all included: what the next declarations are decided by.

    Args:
        engine: Where to run.
        history: Parquet files of decisions, of the same origin.
        policy: As in :func:`fold`.
        folder: Where to write; must exist.
        key_id: Id of the secret that made the keys.
        cancelled: As in :func:`fold`.
    """
    kinds = {name: ibis.dtype(kind) for name, kind in EVENT_COLUMNS.items()}
    events = engine.arrow("no_events", ibis.schema(kinds).to_pyarrow().empty_table())
    return fold(engine, events, history, policy, folder, key_id=key_id, cancelled=cancelled)


def open_snapshot(folder: Path, policy: Policy, *, key_id: str) -> Snapshot:
    """Open a frozen snapshot and check its files against their digests.

    Raises:
        BadInput: no snapshot there, a file was altered, or it was folded under another policy, currency or secret.
    """
    listing = folder / "snapshot.json"
    try:
        content = json.loads(listing.read_text())
        files = {name: content["files"][name] for name in _FILES}
        altered = [name for name, digest in files.items() if file_sha256(folder / name) != digest]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = fault_of(error) if isinstance(error, OSError) else _NOT_A_LIST
        raise _bad(folder, f"no snapshot: {why.en}", f"pas d'instantané : {why.fr}") from error
    Origin.of(policy, key_id).check(content, listing)
    if altered:
        raise _bad(folder, f"{altered[0]} was altered", f"{altered[0]} a été modifié")
    return Snapshot(folder, file_sha256(listing), frozen=True)


def _merged(batch: ir.Table, earlier: ir.Table | None, *, several: bool) -> ir.Table:
    """Return one event per consignment over the history and the batch."""
    current = one_each(batch, several=False)
    if earlier is None:
        return current
    past = one_each(earlier, several=several).select(*EVENT_COLUMNS)
    amended = past.filter(past.version > 1).select(past_no="consignment_no", past_version="version")
    later = [current.consignment_no == amended.past_no, current.version < amended.past_version]
    seen = batch.select(seen_no="consignment_no", seen_version="version")
    again = [past.consignment_no == seen.seen_no, past.version <= seen.seen_version]
    return current.anti_join(amended, later).union(past.anti_join(seen, again))


def _decisions(engine: Engine, history: Sequence[Path], batch: ir.Table) -> ir.Table:
    """Return earlier decisions, their events in the types of the batch's."""
    return engine.read(*history).select(*HISTORY_COLUMNS).cast(dict(batch.schema().items()))


def _versions(every: ir.Table, earlier: ir.Table | None, gone: ir.Table | None) -> ir.Table:
    """Return the highest versions of amended and cancelled consignments: of all, and of those that stood before."""
    newest = _highest(every, gone, "newest")
    if earlier is None:
        return newest.mutate(decided=ibis.null("int32")).order_by("consignment_no")
    decided = _highest(earlier, gone, "decided").rename(decided_no="consignment_no")
    joined = newest.left_join(decided, newest.consignment_no == decided.decided_no)
    return joined.select("consignment_no", "newest", "decided").order_by("consignment_no")


def _highest(events: ir.Table, gone: ir.Table | None, name: str) -> ir.Table:
    amended = events.filter(events.version > 1).select("consignment_no", "version")
    amended = amended if gone is None else amended.union(gone)
    return amended.group_by("consignment_no").agg(**{name: amended.version.max()})


def _party_day(events: ir.Table) -> ir.Table:
    known = events.filter(events.party_key.notnull() & events.threshold_value_minor.notnull())
    return known.select(
        party_key=known.party_key,
        day=known.law_on,
        consignment_no=known.consignment_no,
        value=known.threshold_value_minor,
    ).order_by("party_key", "day", "consignment_no")


def _quota(events: ir.Table, every: ir.Table, policy: Policy) -> ir.Table:
    quota = policy.file.quota
    known = events.filter(events.person_key.notnull() & events.counts) if quota else events.filter(ibis.literal(False))
    unit = "M" if quota and quota.period == "month" else "Y"
    joined = known.left_join(_first_lodged(every), "consignment_no")
    return joined.select(
        person_key=joined.person_key,
        period=joined.law_on.truncate(unit),
        lodged_at=ibis.coalesce(joined.lodged_first, joined.first_lodged_at, joined.lodged_at),
        consignment_id=joined.consignment_id,
        value=joined.threshold_value_minor,
    ).order_by("person_key", "period", "lodged_at", "consignment_id")


def _first_lodged(every: ir.Table) -> ir.Table:
    """Return when amended consignments were first lodged: an amendment keeps its place in the quota."""
    amended = every.filter(every.version > 1).select("consignment_no").distinct()
    rows = every.semi_join(amended, "consignment_no")
    rows = rows.mutate(at=ibis.coalesce(rows.first_lodged_at, rows.lodged_at))
    return rows.group_by("consignment_no").agg(lodged_first=rows.at.first(order_by=[rows.version, rows.at]))


def _declared(every: ir.Table) -> ir.Table:
    names = ("consignment_no", "version", "items", "threshold_value_minor", "rates_digest")
    return every.select(*names).order_by(*names)


def _seal(folder: Path, origin: Origin, *, earlier: bool) -> Snapshot:
    files = {name: file_sha256(folder / name) for name in _FILES}
    content = {"format": _FORMAT, **origin.as_dict(), "files": files}
    listing = folder / "snapshot.json"
    listing.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    return Snapshot(folder, file_sha256(listing), frozen=False, earlier=earlier)


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
