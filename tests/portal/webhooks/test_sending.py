"""Deliveries reach who listens, signed; failures are tried again, and hold up nobody else."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.db import connection
from receivers import Receiver

from passavant.portal.people.models import Organisation
from passavant.portal.trail.models import LogEntry
from passavant.portal.webhooks.models import Delivery, Endpoint
from passavant.portal.webhooks.schedule import ATTEMPTS, DISABLED_AFTER_DAYS, retry_after
from passavant.portal.webhooks.sending import PER_ENDPOINT, THREADS, deliver_due
from passavant.portal.webhooks.services import announce_many, change_endpoint, redeliver, remove_endpoint, rotate_secret


def _announce(post: Organisation, count: int = 1) -> None:
    announce_many([("declaration.decided", post.pk, {"n": number, "é": "è"}, False) for number in range(count)])


def _valid(secret: str, fields: dict[str, str], body: bytes) -> list[bool]:
    """Return which of the signatures hold, as a receiver checks them."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    right = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return [right == one for one in fields["webhook-signature"].split(" ")]


def test_what_is_due_arrives_signed_and_once(post: Organisation, endpoint: Any, receiver: Receiver, send: Any) -> None:
    made = endpoint(receiver.url)
    _announce(post, 3)
    sent, again = send(), send()
    fields, body = receiver.came[0]
    stored = Delivery.objects.get(pk=fields["webhook-id"])

    assert (3, 0, 3) == (sent, again, len(receiver.came))
    assert [True] == _valid(made.shown, fields, body)
    assert stored.body.encode() == body
    assert ("declaration.decided", 200, 1, None) == (
        json.loads(body)["type"],
        stored.last_status,
        stored.attempts,
        stored.next_attempt_at,
    )
    assert {0, 1, 2} == {json.loads(one)["data"]["n"] for _, one in receiver.came}


def test_both_secrets_sign_while_one_replaces_the_other(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    made = endpoint(receiver.url)
    new, _ = rotate_secret(made, by="test")
    _announce(post)
    send()
    Endpoint.objects.update(previous_until=dt.datetime.now(dt.UTC))
    _announce(post)
    send()

    assert ([True, False], [False, True]) == (_valid(new, *receiver.came[0]), _valid(made.shown, *receiver.came[0]))
    assert [True] == _valid(new, *receiver.came[1])


@pytest.mark.parametrize("status", [199 + 101, 302, 400, 404, 500, 503])
def test_what_is_not_taken_is_tried_again_under_the_same_name(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any, later: Any, status: int
) -> None:
    endpoint(receiver.url)
    _announce(post)
    receiver.status = status
    first, at_once = send(), send()
    waiting = Delivery.objects.get()
    receiver.status = 204
    later()
    second = send()
    names = {fields["webhook-id"] for fields, _ in receiver.came}

    assert (0, 0, 1, 2, 1) == (first, at_once, second, len(receiver.came), len(names))
    assert (status, 1) == (waiting.last_status, waiting.attempts)
    assert 0 == Endpoint.objects.get().failures


def test_it_is_given_up_after_three_days(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any, later: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    receiver.status = 500
    for _ in range(ATTEMPTS + 2):
        send()
        later()
    given_up = Delivery.objects.get()
    waits = [retry_after(number, 0.5) or 0 for number in range(1, ATTEMPTS)]

    assert (ATTEMPTS, ATTEMPTS, None) == (len(receiver.came), given_up.attempts, given_up.next_attempt_at)
    assert 2.9 < sum(waits) / 86_400 < 3.1
    assert waits == sorted(waits)


def test_a_receiver_is_left_alone_as_long_as_it_asks(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    receiver.status, receiver.fields = 429, {"Retry-After": "3000"}
    send()
    waiting = Delivery.objects.select_related("endpoint").get()
    asked = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2900)

    assert waiting.next_attempt_at is not None
    assert waiting.endpoint.paused_until is not None
    assert asked < min(waiting.next_attempt_at, waiting.endpoint.paused_until)


def test_who_is_gone_is_not_called_again(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any, later: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    receiver.status = 410
    send()
    later()
    send()
    off = Endpoint.objects.get()

    assert (False, Endpoint.Disabled.GONE, 1) == (off.active, off.disabled_because, len(receiver.came))
    assert "passavant.webhook.disabled" == LogEntry.objects.last().action  # type: ignore[union-attr]


def test_who_fails_for_days_is_switched_off_and_on_again_by_its_owner(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any, later: Any
) -> None:
    made = endpoint(receiver.url)
    _announce(post)
    receiver.status = 500
    send()
    Endpoint.objects.update(failing_since=dt.datetime.now(dt.UTC) - dt.timedelta(days=DISABLED_AFTER_DAYS))
    later()
    send()
    off = Endpoint.objects.get()
    receiver.status = 200
    change_endpoint(made, by="test", active=True)
    later()

    assert (False, Endpoint.Disabled.FAILING, 2) == (off.active, off.disabled_because, off.failures)
    assert 1 == send()
    assert "" == Endpoint.objects.get().disabled_because


def test_one_who_does_not_answer_holds_up_nobody(
    post: Organisation, endpoint: Any, receiver: Receiver, other: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    endpoint(other.url)
    over = threading.Event()
    order: list[str] = []

    def silent(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        over.wait(20)
        order.append("silent")

    receiver.answer = silent
    _announce(post, THREADS)
    sent = send()
    order.append("sent")
    over.set()

    assert THREADS == sent
    assert "sent" == order[0]
    assert PER_ENDPOINT >= len(receiver.came)


def test_one_endpoint_is_called_so_many_times_at_once_at_most(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    _announce(post, 5 * PER_ENDPOINT)

    assert 5 * PER_ENDPOINT == send()
    assert 1 < receiver.most_at_once <= PER_ENDPOINT


def test_a_turn_begins_no_more_than_its_limit(post: Organisation, endpoint: Any, receiver: Receiver) -> None:
    endpoint(receiver.url)
    _announce(post, 10)

    assert (7, 3, 0) == (deliver_due(7), deliver_due(7), deliver_due(7))


def test_two_workers_never_send_one_twice(
    committed: None, post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    _announce(post, 40)
    sent: list[int] = []

    def work() -> None:
        try:
            sent.append(send())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (40, 40) == (sum(sent), len({fields["webhook-id"] for fields, _ in receiver.came}))
    assert 40 == len(receiver.came)


def test_what_a_dead_worker_had_taken_is_sent_when_its_lease_ends(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    now = dt.datetime.now(dt.UTC)
    Delivery.objects.update(leased_until=now + dt.timedelta(seconds=60))
    held = send()
    Delivery.objects.update(leased_until=now - dt.timedelta(seconds=1))

    assert (0, 1) == (held, send())


def test_what_was_delivered_is_sent_again_when_asked(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    send()
    redeliver(Delivery.objects.get(), by="test")

    assert 1 == send()
    assert receiver.came[0][0]["webhook-id"] == receiver.came[1][0]["webhook-id"]


def test_an_endpoint_removed_while_it_is_called_leaves_nothing(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any
) -> None:
    made = endpoint(receiver.url)
    _announce(post)
    taken = Delivery.objects.select_related("endpoint").get()
    remove_endpoint(made, by="test")
    from passavant.portal.webhooks import sending

    settled = sending._settle(taken, sending._Result(500))

    assert (0, 0) == (settled, Delivery.objects.count())


def test_an_address_that_leads_inside_is_not_called(post: Organisation, endpoint: Any, settings: Any) -> None:
    endpoint("https://post.example/")
    _announce(post)
    from passavant.portal.outbound import Guard

    sent = deliver_due(guard=Guard(resolve=lambda *_: ["169.254.169.254"]))
    refused = Delivery.objects.get()

    assert (0, None, 1) == (sent, refused.last_status, refused.attempts)
    assert "public internet" in refused.last_error


def test_a_secret_that_cannot_be_read_is_told(
    post: Organisation, endpoint: Any, receiver: Receiver, send: Any, settings: Any
) -> None:
    endpoint(receiver.url)
    _announce(post)
    settings.SECRET_KEY = "of another deployment"
    send()

    assert "rotate" in Delivery.objects.get().last_error
    assert [] == receiver.came


def test_one_that_cannot_be_sent_at_all_does_not_stop_the_others(
    post: Organisation, endpoint: Any, receiver: Receiver, other: Receiver, send: Any
) -> None:
    broken = endpoint(receiver.url)
    endpoint(other.url)
    Endpoint.objects.filter(pk=broken.pk).update(secret="?")
    _announce(post)

    assert 1 == send()
    assert ["", "ValueError"] == sorted(Delivery.objects.values_list("last_error", flat=True))
