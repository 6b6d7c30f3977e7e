"""The connectors of the documentation, run as they stand there against a real server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from passavant.sealing import SigningKey
from passavant.sealing.desk import RemoteDesk, find_sealed
from passavant.sealing.documents import document_sha256
from passavant.sealing.keys import write_key
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_receipt

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "examples" / "single-window"
_CONNECTORS = {"seal.sh": ["bash"], "seal.py": [sys.executable], "Seal.java": ["java"]}


def _run(name: str, document: Path, kind: str, key: str, address: str, log: str) -> subprocess.CompletedProcess[str]:
    """Run a connector as its page shows it."""
    command = _CONNECTORS[name]
    for program in (*command, *(["curl", "openssl"] if name == "seal.sh" else [])):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: install it (Debian: default-jdk-headless, curl, openssl)")
    key_file = document.with_name("issuer.key")
    key_file.write_text(key)
    arguments = [*command, FOLDER / name, document, kind, key_file, address, log]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


@pytest.mark.service
@pytest.mark.parametrize("name", _CONNECTORS)
def test_a_connector_seals_in_one_call(
    name: str, served: str, permits_key: SigningKey, log_key: SigningKey, tmp_path: Path
) -> None:
    document = tmp_path / "permit.xml"
    document.write_text(f"<permit by='{name}'/>")
    ran = _run(name, document, "851", write_key(permits_key, None), served, log_key.name)

    assert 0 == ran.returncode, ran.stdout + ran.stderr
    assert 1 == json.loads(ran.stdout)["added"]
    (receipt,) = find_sealed(document_sha256(document), RemoteDesk(served))
    verdict = verify_receipt(receipt, document_sha256(document), TrustPolicy().with_log(log_key.verifier))
    assert (permits_key.name, "851") == (verdict.entry.statement.issuer, verdict.entry.statement.doc_type)


@pytest.mark.service
@pytest.mark.parametrize("name", _CONNECTORS)
def test_a_connector_shows_what_the_log_refuses(
    name: str, served: str, permits_key: SigningKey, log_key: SigningKey, tmp_path: Path
) -> None:
    document = tmp_path / "invoice.xml"
    document.write_text("<invoice/>")
    ran = _run(name, document, "380", write_key(permits_key, None), served, log_key.name)

    assert 0 != ran.returncode
    assert "next_step" in ran.stdout
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("page", ["single-window.md", "single-window.fr.md"])
def test_the_documentation_shows_the_connectors_that_are_tested(page: str) -> None:
    blocks = re.findall(r"```\w+\n(.*?)```", (ROOT / "docs/how-to" / page).read_text(), re.DOTALL)

    for name in _CONNECTORS:
        assert (FOLDER / name).read_text() in blocks, name


def test_the_service_names_itself(served: str, log_key: SigningKey) -> None:
    with urllib.request.urlopen(f"{served}/api/v1/log") as answer:
        about = json.load(answer)

    assert (log_key.name, str(log_key.verifier)) == (about["origin"], about["key"])
