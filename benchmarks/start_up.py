"""`passavant --help`: goal 0.3 s. The limit beside it is the interpreter that does nothing.

python benchmarks/start_up.py [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

from _measure import Cost, as_dict, run, table

_TIMES = 9
_GOAL_S = 0.3


def _median(command: list[str]) -> Cost:
    costs = [run(command) for _ in range(_TIMES)]
    walls, cpus = [cost.wall_s for cost in costs], [cost.cpu_s for cost in costs]
    return Cost(statistics.median(walls), statistics.median(cpus), max(cost.peak_rss_gb for cost in costs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    program = str(Path(sys.executable).with_name("passavant"))
    costs = {
        "limit: python -c pass": _median([sys.executable, "-c", "pass"]),
        "passavant --help": _median([program, "--help"]),
    }
    if asked.json:
        print(json.dumps({"goal_s": _GOAL_S, "times": _TIMES, **as_dict(costs)}, indent=2))
        return
    print(f"median of {_TIMES}; goal {_GOAL_S} s")
    table(costs)


if __name__ == "__main__":
    main()
