"""From a batch of text to typed goods items and rejected rows; names are still in it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from passavant.dataset.binding import IDENTIFYING, Binding, Rule
from passavant.dataset.mapping import ANY_OTHER
from passavant.dataset.readers.batch import TextBatch, Unreadable
from passavant.dataset.rejected import Rejected
from passavant.dataset.row_errors import explain, unreadable
from passavant.dataset.text_columns import clean, single
from passavant.dataset.typed import Typing
from passavant.engines import Engine

__all__ = ["Conversion", "Items", "consignment_ids"]


@dataclass(frozen=True)
class Items:
    """Goods items of one batch: every declared column, provenance and consignment id; the rows that are none; notes."""

    table: pa.Table
    rejected: list[Rejected]
    notes: int


class Conversion:
    """The conversion of one file, given how its columns are bound.

    Args:
        binding: Which source column feeds which element.
        engine: Session for the parsing.
        file: Name of the file, as the results call it.
    """

    def __init__(self, binding: Binding, engine: Engine, file: str) -> None:
        self._rules = binding.rules
        self._typing = Typing(binding.rules, engine)
        self._file = file

    def run(self, batch: TextBatch) -> Items:
        """Convert one batch."""
        texts = {name: clean(single(batch.table[name])) for name in batch.table.column_names}
        typed = self._typing.run(texts, len(batch.rows))
        columns = typed.columns | {
            "source_file": pa.repeat(self._file, len(batch.rows)),
            "source_row": pa.array(batch.rows, pa.int64()),
        }
        rejected = [self._lost(one) for one in batch.unreadable]
        table = pa.table(columns)
        if typed.mask.any():
            bad = np.flatnonzero(typed.mask)
            rejected += [self._refused(int(row), int(typed.mask[row]), texts, table) for row in bad]
            table = table.filter(pa.array(typed.mask == 0)).combine_chunks()
        ids = consignment_ids(*(single(table[name]) for name in ("administration", "declarant_id", "declaration_id")))
        return Items(table.append_column("consignment_id", ids), _in_order(rejected), typed.notes)

    def _lost(self, row: Unreadable) -> Rejected:
        named = {rule.element.name: _named(rule, row.cells) for rule in self._rules if rule.element.name in IDENTIFYING}
        errors = (unreadable(row.code, **row.params),)
        raw = row.raw.decode("utf-8", "replace")
        ids = (named["declarant_id"], named["declaration_id"])
        return Rejected(self._file, row.source_row, *ids, errors, raw, administration=named["administration"])

    def _refused(self, row: int, mask: int, texts: dict[str, pa.Array], table: pa.Table) -> Rejected:
        bad = [rule for place, rule in enumerate(self._rules) if mask >> place & 1]
        errors = tuple(explain(rule, _cell(rule, texts, row)) for rule in bad)
        found = {name: array[row].as_py() for name, array in texts.items() if array[row].is_valid}
        lodged = table["lodged_at"][row].as_py()
        return Rejected(
            self._file,
            table["source_row"][row].as_py(),
            table["declarant_id"][row].as_py(),
            table["declaration_id"][row].as_py(),
            errors,
            json.dumps(found, ensure_ascii=False, separators=(",", ":")),
            lodged.date() if lodged is not None else None,
            table["administration"][row].as_py(),
            None if any(rule.element.name == "version" for rule in bad) else table["version"][row].as_py(),
        )


def consignment_ids(administration: pa.Array, declarant: pa.Array, declaration: pa.Array) -> pa.Array:
    """Join the three parts of a consignment's id by colons.

    A colon (or a per cent sign) inside the first two parts is written ``%3A`` (``%25``), so that two consignments never
    share an id.
    """
    return pc.binary_join_element_wise(_escaped(administration), _escaped(declarant), declaration, ":")


def _escaped(part: pa.Array) -> pa.Array:
    if not any(pc.any(pc.match_substring(part, sign)).as_py() for sign in "%:"):
        return part
    return pc.replace_substring(pc.replace_substring(part, "%", "%25"), ":", "%3A")


def _named(rule: Rule, cells: dict[str, str]) -> str | None:
    """Return an identifying value of a row that could not be read, translated as a readable one is."""
    cell = cells.get(rule.source or "", "").strip() or None
    values = rule.column.values
    return rule.default if cell is None else values.get(cell, values.get(ANY_OTHER, cell))


def _cell(rule: Rule, texts: dict[str, pa.Array], row: int) -> str | None:
    value: str | None = texts[rule.source][row].as_py() if rule.source is not None else None
    return value


def _in_order(rejected: list[Rejected]) -> list[Rejected]:
    return sorted(rejected, key=lambda one: one.source_row)
