"""Operators, keys and quotas from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_CODE = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-c", _CODE, "operators", *arguments], capture_output=True, text=True, check=False,
        env=kept | {"PASSAVANT_HOME": str(home), "PASSAVANT_LANG": "en", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip


def test_a_key_is_made_for_an_operator_and_revoked(tmp_path: Path) -> None:
    added = _run(tmp_path, "add", "Example Post", "--declarant-id", "LP")
    made = _run(tmp_path, "key", "add", "Example Post", "--label", "sorting", "--scope", "declarations:read")
    nobody = _run(tmp_path, "key", "add", "Nobody", "--label", "sorting", "--scope", "declarations:read")
    quota = _run(tmp_path, "quota", "Example Post", "--minute", "10", "--day", "100")
    (listed,) = json.loads(_run(tmp_path, "key", "list", "--json").stdout)
    revoked = _run(tmp_path, "key", "revoke", listed["id"], "--because", "lost")

    assert [0, 0, 1, 0, 0] == [one.returncode for one in (added, made, nobody, quota, revoked)], made.stderr
    assert f"shown once: pvt_{listed['id']}_" in made.stdout
    assert "10/min" in quota.stdout
    assert "yes" in _run(tmp_path, "key", "list").stdout


def test_operators_are_listed_with_their_keys_and_no_secret(tmp_path: Path) -> None:
    _run(tmp_path, "add", "Example Post", "--declarant-id", "LP")
    _run(tmp_path, "add", "Example Carrier", "--declarant-id", "CC")
    made = _run(
        tmp_path, "key", "add", "Example Post", "--label", "trials", "--scope", "declarations:read", "--days", "9", "--sandbox"
    )  # fmt: skip
    secret = made.stdout.rpartition("_")[2].strip()
    shown, told = _run(tmp_path, "list"), _run(tmp_path, "list", "--json")
    carrier, post = json.loads(told.stdout)

    assert ("Example Carrier", "CC", []) == tuple(carrier.values())
    assert ("LP", ["declarations:read"], True) == (
        post["declarant_id"],
        post["keys"][0]["scopes"],
        post["keys"][0]["sandbox"],
    )
    assert [True, True] == [
        post["keys"][0]["id"] in text and post["keys"][0]["expires_at"][:10] in text
        for text in (shown.stdout, told.stdout)
    ]
    assert secret
    assert secret not in shown.stdout + told.stdout
