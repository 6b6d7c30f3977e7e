"""Run a command and measure it: wall clock, processor time and peak memory of the process tree."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

_KIB = 1024
_GIB = 1024**3


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds of wall clock and of processor, peak memory of its largest process."""

    wall_s: float
    cpu_s: float
    peak_rss_gb: float


def run(command: Sequence[str], env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end; its output is dropped, a failure is raised."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | (env or {}))
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise SystemExit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return Cost(round(wall, 2), round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss * _KIB / _GIB, 3))


def table(costs: dict[str, Cost]) -> None:
    """Print costs, one line each, with the machine they were measured on."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print(f"{'':44}{'wall s':>9}{'cpu s':>9}{'peak GB':>9}")
    for name, cost in costs.items():
        print(f"{name:44}{cost.wall_s:>9}{cost.cpu_s:>9}{cost.peak_rss_gb:>9}")


def as_dict(costs: dict[str, Cost]) -> dict[str, dict[str, float]]:
    """Return costs for JSON."""
    return {name: asdict(cost) for name, cost in costs.items()}
