"""DuckDB in this process: the embedded default engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.operations as ops
from ibis.backends.sql.datatypes import DuckDBType

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

__all__ = ["Engine", "open_duckdb"]

_PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


@dataclass(frozen=True)
class Engine:
    """One session: ``con`` is the Ibis backend; the methods are all that rooms need of it."""

    con: Any
    name: str = "duckdb"
    _stages: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def read(self, *paths: Path | str) -> ir.Table:
        """Return the rows of Parquet files as one table expression."""
        return self.con.read_parquet([str(path) for path in paths])

    def arrow(self, name: str, data: Any) -> ir.Table:
        """Register an Arrow table, or a reader that is consumed once, under a name."""
        self.con.con.register(name, data)
        return self.con.table(name)

    def stage(self, table: ir.Table) -> ir.Table:
        """Name an intermediate table, so that what builds on it does not repeat its text.

        Without such stages a chain of projections is inlined again and again and its SQL grows out of hand. A stage is a
        common table expression of the final statement, never materialised: the engine still sees one graph.
        """
        name = f"stage_{len(self._stages)}"
        self._stages[name] = _typed(table)
        return ops.DatabaseTable(name, schema=table.schema(), source=self.con, namespace=ops.Namespace()).to_expr()

    def sql(self, table: ir.Expr) -> str:
        """Return the whole statement of an expression, its stages included."""
        stages = (f'"{name}" AS NOT MATERIALIZED ({text})' for name, text in self._stages.items())
        return f"WITH {', '.join(stages)} {_typed(table)}" if self._stages else _typed(table)

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


def _typed(table: ir.Table) -> str:
    """Return the SQL of a table, each column cast to the type Ibis takes it to have.

    DuckDB sums int64 in 128 bits, which Parquet would store as a float, and Ibis drops a cast it thinks needless.
    """
    columns = ", ".join(
        f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"' for name, kind in table.schema().items()
    )
    return f"SELECT {columns} FROM ({ibis.to_sql(table, dialect='duckdb')})"


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
