"""The portal in processes of its own, and operators that call it over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from processes_of import descendants, wait_for

__all__ = ["COMMAND", "Operator", "Served", "environment", "operator_of", "served"]

#: The program, as its users call it.
COMMAND = (sys.executable, "-c", "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()")
_OPERATOR = """
from passavant.portal import prepare
prepare()
from passavant.portal.server import update_database
update_database()
from passavant.portal.operators.services import add_operator, make_key, set_quota
one = add_operator("Example Post", "LP", by="test")
set_quota(one, 10_000_000, 10_000_000, by="test")
print(make_key(one, "test", ["declarations:write", "declarations:read"], by="test")[1])
"""


class Served(NamedTuple):
    """A portal that runs: its parent process, its address."""

    parent: subprocess.Popen[str]
    address: str

    def processes(self, words: str) -> list[int]:
        """Return those whose command line has some words."""
        return [pid for pid, told in descendants(self.parent.pid).items() if words in told]


class Operator(NamedTuple):
    """A system that declares."""

    address: str
    key: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return status and answer; status 0 where nothing came."""
        request = urllib.request.Request(  # our own address
            f"{self.address}{path.lstrip('/')}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read()
            return error.code, json.loads(said) if said.startswith(b"{") else said
        except (OSError, ValueError):
            return 0, None

    def call_until_answered(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask again, as the documentation says, until the answer is there."""
        for _ in range(300):
            status, answer = self.call(method, path, body, **headers)
            if status in (200, 202):
                return answer
            assert status in (0, 503), (status, answer)
            time.sleep(0.2)
        raise AssertionError("no answer within a minute")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a deployment of its own."""
    dropped = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PASSAVANT_LOG", "PASSAVANT_PORTAL_KEY", "PASSAVANT_SECRET")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    own = {"PASSAVANT_HOME": str(home), "PASSAVANT_LANG": "en", "PASSAVANT_PLAIN_HTTP": "1"}
    return kept | own | {"PYTHONPATH": ":".join(sys.path)} | variables


def operator_of(address: str, home: Path, **variables: str) -> Operator:
    """Make an operator and its key."""
    made = subprocess.run(
        [sys.executable, "-c", _OPERATOR],
        env=environment(home, **variables),
        check=True,
        capture_output=True,
        text=True,
    )
    return Operator(address, made.stdout.strip())


@contextmanager
def served(home: Path, **variables: str) -> Iterator[Served]:
    """Serve until the block ends."""
    said = home / "said.log"  # a pipe that nobody reads would stop them when it is full
    with said.open("w") as log:
        running = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", "--workers", "1"],
            stderr=log, text=True, env=environment(home, **variables),
        )  # fmt: skip
    try:
        found = wait_for(lambda: re.search(r"http://\S+", said.read_text()) or running.poll() is not None)
        assert isinstance(found, re.Match), said.read_text()
        yield Served(running, found[0])
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=40)
