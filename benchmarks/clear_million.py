"""One million rows of CSV with raw names to decisions: goal 20 s and 2 GB on 2 cores.

The limit measured beside it is the least that any tool must do: DuckDB reads the same CSV as text and writes Parquet.

    python benchmarks/clear_million.py [--rows 1000000] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from _measure import as_dict, run, table

_GOAL = {"wall_s": 20, "peak_rss_gb": 2}
_COPY = """
import duckdb, sys
con = duckdb.connect(config={'threads': 2})
con.execute(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}', all_varchar=true)) TO '{sys.argv[2]}' (FORMAT parquet)")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {"PASSAVANT_HOME": str(folder / "home"), "PASSAVANT_SECRET": "a secret for benchmarks only"}
        program = str(Path(sys.executable).with_name("passavant"))
        day = [
            "--seed",
            "1",
            "--day",
            "2026-09-15",
            "--destination",
            "EU",
            "--format",
            "csv",
            "-o",
            str(folder / "day"),
        ]
        made = run([program, "generate", "parcels", "--rows", str(asked.rows), *day], env)
        parcels = str(folder / "day" / "parcels.csv")
        limit = run([sys.executable, "-c", _COPY, parcels, str(folder / "copy.parquet")])
        cleared = run([program, "clear", parcels, "--policy", "EU", "-o", str(folder / "out")], env)
        size = Path(parcels).stat().st_size
    costs = {
        "generate the day": made,
        "limit: DuckDB reads CSV, writes Parquet": limit,
        "passavant clear --policy EU": cleared,
    }
    if asked.json:
        print(json.dumps({"rows": asked.rows, "csv_bytes": size, "goal": _GOAL, **as_dict(costs)}, indent=2))
        return
    print(f"{asked.rows:,} rows, {size / 1e6:.0f} MB of CSV; goal {_GOAL['wall_s']} s, {_GOAL['peak_rss_gb']} GB")
    table(costs)
    print(f"ratio to the limit: {cleared.wall_s / limit.wall_s:.1f} wall, {cleared.cpu_s / limit.cpu_s:.1f} cpu")


if __name__ == "__main__":
    main()
