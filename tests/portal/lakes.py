"""A lake of some generated days, cleared and published for real: made once, then looked at by many tests."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from passavant.clearance.run import ClearOptions, clear
from passavant.lake import publish
from passavant.synthetic import generate

#: The day of the newest run; the one before it is a day earlier, and so on.
NEWEST = dt.date(2026, 10, 20)


def add_day(home: Path, day: dt.date, *, seed: int, rows: int, rules: Sequence[Path] = ()) -> Path:
    """Generate a day, clear it and publish the run; return its folder in the lake."""
    made = generate(rows, seed=seed, day=day, destination="EU", out=home / "input" / f"{day}-{seed}")
    with at_home(home):
        run = clear([made.parcels], home / "out" / f"{day}-{seed}", ClearOptions("EU", rules=rules, stratum_ppm=20_000))
    return publish(run.out, home / "lake")


def make_lake(home: Path, days: int = 8, rows: int = 1000) -> Path:
    """Fill the lake of a home with some days, oldest first; return the home."""
    for place in range(days):
        add_day(home, NEWEST - dt.timedelta(days=days - 1 - place), seed=place, rows=rows)
    return home


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """Let a home be the deployment's."""
    before = os.environ.get("PASSAVANT_HOME"), os.environ.get("PASSAVANT_SECRET")
    os.environ |= {"PASSAVANT_HOME": str(home), "PASSAVANT_SECRET": "a secret for tests only"}
    try:
        yield
    finally:
        for name, value in zip(("PASSAVANT_HOME", "PASSAVANT_SECRET"), before, strict=True):
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
