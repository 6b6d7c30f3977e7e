"""Operators and their keys: what is kept, what is refused, what the trail says."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core import serializers

from passavant.errors import BadInput
from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.services import add_operator, make_key, revoke_key, set_quota
from passavant.portal.operators.verification import verified
from passavant.portal.people.models import Organisation
from passavant.portal.trail.models import LogEntry


def _actions() -> list[str]:
    return [entry.action.removeprefix("passavant.") for entry in LogEntry.objects.all()]


def test_the_secret_is_not_kept(post: Organisation) -> None:
    _, secret = make_key(post, "sorting", ["declarations:read"], by="ada")
    kept = serializers.serialize("json", ApiKey.objects.all())
    logged = json.dumps([entry.data for entry in LogEntry.objects.all()])

    assert secret.split("_", 2)[2] not in kept + logged
    assert 43 == len(secret.split("_", 2)[2])


def test_what_happens_to_a_key_is_in_the_trail_once(post: Organisation) -> None:
    key, _ = make_key(post, "sorting", ["declarations:read"], by="ada")
    revoke_key(key, by="ada", purpose="lost")
    revoke_key(key, by="ada", purpose="lost")
    set_quota(post, 5, 10, by="root")

    assert ["operator.added", "key.made", "key.revoked", "quota.set"] == _actions()


@pytest.mark.parametrize(
    "scopes", [[], ["declarations:burn"], ["declarations:read", "x"]], ids=["none", "unknown", "one"]
)
def test_a_key_needs_scopes_that_exist(post: Organisation, scopes: list[str]) -> None:
    with pytest.raises(BadInput, match="scopes"):
        make_key(post, "sorting", scopes, by="ada")

    assert not ApiKey.objects.exists()


def test_an_organisation_without_a_declarant_has_no_keys(office: Organisation) -> None:
    with pytest.raises(BadInput, match="declarant"):
        make_key(office, "sorting", ["declarations:read"], by="ada")

    assert not ApiKey.objects.exists()


def test_a_declarant_is_one_operator(post: Organisation) -> None:
    again = add_operator("Example Post", "LP", by="root")
    with pytest.raises(BadInput, match="LP"):
        add_operator("Another Post", "LP", by="root")
    with pytest.raises(BadInput, match="LP"):
        add_operator("Example Post", "AP", by="root")

    assert post == again


@pytest.mark.parametrize("form", ["", "pvt_", "pvt_abc_def", "pvt_aaaaaaaaaaaa_" + "x" * 43, "pvt_aaaaaaaaaaaa_" + "é" * 43, "x" * 9999])  # fmt: skip
def test_what_is_no_key_is_nobody(db: None, form: str) -> None:
    assert verified(form, "203.0.113.9") is None


def test_a_key_with_another_secret_is_nobody(post: Organisation) -> None:
    _, secret = make_key(post, "sorting", ["declarations:read"], by="ada")
    _, other = make_key(post, "sorting", ["declarations:read"], by="ada")
    mixed = secret[:17] + other[17:]
    right = verified(secret, "")

    assert right is not None
    assert ("LP", frozenset({"declarations:read"}), False) == (right.declarant_id, right.scopes, right.sandbox)
    assert verified(mixed, "") is None


def test_a_key_stops_when_it_is_revoked_here(post: Organisation, django_capture_on_commit_callbacks: Any) -> None:
    key, secret = make_key(post, "sorting", ["declarations:read"], by="ada")
    before = verified(secret, "")
    with django_capture_on_commit_callbacks(execute=True):
        revoke_key(key, by="ada")

    assert before is not None
    assert verified(secret, "") is None


def test_a_key_revoked_elsewhere_stops_within_five_seconds(post: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    from passavant.portal.operators import verification

    key, secret = make_key(post, "sorting", ["declarations:read"], by="ada")
    verified(secret, "")
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=dt.datetime.now(dt.UTC))
    later = verification.time.monotonic() + 5
    monkeypatch.setattr(verification.time, "monotonic", lambda: later)

    assert verified(secret, "") is None


def test_an_expired_key_is_nobody_even_while_it_is_remembered(post: Organisation) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    _, secret = make_key(post, "sorting", ["declarations:read"], by="ada", expires_at=ends)
    remembered = verified(secret, "")
    assert remembered is not None
    remembered.key.expires_at = dt.datetime.now(dt.UTC)

    assert verified(secret, "") is None


@pytest.mark.parametrize(
    ("address", "right"),
    [("203.0.113.9", True), ("::ffff:203.0.113.9", True), ("203.0.114.9", False), ("2001:db8::1", True), ("", False), ("nonsense", False)],
)  # fmt: skip
def test_a_key_of_a_network_works_from_there_alone(post: Organisation, address: str, right: bool) -> None:
    networks = ["203.0.113.0/24", "2001:db8::/48"]
    _, secret = make_key(post, "sorting", ["declarations:read"], by="ada", networks=networks)

    assert right == (verified(secret, address) is not None)


def test_a_network_has_a_form(post: Organisation) -> None:
    with pytest.raises(BadInput, match=r"203\.0\.113\.0/24"):
        make_key(post, "sorting", ["declarations:read"], by="ada", networks=["203.0.113.9/24"])


def test_a_remembered_key_asks_the_database_nothing(post: Organisation, django_assert_num_queries: Any) -> None:
    _, secret = make_key(post, "sorting", ["declarations:read"], by="ada")
    verified(secret, "")
    used = ApiKey.objects.get().last_used
    with django_assert_num_queries(0):
        verified(secret, "")

    assert dt.datetime.now(dt.UTC).date() == used
