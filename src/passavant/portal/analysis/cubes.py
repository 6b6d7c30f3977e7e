"""The lake counted once: a small set of tables for each run, never changed, that pages read instead of the decisions.

One decision counts for each consignment: the highest version, and of that the latest; none where that was cancelled. A run may therefore take back what an
earlier one counted: its tables hold what it adds and, as negative counts, what it supersedes. What a run supersedes depends on
the runs before it, so that its tables are kept under a digest of the list up to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from passavant import settings
from passavant.engines import open_duckdb
from passavant.errors import BadInput
from passavant.lake import staged
from passavant.lake.tables import run_tables
from passavant.signals import CANCELLED, cancelled_files

__all__ = ["TABLES", "add_up", "build", "decisions_in", "places", "sql", "whole_of"]

#: The tables of a cube.
TABLES = ("volumes", "reasons", "senders")
#: Changes when the tables do.
_FORM = "2"


def places(runs: Sequence[Path]) -> list[Path]:
    """Return where the cube of each run lies: under a digest of the list up to it."""
    found, before = [], hashlib.sha256(_FORM.encode())
    for run in runs:
        before.update(f"\n{run.name}".encode())
        found.append(settings.home() / "cache" / "analysis" / before.hexdigest()[:40])
    return found


def whole_of(place: Path) -> Path:
    """Return where the sum of all cubes up to a place lies, where there is one."""
    return place.with_name(f"{place.name}-whole")


def decisions_in(run: Path) -> int:
    """Return how many decisions a run holds."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in run_tables(run, "decisions"))


def build(runs: Sequence[Path], target: Path) -> None:
    """Count the last of some runs, given all runs up to it.

    Args:
        runs: The runs.
        target: Its place.

    Raises:
        BadInput: a run lost its decisions.
    """
    if target.is_dir():
        return
    con, run = open_duckdb(memory="1000MB").con.con, runs[-1]
    earlier = [str(path) for one in runs[:-1] for path in run_tables(one, "decisions")]
    con.register("cancelled", _cancelled([run]))
    con.register("cancelled_before", _cancelled(runs[:-1]))
    con.execute(sql("mine"), {"files": [str(path) for path in run_tables(run, "decisions")]})
    if earlier:
        con.execute(sql("held"), {"files": earlier})
    else:
        con.execute("CREATE TEMP TABLE held AS FROM mine WHERE false")
    con.execute(sql("signed"))
    rejected = [str(path) for path in sorted(run.glob("rejected*.parquet"))]
    if rejected:
        con.execute("CREATE TEMP TABLE rejected AS SELECT declarant_id FROM read_parquet($files)", {"files": rejected})
    else:
        con.execute("CREATE TEMP TABLE rejected (declarant_id VARCHAR)")
    _keep(target, {table: con.sql(sql(table)).to_arrow_table() for table in TABLES})


def _cancelled(runs: Sequence[Path]) -> object:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables([CANCELLED.empty_table(), *(pq.read_table(path) for path in cancelled_files(runs))])


def add_up(before: Path | None, some: Sequence[Path], target: Path) -> None:
    """Add cubes up, so that a process that starts reads few files.

    Args:
        before: The sum of all cubes before them, where there is one.
        some: Places of cubes in their order.
        target: Where the sum is kept.
    """
    if target.is_dir():
        return
    con, sums = open_duckdb(memory="1000MB").con.con, {}
    for table in TABLES:
        files = [str(place / f"{table}.parquet") for place in (*([before] if before else []), *some)]
        con.execute(f"CREATE TEMP TABLE {table} AS FROM read_parquet($files)", {"files": files})
        sums[table] = con.sql(sql(f"sums/{table}")).to_arrow_table()
    _keep(target, sums)


def _keep(target: Path, tables: Mapping[str, object]) -> None:
    """Write tables to a folder that appears whole or not at all."""
    try:
        with staged(target) as folder:
            for name, table in tables.items():
                _write(table, folder / f"{name}.parquet")
    except BadInput:
        if not target.is_dir():  # another process may have been faster
            raise


def _write(table: object, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


def sql(name: str) -> str:
    """Return a statement of this app by its name."""
    return (files("passavant.portal.analysis") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
