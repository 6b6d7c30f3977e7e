"""Accounts made from the command line, and what the trail says of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from passavant.errors import BadInput
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import DECIDING, Role
from passavant.portal.people.services import close_account, give_role, make_account, take_role
from passavant.portal.trail.models import LogEntry
from passavant.portal.trail.services import check_chain

_CODE = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], capture_output=True, text=True, check=False,
        env=kept | {"PASSAVANT_HOME": str(home), "PASSAVANT_LANG": "en", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip


def test_an_account_is_made_given_roles_listed_and_closed(tmp_path: Path) -> None:
    made = _run(
        tmp_path, "people", "add", "ada@customs.example", "--name", "Ada", "--role", "officer", "--for", "Customs"
    )
    again = _run(tmp_path, "people", "add", "ada@customs.example", "--role", "auditor", "--for", "Customs")
    wrong = _run(tmp_path, "people", "add", "ada@customs.example", "--role", "king", "--for", "Customs")
    closed = _run(tmp_path, "people", "close", "ada@customs.example", "--because", "left")
    listed = json.loads(_run(tmp_path, "people", "list", "--json").stdout)

    checked = _run(tmp_path, "trail", "check")
    _run(tmp_path, "log", "init", "seals.customs.example", "--no-passphrase")
    sealed, again_sealed = _run(tmp_path, "trail", "seal"), _run(tmp_path, "trail", "seal")
    proved = _run(tmp_path, "verify", sealed.stdout.strip())

    assert (0, 0, 0, 0) == (checked.returncode, sealed.returncode, again_sealed.returncode, proved.returncode), (
        sealed.stderr
    )
    assert "unbroken" in checked.stdout
    assert "nothing new" in again_sealed.stdout
    assert (0, 0, 2, 0) == (made.returncode, again.returncode, wrong.returncode, closed.returncode), made.stderr
    assert "first password, shown once" in made.stdout
    assert "password" not in again.stdout
    assert [("ada@customs.example", False, 2)] == [(one["email"], one["active"], len(one["roles"])) for one in listed]


def test_all_that_happens_to_an_account_is_in_the_trail(office: Organisation) -> None:
    ada = make_account("Ada@customs.example", "Ada", "a long pass phrase", by="root")
    membership = give_role(ada, Role.OFFICER, office, by="root")
    give_role(ada, Role.OFFICER, office, by="root")
    before = ada.roles
    take_role(membership, by="root", purpose="moved")
    close_account(ada, by="root", purpose="left")

    assert ({"officer"}, frozenset()) == (before, ada.roles)
    assert ["account.made", "role.given", "role.taken", "account.closed"] == [
        entry.action.removeprefix("passavant.") for entry in LogEntry.objects.all()
    ]
    assert check_chain() is None


def test_a_second_account_of_one_address_is_refused(db: None) -> None:
    from passavant.errors import BadInput

    make_account("ada@customs.example", "Ada", None, by="root")
    with pytest.raises(BadInput, match="an account of ADA"):
        make_account("ADA@customs.example", "Ada", None, by="root")


def test_sign_in_and_its_failure_are_in_the_trail_without_the_password(office: Organisation, client: Client) -> None:
    make_account("ada@customs.example", "Ada", "a long pass phrase", by="root")
    for password in ("a wrong pass phrase", "a long pass phrase"):
        client.post("/en/accounts/login/", {"login": "ada@customs.example", "password": password})
    client.post("/en/accounts/logout/")
    entries = list(LogEntry.objects.exclude(action="passavant.account.made"))

    assert ["refused", "signed_in", "signed_out"] == [entry.action.rpartition(".")[2] for entry in entries]
    assert {"ada@customs.example"} == {entry.object_id for entry in entries}
    assert not any("pass phrase" in json.dumps(entry.content()) for entry in entries)


def test_customs_roles_need_a_second_factor_and_operators_do_not(office: Organisation) -> None:
    ada, omar = (make_account(f"{name}@x.example", name, None, by="root") for name in ("ada", "omar"))
    give_role(ada, Role.SUPERVISOR, office, by="root")
    give_role(omar, Role.OPERATOR, office, by="root")

    assert (True, False) == (ada.needs_second_factor, omar.needs_second_factor)
    assert 2 == Person.objects.count()


def test_customs_people_reach_nothing_before_they_have_a_second_factor(person: Any, client: Client) -> None:
    ada = person("ada", Role.ADMINISTRATOR, second_factor=False)
    client.force_login(ada)
    sent = client.get("/metrics")
    there = client.get(sent.headers["Location"])
    omar = person("omar", Role.OPERATOR)
    client.force_login(omar)

    assert (302, "/en/accounts/2fa/", 200) == (sent.status_code, sent.headers["Location"], there.status_code)
    assert 403 == client.get("/metrics").status_code


def test_the_integrity_indicators_are_shown_and_their_reading_recorded(tmp_path: Path) -> None:
    empty = _run(tmp_path, "people", "integrity", "--from", "2026-09-01", "--to", "2026-09-30")
    told = json.loads(
        _run(tmp_path, "people", "integrity", "--from", "2026-09-01", "--to", "2026-09-30", "--json").stdout
    )
    backwards = _run(tmp_path, "people", "integrity", "--from", "2026-09-30", "--to", "2026-09-01")
    checked = json.loads(_run(tmp_path, "trail", "check", "--json").stdout)

    assert (0, 2) == (empty.returncode, backwards.returncode), empty.stderr
    assert "no decision of an officer" in empty.stdout
    assert ([], 2) == (told["indicators"], checked["size"])
    assert "95%" in told["method"]


_ACT = """
from passavant.portal import prepare; prepare()
from passavant.portal.trail.services import record
for number in range(48):
    zoe = number % 6 == 0
    record(
        "passavant.case.released" if zoe else "passavant.case.controlled", actor="zoe@x.example" if zoe else "ada@x.example",
        object_type="consignment", object_id=f"EU:D1:{number}", purpose="seen before",
        data={"advised": "control", "lane": "red", "declarant": "D1", "second": "", "seconds_since_opened": 60},
    )
"""


def test_whoever_stands_out_is_marked_and_the_method_is_told(tmp_path: Path) -> None:
    _run(tmp_path, "people", "list")
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    subprocess.run(
        [sys.executable, "-c", _ACT], check=True, env=kept | {"PASSAVANT_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    year = ("--from", "2020-01-01", "--to", "2099-12-31")
    shown = _run(tmp_path, "people", "integrity", *year).stdout
    told = json.loads(_run(tmp_path, "people", "integrity", *year, "--json").stdout)
    (line,) = [line for line in shown.splitlines() if line.startswith("zoe@x.example") and "overrides" in line]

    assert ["8", "8", "100.0%"] == line.split()[2:5]
    assert line.endswith("←")
    assert "a question to ask, not a finding" in shown
    assert ["overrides"] == [one["indicator"] for one in told["indicators"] if one["flagged"]]


@pytest.mark.parametrize("role", sorted(DECIDING))
def test_no_role_of_customs_is_given_for_an_organisation_that_declares(post: Organisation, role: Role) -> None:
    ada = make_account("ada@customs.example", "Ada", None, by="root")
    with pytest.raises(BadInput, match="declares as LP"):
        give_role(ada, role, post, by="root")

    assert not ada.memberships.exists()
