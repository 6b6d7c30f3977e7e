"""The lake counted once: a small set of tables for each run, never changed, that pages read instead of the decisions.

One decision counts for each consignment: the highest version, and of that the latest. A run may therefore take back what an
earlier one counted: its tables hold what it adds and, as negative counts, what it supersedes. What a run supersedes depends on
the runs before it, so that its tables are kept under a digest of the list up to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from passavant import settings
from passavant.engines import open_duckdb
from passavant.errors import BadInput
from passavant.lake import staged
from passavant.lake.tables import run_tables

__all__ = ["TABLES", "build", "decisions_in", "is_built", "place_of", "sql"]

#: The tables of a cube.
TABLES = ("volumes", "reasons", "senders")
#: Changes when the tables do.
_FORM = "1"


def place_of(runs: Sequence[Path]) -> Path:
    """Return where the cube of the last of some runs lies, given all runs up to it."""
    names = "\n".join([_FORM, *(run.name for run in runs)])
    return settings.home() / "cache" / "analysis" / hashlib.sha256(names.encode()).hexdigest()[:40]


def is_built(runs: Sequence[Path]) -> bool:
    """Return whether the cube of the last of some runs is there."""
    return place_of(runs).is_dir()


def decisions_in(run: Path) -> int:
    """Return how many decisions a run holds."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in run_tables(run, "decisions"))


def build(runs: Sequence[Path]) -> Path:
    """Count the last of some runs, given all runs up to it; return where its tables lie.

    Raises:
        BadInput: a run lost its decisions.
    """
    target, run = place_of(runs), runs[-1]
    if target.is_dir():
        return target
    con = open_duckdb(memory="1000MB").con.con
    earlier = [str(path) for one in runs[:-1] for path in run_tables(one, "decisions")]
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
    try:
        with staged(target) as folder:
            for table in TABLES:
                found = con.sql(sql(table)).to_arrow_table()
                _write(found, folder / f"{table}.parquet")
    except BadInput:
        if not target.is_dir():  # another process may have been faster
            raise
    return target


def _write(table: object, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


def sql(name: str) -> str:
    """Return a statement of this app by its name."""
    return (files("passavant.portal.analysis") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
