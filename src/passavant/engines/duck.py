"""DuckDB in this process: the embedded default engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.operations as ops
from ibis.backends.sql.compilers.duckdb import compiler
from ibis.backends.sql.datatypes import DuckDBType
from sqlglot import exp

from passavant.engines.text import JOIN_KNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

__all__ = ["Engine", "open_duckdb"]

# Level 1 writes as small a file as DuckDB's default level 3, in two thirds of the time.
_PARQUET = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"


@dataclass(frozen=True)
class _Stage:
    """A named intermediate table: its SQL, and the stages and other tables that it reads, those behind them included."""

    text: str
    reads: frozenset[str]
    once: bool


@dataclass(frozen=True)
class Engine:
    """One session: ``con`` is the Ibis backend; the methods are all that rooms need of it."""

    con: Any
    name: str = "duckdb"
    _stages: dict[str, _Stage] = field(default_factory=dict, repr=False, compare=False)
    _tables: Iterator[int] = field(default_factory=count, repr=False, compare=False)

    def read(self, *paths: Path | str) -> ir.Table:
        """Return the rows of Parquet files as one table expression."""
        name = f"file_{next(self._tables)}"
        return _named(name, self.con.read_parquet([str(path) for path in paths], table_name=name).schema())

    def arrow(self, name: str, data: Any) -> ir.Table:
        """Register an Arrow table, or a reader that is consumed once, under a name."""
        self.con.con.register(name, data)
        return _named(name, self.con.table(name).schema())

    def stage(self, table: ir.Table, *, once: bool = False) -> ir.Table:
        """Name an intermediate table, so that what builds on it does not repeat its text.

        Without such stages a chain of projections is inlined again and again and its SQL grows out of hand. A stage is a
        common table expression of the final statement: the engine still sees one graph.

        Args:
            table: What to name.
            once: Compute it once and hold it: for a small result that one statement reads several times.
        """
        name = f"stage_{len(self._stages)}"
        self._stages[name] = _Stage(_typed(table.op()), self.tables_of(table), once)
        return _named(name, table.schema())

    def keep(self, table: ir.Table) -> ir.Table:
        """Compute an intermediate table now and return it: for what several statements read. Spilled when large."""
        name = f"kept_{next(self._tables)}"
        self.con.con.execute(f'CREATE TEMP TABLE "{name}" AS {self.sql(table)}')
        return _named(name, table.schema())

    def sql(self, table: ir.Expr) -> str:
        """Return the whole statement of an expression, the stages that it reads included."""
        needed = self.tables_of(table)
        stages = [
            f'"{name}" AS {"" if stage.once else "NOT "}MATERIALIZED ({stage.text})'
            for name, stage in self._stages.items()
            if name in needed
        ]
        text = _typed(table.as_table().op())
        return f"WITH {', '.join(stages)} {text}" if stages else text

    def tables_of(self, table: ir.Expr) -> frozenset[str]:
        """Return the names of the stages and tables that an expression reads, those behind the stages included."""
        direct = {node.name for node in table.op().find(ops.UnboundTable)}
        return frozenset(direct).union(*(self._stages[name].reads for name in direct & self._stages.keys()))

    def write(self, table: ir.Table, path: Path) -> int:
        """Write a table expression to one Parquet file; return its number of rows."""
        return self._copy(table, path, _PARQUET)

    def write_lines(self, table: ir.Table, path: Path) -> int:
        """Write a table of one text column, one row per line and nothing added; return their number."""
        return self._copy(table, path, "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f')")

    def fetch(self, table: ir.Table) -> pa.Table:
        """Return the rows of a small result as an Arrow table."""
        return self.con.con.sql(self.sql(table)).to_arrow_table()

    def value(self, expression: ir.Value) -> Any:
        """Return one value as Python knows it."""
        return self.fetch(expression.as_table()).column(0)[0].as_py()

    def _copy(self, table: ir.Table, path: Path, options: str) -> int:
        target = str(path).replace("'", "''")
        return int(self.con.con.execute(f"COPY ({self.sql(table)}) TO '{target}' {options}").fetchall()[0][0])


def _named(name: str, schema: Any) -> ir.Table:
    """Return a table of the session by its name alone: without the session in it, an expression can be remembered."""
    return ibis.table(schema, name=name)


@lru_cache(maxsize=2_000)
def _typed(node: ops.Relation) -> str:
    """Return the SQL of a table, each column cast to the type Ibis takes it to have.

    DuckDB sums int64 in 128 bits, which Parquet would store as a float, and Ibis drops a cast it thinks needless. Equal
    expressions have one text, whatever the session: a process that clears again under the same law compiles little.
    """
    tree = compiler.to_sqlglot(node.to_expr())
    for call in tree.find_all(exp.Anonymous):
        if call.name == JOIN_KNOWN:
            call.set("this", "concat")  # as Ibis's own concat it would become a chain of ||
    columns = ", ".join(
        f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"' for name, kind in node.schema.items()
    )
    return f"SELECT {columns} FROM ({tree.sql('duckdb')})"


def open_duckdb(*, memory: str = "1200MB", threads: int = 2, spill: Path | None = None) -> Engine:
    """Open an in-memory DuckDB session.

    Args:
        memory: DuckDB's own limit; what does not fit is spilled.
        threads: Worker threads.
        spill: Folder for spilled data (default: DuckDB's).

    The session can read and write local files only: extensions are neither installed nor loaded.
    """
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "threads": threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }
    if spill is not None:
        settings["temp_directory"] = str(spill)
    con = ibis.duckdb.connect(**settings)
    con.con.execute("SET TimeZone = 'UTC'")
    con.con.execute("SET enable_progress_bar = false")
    return Engine(con)
