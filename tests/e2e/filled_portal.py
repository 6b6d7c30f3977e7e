"""Fill a home with days of decisions, a person and a rule on its way; print, as JSON, a session and the addresses that follow.

Run by tests in a process of its own: ``python filled_portal.py`` with ``PASSAVANT_HOME`` and ``PASSAVANT_SECRET`` set.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path


def main() -> None:
    from lakes import make_lake

    make_lake(Path(os.environ["PASSAVANT_HOME"]), days=8, rows=300)
    from passavant.portal import prepare

    prepare()
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from passavant.portal.jobs.queue import claim
    from passavant.portal.jobs.running import run
    from passavant.portal.people.models import Organisation
    from passavant.portal.people.roles import Role
    from passavant.portal.people.services import give_role, make_account
    from passavant.portal.rulebook.content import Content
    from passavant.portal.rulebook.services import draft
    from passavant.portal.rulebook.testing import ask
    from passavant.portal.server import update_database

    update_database()
    ada = make_account("ada@customs.example", "Ada Lund", "a long pass phrase", by="test")
    office = Organisation.objects.create(name="Customs of Example")
    for role in (Role.ANALYST, Role.AUDITOR):
        give_role(ada, role, office, by="test")
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": "of the test"})
    rule = {"outcome": "screen", "risk": "fiscal", "text_en": "Valuable.", "text_fr": "De valeur.", "reference_en": "Own list", "reference_fr": "Liste propre"}  # fmt: skip
    first = draft(Content("valuable", "goods_total > 3000", **rule), "first", by=ada)
    tests = [ask(first, 30, by=ada)]
    second = draft(Content("valuable", "hours_before_arrival < 2", **rule), "second", by=ada)
    tests.append(ask(second, 30, by=ada))
    for _ in tests:
        job = claim("a worker")
        assert job is not None
        run(job, "a worker", threading.Event(), pause=0)
    client = Client(SERVER_NAME="localhost")
    client.force_login(ada)
    told = {"session": client.cookies["sessionid"].value, "tests": [str(test.pk) for test in tests]}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
