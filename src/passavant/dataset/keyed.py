"""Goods items without names: parties become keys, and the names go to the vault."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from passavant.dataset.column_checks import Flags
from passavant.dataset.conversion import Items
from passavant.dataset.key_columns import KeyColumns
from passavant.dataset.party_words import party_stop_words
from passavant.dataset.rejected import Rejected
from passavant.dataset.text_columns import Ints, single
from passavant.dataset.vault import VAULT_SCHEMA

__all__ = ["Keyed", "Keying"]

_REMEMBERED = 2_000_000  # keys per kind, 16 MB: a party is written to the vault once per run as long as they last


@dataclass(frozen=True)
class Keyed:
    """A batch as clearance reads it, what the vault must keep of it, its rejected rows and its notes."""

    table: pa.Table
    parties: pa.Table
    rejected: list[Rejected]
    notes: int


class Keying:
    """The keys of one run.

    Args:
        secret: The deployment secret.
        schema: Columns of the result, in order.
        today: The day that stands for an unknown day of lodgement, in the vault.
    """

    def __init__(self, secret: bytes, schema: pa.Schema, today: dt.date) -> None:
        self._keys = KeyColumns(secret, party_stop_words())
        self._schema = schema
        self._today = today
        self._seen: dict[str, Ints] = {}

    def forget(self) -> None:
        """Give every party to the vault again: what was given last may not have been kept."""
        self._seen.clear()

    def run(self, items: Items) -> Keyed:
        """Replace the parties of one batch by their keys."""
        columns = {name: single(items.table[name]) for name in items.table.column_names}
        keys = self._add_keys(columns)
        columns |= keys
        table = pa.table([columns[name] for name in self._schema.names], schema=self._schema)
        return Keyed(table, self._parties(columns), items.rejected, items.notes)

    def _add_keys(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        keys: dict[str, pa.Array] = {}
        for role, repeated in (("importer", False), ("exporter", True)):
            named = (columns[f"{role}_{part}"] for part in ("name", "address", "country"))
            party = self._keys.party(*named, repeated=repeated)
            keys[f"{role}_key"], keys[f"{role}_party_stop"] = party.key, party.stop
            for part in ("name", "address"):
                keys[f"{role}_{part}_given"] = pc.is_valid(columns[f"{role}_{part}"])
            keys[f"{role}_id_key"] = self._keys.identity(columns[f"{role}_id"], repeated=repeated)
        keys["importer_id_form"] = self._keys.forms(columns["importer_id"])
        keys["stratum_draw"] = pa.array(self._keys.draws(columns["consignment_id"]))
        return keys

    def _parties(self, columns: dict[str, pa.Array]) -> pa.Table:
        """Return one row per party that this run has not yet given to the vault."""
        found = []
        for role in ("importer", "exporter"):
            named = {part: columns[f"{role}_{part}"] for part in ("name", "address", "country")}
            found.append(self._fresh(role, columns[f"{role}_key"], named, columns))
            ids = {"id": columns[f"{role}_id"]}
            found.append(self._fresh(f"{role}_id", columns[f"{role}_id_key"], ids, columns))
        return pa.concat_tables([table for table in found if table.num_rows] or [VAULT_SCHEMA.empty_table()])

    def _fresh(self, kind: str, keys: pa.Array, kept: dict[str, pa.Array], columns: dict[str, pa.Array]) -> pa.Table:
        if keys.null_count == len(keys):
            return VAULT_SCHEMA.empty_table()
        declared = np.flatnonzero(keys.is_valid().to_numpy(zero_copy_only=False))
        distinct, first = np.unique(keys.drop_null().to_numpy(), return_index=True)
        new = self._unseen(kind, distinct)
        rows = pa.array(np.sort(declared[first[new]]))
        arrays = {"key": keys.take(rows), "kind": pa.repeat(kind, len(rows)), "first_lodged": self._days(columns, rows)}
        arrays |= {name: column.take(rows) for name, column in kept.items()}
        nulls = {field.name: pa.nulls(len(rows), field.type) for field in VAULT_SCHEMA if field.name not in arrays}
        return pa.table([(arrays | nulls)[name] for name in VAULT_SCHEMA.names], schema=VAULT_SCHEMA)

    def _unseen(self, kind: str, distinct: Ints) -> Flags:
        seen = self._seen.get(kind, np.zeros(0, np.int64))
        places = np.searchsorted(seen, distinct)
        known = np.zeros(len(distinct), np.bool_)
        inside = places < len(seen)
        known[inside] = seen[places[inside]] == distinct[inside]
        room = len(seen) + len(distinct) <= _REMEMBERED
        self._seen[kind] = np.insert(seen, places[~known], distinct[~known]) if room else seen
        return ~known

    def _days(self, columns: dict[str, pa.Array], rows: pa.Array) -> pa.Array:
        moments = pc.coalesce(columns["lodged_at"].take(rows), columns["accepted_at"].take(rows))
        return pc.fill_null(moments.cast(pa.date32()), self._today)
