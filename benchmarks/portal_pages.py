"""The console with 50,000 open cases: goal 200 ms of server time at the 95th percentile for the queue, the search and a case.

Requests go through the whole of Django in this process, signed in as an officer, one after another: what is measured is the server's time,
without network and browser. The limit, in the same run: the page of one's own account, which asks the database almost nothing.
The cases lie in a database of the test's own, made beside the one that DATABASE_URL names (default: SQLite) and dropped at the end.

    python benchmarks/portal_pages.py [--cases 50000] [--rounds 40] [--json]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_GOAL_MS = 200
_ROOT = Path(__file__).resolve().parents[1]
_WORDS = [
    "blue",
    "cotton",
    "shirt",
    "acoustic",
    "guitar",
    "phone",
    "case",
    "leather",
    "boots",
    "lamp",
    "toy",
    "watch",
    "cable",
    "cream",
    "knife",
    "bag",
]
_LANES = (("red", "control"), ("yellow", "screen"), ("yellow", "request_information"))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, _portal(Path(home)) as client:
        real = _fill(Path(home), asked.cases)
        found = {name: _timed(client, make, asked.rounds) for name, make in _pages(real).items()}
        vendor = _vendor()
    if asked.json:
        print(json.dumps({"database": vendor, "cases": asked.cases, "ms": found}))
        return
    print(
        f"{asked.cases:,} cases, {vendor}, {os.cpu_count()} cores, Python {sys.version.split()[0]}; goal {_GOAL_MS} ms at p95"
    )
    print(f"{'':36}{'median ms':>11}{'p95 ms':>9}")
    for name, (median, p95) in found.items():
        print(f"{name:36}{median:>11}{p95:>9}")


@contextmanager
def _portal(home: Path) -> Iterator[Any]:
    """Prepare a portal of its own, and give a client signed in as an officer."""
    os.environ |= {"PASSAVANT_HOME": str(home), "PASSAVANT_PLAIN_HTTP": "1"}
    os.environ.pop("PASSAVANT_SECRET", None)
    from passavant.portal import prepare

    prepare()
    from allauth.mfa.models import Authenticator
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from passavant.portal.people.models import Organisation
    from passavant.portal.people.roles import Role
    from passavant.portal.people.services import give_role, make_account

    before = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(home / "test.sqlite")
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("createcachetable", verbosity=0)
        office = Organisation.objects.create(name="Customs")
        officer = make_account("ada@customs.example", "Ada", "a long pass phrase", by="benchmark")
        give_role(officer, Role.OFFICER, office, by="benchmark")
        Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "of a benchmark"})
        client = Client(SERVER_NAME="localhost")
        client.force_login(officer)
        yield client
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _fill(home: Path, count: int) -> list[int]:
    """Open the cases of a cleared day and many more beside them; return the numbers of those that can be shown whole."""
    from django.utils import timezone

    from passavant.clearance import ClearOptions, clear
    from passavant.lake import publish
    from passavant.portal.cases.models import Case
    from passavant.portal.cases.tasks import open_published_runs
    from passavant.synthetic import generate

    rates = [_ROOT / "examples" / "rates-example.csv"]
    day = generate(20_000, seed=3, day=dt.date(2026, 9, 15), out=home / "work" / "day")
    clear([day.parcels], home / "work" / "out", ClearOptions(policy="EU", rates=rates))
    publish(home / "work" / "out", home / "lake")
    open_published_runs()
    real = list(Case.objects.values_list("pk", flat=True))
    draw, now = random.Random(3), timezone.now()
    made = []
    for number in range(count - len(real)):
        lane, advised = draw.choice(_LANES)
        made.append(Case(
            consignment_id=f"EU:S{number % 300}:B{number}", version=1, administration="EU", declarant_id=f"S{number % 300}",
            declaration_id=f"B{number}", decision_id="0" * 64, run_id="none", advised=advised, lane=lane, category=3,
            reasons=["dataset.description.stop_word"], party_key=draw.randrange(2**40), law_on=dt.date(2026, 9, 15),
            s10=f"RR{number:09}CN", hs_codes=f" {draw.randrange(10**6):06}", description=" ".join(draw.sample(_WORDS, 4)),
            value_minor=draw.randrange(15_000), due_minor=300, currency="EUR",
            opened_at=(opened := now - dt.timedelta(seconds=draw.randrange(10 * 86_400))),
            due_at=opened + dt.timedelta(hours=48),
        ))  # fmt: skip
    Case.objects.bulk_create(made, batch_size=1000)
    return real


def _pages(real: list[int]) -> dict[str, Callable[[], str]]:
    draw = random.Random(5)
    return {
        "limit: one's own account": lambda: "/en/account/",
        "queue, first page": lambda: "/en/cases/",
        "queue, one lane": lambda: "/fr/cases/?lane=red",
        "queue, filters": lambda: f"/en/cases/?lane=yellow&advised=screen&declarant=S{draw.randrange(300)}",
        "queue, far down": lambda: f"/en/cases/?after={_cursor(draw)}",
        "search, number": lambda: f"/en/cases/search/?q=RR{draw.randrange(40_000):09}CN",
        "search, HS": lambda: f"/en/cases/search/?q={draw.randrange(10**4):04}",
        "search, words": lambda: f"/en/cases/search/?q={'+'.join(draw.sample(_WORDS, 2))}",
        "search, nothing there": lambda: "/en/cases/search/?q=no+such+goods",
        "case": lambda: f"/en/cases/{draw.choice(real)}/",
    }


def _cursor(draw: random.Random) -> str:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=draw.randrange(9 * 86_400))
    return f"{at:%Y%m%dT%H%M%S.%f}-1"


def _timed(client: Any, make: Callable[[], str], rounds: int) -> tuple[float, float]:
    client.get(make())
    took = []
    for _ in range(rounds):
        address = make()
        started = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    return round(statistics.median(took), 1), round(statistics.quantiles(took, n=20)[-1], 1)


def _vendor() -> str:
    from django.db import connection

    return str(connection.vendor)


if __name__ == "__main__":
    main()
