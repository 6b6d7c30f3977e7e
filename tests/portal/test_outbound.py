"""The guarded client reaches what is public and never what is inside, whatever form the address takes."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receivers import Receiver, certificate, receiving

from passavant.errors import BadInput
from passavant.portal.internet import is_public
from passavant.portal.outbound import Guard, Unreachable, guard_of_settings, system_resolver


def _in(network: str) -> st.SearchStrategy[Any]:
    net = ipaddress.ip_network(network)
    return st.integers(int(net[0]), int(net[-1])).map(type(net[0]))


def _gives(*addresses: str) -> Any:
    """Return a resolver that gives these addresses for every name."""
    return lambda *_: list(addresses)


def _forms(address: ipaddress.IPv4Address) -> list[str]:
    first, rest = int(address) >> 24, int(address) & 0xFFFFFF
    return [
        str(address),
        str(int(address)),
        hex(int(address)),
        f"0{int(address):o}",
        f"{first}.{rest}",
        f"0x{first:x}.{rest}",
    ]


@given(_in("127.0.0.0/8"), st.integers(0, 5), st.sampled_from(["https", "http"]))
def test_no_way_of_writing_this_machine_reaches_it(address: ipaddress.IPv4Address, form: int, scheme: str) -> None:
    host = _forms(address)[form]
    with pytest.raises((BadInput, Unreachable)):
        Guard(ports=frozenset(range(65536))).post(f"{scheme}://{host}/", b"", {})

    assert address.is_loopback


def test_the_resolver_reads_odd_forms_as_the_connection_would() -> None:
    assert [["127.0.0.1"]] * 3 == [system_resolver(host, 80) for host in ("2130706433", "0x7f000001", "127.1")]


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example", "ftp://hooks.example/", "http://hooks.example/", "https://", "https://user@hooks.example/", "https://u:p@hooks.example/",
        "https://hooks.example:22/", "https://hooks.example:8080/", "https://hooks.example:99999/", "https://hooks.example:0/", "https://hooks.example/#part", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://10.0.0.1/", "https://[fe80::1%25eth0]/", "https://hooks.example\\@127.0.0.1/", "https://hôte.example/",
        "https://hooks.example/ x", "https://hooks.example/\r\nHost: x", "https://[::1", "https://-x/", "https://" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_may_not_be_called_is_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        Guard().check(url)

    assert "portal.outbound.refused" == refused.value.code


@pytest.mark.parametrize("url", ["https://hooks.example/a?b=c", "https://hooks.example:8443", "https://1.1.1.1/", "https://[2606:4700::1111]/", "https://xn--hte-mna.example./"])  # fmt: skip
def test_what_may_be_called_is_not_refused(url: str) -> None:
    assert "https" == Guard().check(url).scheme


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::1"], ["169.254.169.254"], []])
def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    with pytest.raises(BadInput, match="public internet"):
        Guard(resolve=_gives(*addresses)).post("https://hooks.example/", b"", {})

    assert all(not is_public(one) for one in addresses[-1:])


@pytest.fixture
def plain() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_call_over_tls_checks_the_name_and_connects_to_the_address(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "hooks.example")
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    guard = Guard(loopback=True, resolve=resolve, tls=client)
    with receiving(server) as receiver:
        url = f"https://hooks.example:{receiver.port}/in?x=1"
        answer = guard.post(url, b"{}", {"Content-Type": "application/json"})
        with pytest.raises(Unreachable, match="certificate"):
            guard.post(url.replace("hooks", "other"), b"{}", {})

    assert (200, [b"{}"]) == (answer.status, [body for _, body in receiver.came])
    assert f"hooks.example:{receiver.port}" == receiver.came[0][0]["Host"]
    assert ["hooks.example", "other.example"] == asked


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, "hooks.example")
    guard = Guard(loopback=True, resolve=_gives("127.0.0.1"))
    with receiving(server) as receiver, pytest.raises(Unreachable, match="certificate"):
        guard.post(f"https://hooks.example:{receiver.port}/", b"{}", {})

    assert [] == receiver.came


def test_a_redirect_is_not_followed(plain: Receiver) -> None:
    plain.status, plain.fields = 307, {"Location": plain.url}
    answer = Guard(loopback=True).post(plain.url, b"{}", {})

    assert (307, 1) == (answer.status, len(plain.came))


def test_no_proxy_is_taken_from_the_environment(plain: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer = Guard(loopback=True).post(plain.url, b"{}", {})

    assert (200, 1) == (answer.status, len(plain.came))


def test_no_more_of_an_answer_is_read_than_allowed(plain: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    plain.answer = endless
    answer = Guard(loopback=True, most_bytes=1000).post(plain.url, b"{}", {})

    assert 1000 == len(answer.body)


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX: ", b""], ids=["fields", "silence"])
def test_who_answers_drop_by_drop_is_left(plain: Receiver, first: bytes) -> None:
    left = threading.Event()

    def slow(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        try:
            handler.wfile.write(first)
            while not left.wait(0.05):
                handler.wfile.write(b"x" if first else b"")
        except OSError:
            return

    plain.answer = slow
    try:
        with pytest.raises(Unreachable, match="too long"):
            Guard(loopback=True, total_seconds=0.4).post(plain.url, b"{}", {})
    finally:
        left.set()

    assert 1 == len(plain.came)


def test_an_answer_may_take_longer_than_the_connection(plain: Receiver) -> None:
    waited = threading.Event()

    def late(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        waited.wait(0.5)
        handler.send_response(200)
        handler.end_headers()

    plain.answer = late
    answer = Guard(loopback=True, connect_seconds=0.2, total_seconds=20).post(plain.url, b"{}", {})

    assert 200 == answer.status


def test_the_next_address_is_tried_where_nobody_listens(plain: Receiver) -> None:
    guard = Guard(loopback=True, resolve=_gives("127.0.0.2", "127.0.0.1"))
    answer = guard.post(f"http://hooks.example:{plain.port}/", b"{}", {})

    assert 200 == answer.status


def test_where_nobody_listens_there_is_no_answer(plain: Receiver) -> None:
    with pytest.raises(Unreachable, match="nobody"):
        Guard(loopback=True, resolve=_gives("127.0.0.2")).post(f"http://x.example:{plain.port}/", b"", {})

    assert [] == plain.came


def test_without_tls_only_this_machine_is_called() -> None:
    with pytest.raises(BadInput, match="TLS"):
        Guard(loopback=True, resolve=_gives("1.1.1.1")).post("http://hooks.example/", b"", {})

    assert Guard(loopback=True).check("http://hooks.example/").hostname == "hooks.example"


def test_the_settings_say_which_ports_and_whether_this_machine(settings: Any) -> None:
    ordinary = guard_of_settings()
    settings.PASSAVANT_OUTBOUND_PORTS, settings.PASSAVANT_WEBHOOK_LOOPBACK = "443, 9443", True
    wider = guard_of_settings()

    assert (frozenset({443, 8443}), False) == (ordinary.ports, ordinary.loopback)
    assert (frozenset({443, 9443}), True) == (wider.ports, wider.loopback)
