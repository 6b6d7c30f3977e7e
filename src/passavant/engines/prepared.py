"""A statement planned once and run again and again on other rows: for answers that cannot wait for a plan.

DuckDB plans a statement anew at each execution when it reads a table (duckdb#20885), and the plan of a clearance takes far
longer than its execution on a few rows. A statement whose rows come from a function is planned once; so every table is one
here, and every stage is computed once and held.

>>> import ibis, pyarrow as pa
>>> engine = open_prepared()
>>> numbers = engine.given("numbers", pa.schema([("n", pa.int64())]))
>>> plan = engine.prepare(numbers.mutate(square=numbers.n * numbers.n))
>>> plan.run({"numbers": pa.table({"n": [3, 4]})}).to_pylist()
[{'n': 3, 'square': 9}, {'n': 4, 'square': 16}]
>>> plan.run({"numbers": pa.table({"n": [5]})}).to_pylist()
[{'n': 5, 'square': 25}]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import ibis
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

from passavant.engines.duck import Engine, open_duckdb

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

__all__ = ["Plan", "PreparedEngine", "open_prepared"]


@dataclass(frozen=True)
class PreparedEngine(Engine):
    """A session whose statements are prepared. Not for two threads at once."""

    _rows: dict[str, pa.ListArray] = field(default_factory=dict, repr=False, compare=False)
    _schemas: dict[str, pa.Schema] = field(default_factory=dict, repr=False, compare=False)

    def given(self, name: str, schema: pa.Schema) -> ir.Table:
        """Return a table whose rows are given at each run."""
        table = ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
        kind = DuckDBType.to_string(ibis.expr.datatypes.Array(table.schema().as_struct()))
        self._schemas[name] = schema
        rows = self._rows  # not self, which the session would then keep alive, and it the session
        self.con.con.create_function(
            _source(name), lambda _: rows[name], ["BIGINT"], self.con.con.type(kind), type="arrow", side_effects=True
        )  # fmt: skip
        return table

    def arrow(self, name: str, data: Any) -> ir.Table:
        """Return a table whose rows are the same at each run."""
        table = self.given(name, data.schema)
        self.give(name, data)
        return table

    def give(self, name: str, rows: pa.Table) -> None:
        """Set the rows of a table of :meth:`given`."""
        rows = rows.select(self._schemas[name].names).cast(self._schemas[name]).combine_chunks()
        structs = pa.StructArray.from_arrays([_single(column) for column in rows.columns], fields=list(rows.schema))
        self._rows[name] = pa.ListArray.from_arrays(pa.array([0, len(structs)], pa.int32()), structs)

    def stage(self, table: ir.Table, *, once: bool = True) -> ir.Table:  # noqa: ARG002  # as the engine has it
        """Name an intermediate table; each is computed once, which for few rows is much quicker than being merged."""
        return super().stage(table, once=True)

    def keep(self, table: ir.Table) -> ir.Table:
        """Name an intermediate table: there is one statement alone to read it."""
        return self.stage(table)

    def prepare(self, table: ir.Table) -> Plan:
        """Plan a statement."""
        text = self.sql(table)
        sources = [
            f'"{name}" AS MATERIALIZED (SELECT unnest({_source(name)}(0::BIGINT), max_depth := 2))'
            for name in sorted(self._sources_of(table))
        ]
        rest = (
            text.removeprefix("WITH ") if text.startswith("WITH ") else f"statement AS ({text}) SELECT * FROM statement"  # noqa: S608  # Ibis wrote it
        )
        name = f"plan_{next(self._tables)}"
        self.con.con.execute(f'PREPARE "{name}" AS WITH {", ".join(sources)}, {rest}')
        return Plan(self, name, self._sources_of(table))

    def read(self, *paths: Path | str) -> NoReturn:  # noqa: ARG002
        """Refuse: a plan that reads a file is made anew at each run."""
        raise TypeError("a prepared statement reads no file; give it its rows")

    def fetch(self, table: ir.Table) -> NoReturn:  # noqa: ARG002
        """Refuse: a prepared graph has one shape, whatever its rows."""
        raise TypeError("a prepared statement is run, not fetched from")

    def _sources_of(self, table: ir.Table) -> frozenset[str]:
        return self.tables_of(table) & self._schemas.keys()


@dataclass(frozen=True)
class Plan:
    """A planned statement."""

    engine: PreparedEngine
    name: str
    sources: frozenset[str]

    def run(self, rows: Mapping[str, pa.Table]) -> pa.Table:
        """Run it.

        Args:
            rows: The rows of each table given; what is left out keeps the rows it had.
        """
        for name, table in rows.items():
            self.engine.give(name, table)
        return self.engine.con.con.sql(f'EXECUTE "{self.name}"').to_arrow_table()


def open_prepared(*, memory: str = "600MB", threads: int = 1) -> PreparedEngine:
    """Open a session for prepared statements.

    Args:
        memory: DuckDB's own limit.
        threads: Worker threads; few rows gain nothing by several.
    """
    return PreparedEngine(open_duckdb(memory=memory, threads=threads).con)


def _source(name: str) -> str:
    return f"rows_of_{name}"


def _single(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks)
        if column.num_chunks
        else pa.array([], column.type)
    )
