"""The guide's code for receivers tells a call of ours from any other, in both guides, on a real delivery."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from receivers import Receiver

from passavant.portal.people.models import Organisation
from passavant.portal.webhooks.events import EVENTS
from passavant.portal.webhooks.schedule import DISABLED_AFTER_DAYS
from passavant.portal.webhooks.services import announce, rotate_secret
from passavant.portal.webhooks.signing import signature

_GUIDES = Path(__file__).parents[3] / "docs" / "how-to"
_PYTHON_MAIN = """
import sys
secret, identifier, sent, signatures = sys.argv[1:]
headers = {"webhook-id": identifier, "webhook-timestamp": sent, "webhook-signature": signatures}
valid = is_from_customs(secret, headers, sys.stdin.buffer.read())
print("valid" if valid else "not valid")
sys.exit(not valid)
"""


class Call(NamedTuple):
    """What a receiver checks."""

    secret: str
    identifier: str
    sent: str
    signatures: str
    body: bytes


def _code(guide: str, language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", (_GUIDES / guide).read_text(encoding="utf-8"), re.DOTALL)
    return "".join(found)


@pytest.fixture(params=["webhooks.md", "webhooks.fr.md"])
def guide(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def calls(post: Organisation, endpoint: Any, receiver: Receiver, send: Any) -> dict[str, tuple[Call, bool]]:
    """Return calls, one as it really came, and whether each is to be believed."""
    made = endpoint(receiver.url)
    new, _ = rotate_secret(made, by="test")
    announce("declaration.decided", post, {"consignment": "FR:LP:77", "text": 'à l\'été — "x"'})
    send()
    fields, body = receiver.came[0]
    identifier, sent = fields["webhook-id"], fields["webhook-timestamp"]
    real = Call(new, identifier, sent, fields["webhook-signature"], body)
    old = str(int(sent) - 400)
    return {
        "as it came": (real, True),
        "with the old secret": (real._replace(secret=made.shown), True),
        "another body": (real._replace(body=body + b" "), False),
        "another name": (real._replace(identifier=identifier[::-1]), False),
        "another secret": (real._replace(secret="whsec_" + "A" * 43 + "="), False),
        "too old": (real._replace(sent=old, signatures=signature(new, identifier, int(old), body)), False),
        "no signature": (real._replace(signatures="v1, x"), False),
    }


@pytest.mark.service
@pytest.mark.parametrize("language", ["python", "java", "sh"])
def test_the_code_believes_what_we_sent_and_nothing_else(
    guide: str, language: str, calls: dict[str, tuple[Call, bool]], tmp_path: Path
) -> None:
    program = {"python": sys.executable, "java": "java", "sh": "sh"}[language]
    needed = [program, "openssl", "od"] if language == "sh" else [program]
    missing = [one for one in needed if shutil.which(one) is None]
    if missing:
        pytest.skip(f"no {missing[0]}: install it (Debian: default-jdk-headless, openssl)")
    file = tmp_path / {"python": "check.py", "java": "Webhooks.java", "sh": "check.sh"}[language]
    file.write_text(_code(guide, language) + (_PYTHON_MAIN if language == "python" else ""), encoding="utf-8")
    told = {}
    for name, (call, _) in calls.items():
        ran = subprocess.run([program, str(file), *call[:4]], input=call.body, capture_output=True, check=False)
        told[name] = (ran.returncode == 0, ran.stdout.decode().strip())

    assert {name: (right, "valid" if right else "not valid") for name, (_, right) in calls.items()} == told


def test_the_guide_names_every_event_with_its_meaning(guide: str) -> None:
    text = (_GUIDES / guide).read_text(encoding="utf-8")

    for event, meaning in EVENTS.items():
        assert f"| `{event}` | {meaning.fr if '.fr.' in guide else meaning.en} |" in text


def test_both_guides_show_the_same_code() -> None:
    shown = [[_code(guide, one) for one in ("python", "java", "sh")] for guide in ("webhooks.md", "webhooks.fr.md")]

    assert shown[0] == shown[1]
    assert all(shown[0])


def test_the_guide_says_when_an_endpoint_is_switched_off() -> None:
    assert 5 == DISABLED_AFTER_DAYS
    assert "five days" in (_GUIDES / "webhooks.md").read_text(encoding="utf-8")
