"""The portal in the demonstration: started on this machine and asked two things; or served, with the day in it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passavant import settings
from passavant.lake import publish, read_manifest
from passavant.portal.deployment import prepare
from passavant.portal.people.roles import Role
from passavant.synthetic import generate
from passavant.texts import pick

if TYPE_CHECKING:
    from passavant.portal.people.demonstration import Accounts
    from passavant.portal.people.models import Organisation

__all__ = ["Opened", "first_answers", "load", "open_on", "stand_alone"]

#: What a real deployment on this machine may have set, and the demonstration must not touch.
_NOT_OURS = ("DATABASE_URL", "PASSAVANT_HOSTS", "PASSAVANT_LOG", "PASSAVANT_ISSUER_KEY", "PASSAVANT_OIDC_ISSUER")

#: Goods items that the operator of the demonstration sends itself, and the seed that they are drawn by.
_SENT, _SEED = 200, 20_260
_ASKED = ("health", "api/v1/about")
_SCOPES = ("declarations:write", "declarations:read", "webhooks:manage")


@dataclass(frozen=True)
class Opened:
    """What the demonstration's portal is opened with: who can sign in, the operator's key of the API, the lake."""

    accounts: Accounts
    key: str
    lake: Path


def first_answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Start the portal with the published secret, on a free port of this machine; yield what it answers to each address."""
    stand_alone()
    with _served() as address:
        for path in _ASKED:
            with urllib.request.urlopen(f"{address}/{path}") as answer:  # noqa: S310  # our own address
                yield f"{address}/{path}", json.load(answer)


def stand_alone() -> None:
    """Set the portal up for this machine alone, in the demonstration's home, away from any real deployment's database and log."""
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    os.environ["PASSAVANT_PLAIN_HTTP"] = "1"
    os.environ.setdefault("PASSAVANT_BACK_TEST_DAYS", "1")  # its lake holds one day
    prepare(demonstration=True)


def open_on(out: Path) -> Opened:
    """Make the portal's database with its accounts and a key, put a cleared day into it, and return what lets one in."""
    stand_alone()
    from django.db import connections

    from passavant.portal.people.demonstration import make_accounts
    from passavant.portal.server import update_database

    update_database()
    accounts = make_accounts()
    load(out)
    key = _key_of_operator()
    connections.close_all()  # the processes that serve have their own
    return Opened(accounts, key, settings.home() / "lake")


def _key_of_operator() -> str:
    """Make a key of the API for the operator, which may do all that a key can."""
    from passavant.portal.operators.services import make_key
    from passavant.portal.people.models import Organisation

    operator = Organisation.objects.filter(memberships__role=Role.OPERATOR).exclude(declarant_id="").distinct().get()
    return make_key(operator, pick("demonstration", "démonstration"), _SCOPES, by="demonstration")[1]


def load(out: Path) -> None:
    """Put the demonstration's day where the portal's pages look for it.

    Args:
        out: The folder of the cleared day.
    """
    from passavant.portal.cases.services import open_from_run
    from passavant.portal.people.models import Organisation

    run = publish(out, settings.home() / "lake")
    os.environ["PASSAVANT_POLICY"] = str(read_manifest(run)["policy"]["id"])
    open_from_run(run)
    operator = Organisation.objects.filter(memberships__role=Role.OPERATOR).first()
    if operator is not None:  # declares as the sender of most of the day's parcels
        operator.declarant_id = _most_frequent(run)
        operator.save()
        _declare(operator)


def _declare(operator: Organisation) -> None:
    """Have the operator send some parcels of today, which are decided as soon as the portal serves."""
    from passavant.portal.declarations.models import Submission
    from passavant.portal.declarations.submitting import read_records

    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as name:
        made = generate(_SENT, seed=_SEED, day=now.date(), out=Path(name) / "day", format="csv")
        rows = list(csv.DictReader(made.parcels.read_text(encoding="utf-8").splitlines()))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        numbered = f"TODAY-{row['declaration_id']}" if row["declaration_id"] else ""
        writer.writerow(row | {"declarant_id": operator.declarant_id, "declaration_id": numbered})
    body = text.getvalue().encode()
    records, bad, _ = read_records(body, "csv", os.environ["PASSAVANT_POLICY"], operator.declarant_id)
    Submission.objects.create(
        organisation=operator, key_id="demonstration", received_at=now, request_digest=hashlib.sha256(body).hexdigest(),
        content=body, media="csv", declarations=len(records) + len(bad), refusals=bad, refused=len(bad), done=len(bad),
    )  # fmt: skip


def _most_frequent(run: Path) -> str:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    counts = pq.read_table(run / "decisions.parquet", columns=["declarant_id"])["declarant_id"].value_counts()
    return str(counts[pc.index(counts.field("counts"), pc.max(counts.field("counts"))).as_py()]["values"])


@contextmanager
def _served() -> Iterator[str]:
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.core.wsgi import get_wsgi_application

    from passavant.portal.server import update_database

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing of requests."""

    update_database()
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
