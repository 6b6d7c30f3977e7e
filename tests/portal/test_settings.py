"""The settings are safe without being told so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client

_CHECK = "from passavant.portal import prepare; prepare(); from django.core.management import call_command; call_command('check', deploy=True, fail_level='WARNING')"


def _run(home: Path, code: str = _CHECK, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PASSAVANT_PLAIN_HTTP", "DJANGO_SETTINGS_MODULE", "PASSAVANT_SECRET")
    }
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env=kept | {"PASSAVANT_HOME": str(home), "PYTHONPATH": ":".join(sys.path)} | variables,
    )  # fmt: skip


def test_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    checked = _run(tmp_path, PASSAVANT_HOSTS="customs.example")

    assert 0 == checked.returncode, checked.stderr


def test_the_published_secret_is_refused(tmp_path: Path) -> None:
    from passavant.settings import DEMO_SECRET

    refused = _run(tmp_path, PASSAVANT_SECRET=DEMO_SECRET.decode())

    assert 0 != refused.returncode
    assert "which everybody knows" in refused.stderr


@pytest.mark.parametrize("address", ["/health", "/api/v1/about", "/en/", "/en/accounts/login/"])
def test_every_answer_forbids_what_no_page_needs(client: Client, db: None, address: str) -> None:
    answer = client.get(address)

    assert 200 == answer.status_code
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "DENY" == answer.headers["X-Frame-Options"]


def test_nobody_signs_up(client: Client, db: None) -> None:
    answer = client.post(
        "/en/accounts/signup/",
        {"email": "a@b.example", "password1": "a long pass phrase", "password2": "a long pass phrase"},
    )

    assert "Nobody signs up here" in answer.content.decode()


_USE_CODE = """
from passavant.portal import prepare; prepare()
from allauth.mfa.totp.internal.auth import TOTP
from passavant.portal.people.models import Person
from passavant.portal.server import update_database
update_database()
person = Person.objects.first()
totp = TOTP(person.authenticator_set.get()) if person else TOTP.activate(Person.objects.create_user("ada@customs.example"), "GEZDGNBVGY3TQOJQ")
from unittest import mock
with mock.patch("allauth.mfa.totp.internal.auth.time.time", lambda: MOMENT):
    from passavant.portal.people.demonstration import code
    print(totp.validate_code(code("GEZDGNBVGY3TQOJQ")))
"""


def test_a_code_of_the_second_factor_is_used_up_in_every_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    moment = f"MOMENT = {time.time() + 60}\n"  # the same for both, so that both see the same code
    answers = [_run(tmp_path, moment + _USE_CODE) for _ in range(2)]

    assert ["True", "False"] == [answer.stdout.strip() for answer in answers], answers[0].stderr


@pytest.mark.parametrize(
    ("smtp", "told"),
    [
        ("", "dummy  587 False True"),
        ("smtp://ada:p%40ss@mail.example", "smtp mail.example 587 False True"),
        ("smtps://mail.example:4650", "smtp mail.example 4650 True False"),
    ],
    ids=["none", "starttls", "tls"],
)
def test_mail_goes_through_the_server_named(tmp_path: Path, smtp: str, told: str) -> None:
    code = (
        "from passavant.portal import prepare; prepare(); from django.conf import settings as s; "
        "print(s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    )

    assert told == _run(tmp_path, code, PASSAVANT_SMTP=smtp).stdout.strip()
