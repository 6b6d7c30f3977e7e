"""`passavant demo --serve`: one command opens a portal that somebody can sign in to, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from processes_of import alive, descendants, wait_for

from passavant.portal.people.demonstration import code

_DECLARATION = Path(__file__).parents[2] / "examples" / "declarations" / "one.json"
_CODE = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"


class _Browser:
    """Just enough of a browser: cookies, and forms with their token."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open

    def get(self, path: str) -> tuple[int, str]:
        try:
            with self._open(self._address + path) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""

    def fill_in(self, path: str, **fields: str) -> str:
        """Send a form and return where that led."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        assert found is not None
        data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": found[1]}).encode()
        try:
            with self._open(self._address + path, data) as answer:
                return str(answer.url)
        except urllib.error.HTTPError as error:  # a page that another part brings
            with error:
                return str(error.url)


def test_somebody_signs_in_to_the_demonstration_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PASSAVANT"))}
    running = subprocess.Popen(
        [sys.executable, "-c", _CODE, "demo", "--serve", "--port", "0", "--rows", "1000", "-o", str(tmp_path / "demo")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        # a database of a real deployment, which the demonstration must leave alone: this one does not even exist
        env=kept | {"PASSAVANT_LANG": "fr", "PYTHONPATH": ":".join(sys.path), "DATABASE_URL": "postgresql://127.0.0.1:1/no"},
    )  # fmt: skip
    assert running.stdout is not None
    said = ""
    try:
        for line in running.stdout:
            said += line
            if re.match(r"code.{1,3}\d{6} ", line):
                break
        found = re.search(r"(http://127\.0\.0\.1:\d+)/fr/accounts/login/", said)
        assert found is not None, said
        password = re.search(r"administrator@demo\.example +(\S+)", said)
        secret = re.search(r"secret=(\w+)", said)
        assert password is not None
        assert secret is not None
        browser = _Browser(found[1])
        refused = browser.get("/metrics")
        browser.fill_in("/fr/accounts/login/", login="administrator@demo.example", password=password[1])
        halfway = browser.get("/metrics")
        for _ in range(2):  # a code may end as it is sent
            if "2fa" not in browser.fill_in("/fr/accounts/2fa/authenticate/", code=code(secret[1])):
                break
        inside = browser.get("/metrics")
        own = _Browser(found[1])
        operators = re.search(r"operator@demo\.example +(\S+)", said)
        assert operators is not None
        own.fill_in("/fr/accounts/login/", login="operator@demo.example", password=operators[1])
        wait_for(
            lambda: "TODAY-" in own.get("/fr/declarations/")[1]
        )  # what the operator sent is decided once it serves
        sent = _sent_with_key(said)
        everything = set(descendants(running.pid))
        running.send_signal(signal.SIGINT)
        said += running.stdout.read()
        running.wait(60)
    finally:
        running.kill()
        running.wait()
        running.stdout.close()

    assert 0 == running.returncode, said
    assert ["passavant_requests_total" in page for _, page in (refused, halfway, inside)] == [False, False, True]
    assert "Le portail est arrêté" in said
    assert len(everything) >= 3
    assert set() == alive(everything)
    assert list((tmp_path / "demo" / "home" / "lake" / "runs").iterdir())
    assert ["decided"] == [one["status"] for one in sent["declarations"]]
    assert f"passavant account {tmp_path / 'demo' / 'home' / 'lake'}\n" in said


def _sent_with_key(said: str) -> Any:
    """Send a declaration with the variables that were printed, and return the answer."""
    variables = dict(re.findall(r"^export (PORTAL|KEY)=(\S+)$", said, re.MULTILINE))
    headers = {"Authorization": f"Bearer {variables['KEY']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{variables['PORTAL']}/api/v1/declarations", _DECLARATION.read_bytes(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_code_is_that_of_the_standard() -> None:
    example = code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59)  # RFC 6238, appendix B

    assert "287082" == example
